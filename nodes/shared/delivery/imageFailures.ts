import { failed, quotable, type FailureError } from '../failure';
import { CHECK_PROXY } from '../transport/networkFailure';

export const STILL_THERE =
	'The portrait is finished and not lost: Doubao Portrait Result fetches it with the same task ID.';

/** @param mostBytes what 'Max File Size' allows. */
export function tooLarge(mostBytes: number): FailureError {
	return failed({
		kind: 'image',
		message: `The image is larger than ${mostBytes / 1e6} MB`,
		remedy: `Raise 'Max File Size' in the options, or set 'Output' to Image Links. ${STILL_THERE}`,
		status: 'done',
	});
}

/** @param error what n8n's storage threw. */
export function notStored(error: unknown): FailureError {
	const said = error instanceof Error ? error.message : String(error);
	return failed(
		{
			kind: 'image',
			message: `n8n could not store the image: ${quotable(said)}`,
			remedy: `Check the disk or the storage that this n8n keeps its files in. ${STILL_THERE}`,
			status: 'done',
		},
		error,
	);
}

export function noImage(message: string): FailureError {
	return failed({
		kind: 'image',
		message,
		remedy: `${STILL_THERE} If it happens again, set 'Output' to the other form (files or links) and ask the support of 302.AI.`,
		status: 'done',
	});
}

/** Source: Volcengine's documents, of its own links; how long those of file.302.ai are good for is INFERRED. */
export const EXPIRED = 'The link may have expired; links are good for about 24 hours.';
const HOST_REFUSES = 'Or the host of the images refuses this n8n.';
const PROXY_REFUSES = 'Or the proxy does not let this n8n through to the host of the images.';

/** What to do when the host of an image answers with another status than 200. */
export function remedyWhenRefused(
	httpStatus: number,
	mayPass: boolean,
	isBehindProxy: boolean,
): string {
	if (httpStatus === 407) return CHECK_PROXY;
	return [
		...(mayPass ? [] : [EXPIRED]),
		...([401, 403, 451].includes(httpStatus) ? [HOST_REFUSES] : []),
		...(isBehindProxy ? [PROXY_REFUSES] : []),
	].join(' ');
}
