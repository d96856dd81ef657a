import { readAnswer, type Answer } from '../../nodes/shared/api/answer';
import { samples, type SampleName } from './samples';

/** What the package reads in `body`: JSON, or text as it comes off the wire. */
export function read(body: unknown, httpStatus = 200, rest: object = {}): Answer {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return readAnswer({ httpStatus, text, ...rest }, 0);
}

export function readSample(name: SampleName): Answer {
	const { body, http } = samples[name];
	return read(body, http);
}

/** An answer of a call that succeeded. */
export function answered(data: unknown): unknown {
	return { code: 10000, status: 10000, message: 'Success', request_id: 'request-1', data };
}
