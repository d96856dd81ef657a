import type { IExecuteFunctions } from 'n8n-workflow';

import { readDeliveryLimits } from '../shared/delivery/settings';
import { parametersOf } from '../shared/parameters';
import { startRun, type Run } from '../shared/run';
import { Places, type Limits } from '../shared/transport/queue';
import { EarlierTries } from './earlierTries';
import type { Photo } from './photo';
import type { SubmitSettings } from './settings';

/** An item that nothing is known to be wrong with. */
export interface CheckedItem {
	settings: SubmitSettings;
	/** The public link of the photo, or the photo to be uploaded. */
	photo: string | Photo;
}

/** An item whose photo 302.AI can open. */
export interface ReadyItem extends CheckedItem {
	imageInput: string;
}

/** One execution of Doubao Portrait Submit: what all its items share. */
export interface SubmitRun {
	/** All that costs money, up to the task ID. */
	submitting: Run;
	/** All that comes behind it: a line and a pace of their own, which end while submits on their way are waited for. */
	waiting: Run;
	earlierTries: EarlierTries;
	/** By connection: resolves once a request got through it. */
	throughProxy: Map<string, Promise<void>>;
	/** By item, as far as they are known. */
	settings: SubmitSettings[];
	checked: Array<Promise<CheckedItem>>;
	ready: Array<Promise<ReadyItem>>;
}

/**
 * Submits and uploads at once: each holds a connection, and each costs money while nobody may be looking. With 16, 100 portraits
 * in one step took a twentieth longer; with 64, a hundredth less (`npm run bench -- --only step`).
 */
const SUBMITS_AT_ONCE = 32;

const SUBMITS_MAY_GO_ON =
	'Submits that had already been sent may be carried out and billed. Look at the usage records at 302.ai before you run this node again.';

export function startSubmitRun(context: IExecuteFunctions): SubmitRun {
	const parameters = parametersOf(context);
	const limits = readDeliveryLimits(parameters(0));
	const places = new Places(limits.maxConcurrency);
	const start = (of: Limits): Run => startRun(context, parameters, of, SUBMITS_MAY_GO_ON, places);
	// First, so that what is paid for has the first choice of the places.
	const waiting = start(limits);
	const submitting = start({ apiRequestsAtOnce: SUBMITS_AT_ONCE });
	return {
		submitting,
		waiting,
		earlierTries: new EarlierTries(context),
		throughProxy: new Map(),
		settings: [],
		checked: [],
		ready: [],
	};
}
