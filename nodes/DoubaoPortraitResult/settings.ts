import {
	CONCURRENCY,
	readDeliverySettings,
	type DeliverySettings,
} from '../shared/delivery/settings';
import { readNumber, readOptions, type ReadParameter } from '../shared/parameters';
import type { Limits } from '../shared/transport/queue';

/** @throws FailureError of kind `parameter`, before anything is sent. */
export function readSettings(parameter: ReadParameter, isTool: boolean): DeliverySettings {
	return readDeliverySettings(parameter, readOptions(parameter), isTool);
}

/** Answers that carry whole images are held in memory, so fewer of them are on their way at once. */
const BASE64_REQUESTS_AT_ONCE = 8;
/**
 * A wrong key costs no more requests than this. With 8, 100 finished tasks were there a tenth later; with 100, no sooner
 * (`npm run bench -- --only finished`).
 */
const REQUESTS_AT_FIRST = 32;

/** The limits that the whole run keeps: those of its first item. */
export function readLimits(first: ReadParameter): Limits {
	const limits: Limits = { apiRequestsAtFirst: REQUESTS_AT_FIRST };
	try {
		if (first('output', 'both') === 'binary') limits.apiRequestsAtOnce = BASE64_REQUESTS_AT_ONCE;
		const { maxConcurrency } = readOptions(first);
		if (maxConcurrency !== undefined) {
			limits.maxConcurrency = readNumber(maxConcurrency, 'Max Concurrency', CONCURRENCY);
		}
	} catch {
		// The item fails by itself, and says why, when its turn comes.
	}
	return limits;
}
