import { failed, type FailureError } from '../shared/portrait/failure';

export const FINISHED =
	'The portrait is finished and not lost: run this node again with the same task ID.';

/** @param mostBytes what 'Max File Size' allows. */
export function tooLarge(mostBytes: number): FailureError {
	return failed({
		kind: 'image',
		message: `The image is larger than ${mostBytes / 1e6} MB`,
		remedy: `Raise 'Max File Size' in the options, or set 'Output' to Image Links. ${FINISHED}`,
		status: 'done',
	});
}

export function noImage(message: string): FailureError {
	return failed({
		kind: 'image',
		message,
		remedy: `${FINISHED} If it happens again, set 'Output' to the other form (files or links) and ask the support of 302.AI.`,
		status: 'done',
	});
}
