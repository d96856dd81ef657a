import { SUCCESS } from './answer';
import {
	isObject,
	readEnvelope,
	textOf,
	type Accepted,
	type Refused,
	type Reply,
} from './envelope';
import type { Failure } from './failure';

/**
 * Path of the submit call. INFERRED: 302.AI documents only the result call, and every other pair of its services is called
 * `<name>` and `<name>_result`. This is the one place to change should it be wrong.
 */
export const SUBMIT_PATH = '/doubao/drawing/portrait';

/** Path of the upload call. Source: 302.AI's documents. */
export const UPLOAD_PATH = '/302/upload-file';
/** `code` of an upload that succeeded. */
export const UPLOADED = 200;
/** Largest photo the upload takes, in bytes. */
export const LARGEST_PHOTO = 50_000_000;
/** Longest prompt of the sibling models, in characters. */
export const LONGEST_PROMPT = 800;

/** One order of a portrait. What is absent is not sent, so that the API's own defaults hold. */
export interface SubmitRequest {
	/** Public link to the photo. */
	imageInput: string;
	prompt?: string;
	genMode?: 'creative' | 'reference' | 'reference_char';
	/** Pixels, 512 to 2048. */
	width?: number;
	height?: number;
	/** Face clarity, 0 to 1. */
	gpen?: number;
	/** Beautification, 0 to 1. */
	skin?: number;
	/** Skin smoothing, 0 to 1. The odd spelling is the API's. */
	skinUnifi?: number;
	/** -1 is random. */
	seed?: number;
}

export function submitBody(request: SubmitRequest): Record<string, string | number> {
	const { imageInput, prompt, genMode, width, height, gpen, skin, skinUnifi, seed } = request;
	const fields = {
		image_input: imageInput,
		prompt,
		gen_mode: genMode,
		width,
		height,
		gpen,
		skin,
		skin_unifi: skinUnifi,
		seed,
	};
	const given = Object.entries(fields).flatMap(
		([name, value]): Array<[string, string | number]> =>
			value === undefined ? [] : [[name, value]],
	);
	return Object.fromEntries(given);
}

/** What became of a request that costs money. */
export type OrderState<Result> =
	| { state: 'taken'; result: Result }
	/** Refused for a limit of the API, so surely not carried out. Milliseconds, where the server named them. */
	| { state: 'sendAgain'; limit: 'rate' | 'concurrency'; retryAfter?: number; failure: Failure }
	| { state: 'failed'; failure: Failure };

/** A task that the API took. */
export interface TakenTask {
	taskId: string;
	requestId?: string;
}

/** Reads the answer to an order of a portrait. */
export function readSubmitted(reply: Reply): OrderState<TakenTask> {
	return readOrder(reply, SUCCESS, ({ data, requestId }) => {
		const taskId = isObject(data) ? textOf(data.task_id) : undefined;
		return taskId === undefined ? undefined : { taskId, requestId };
	});
}

/** Reads the answer to an upload: the link of the photo. */
export function readUploaded(reply: Reply): OrderState<string> {
	return readOrder(reply, UPLOADED, ({ data }) =>
		typeof data === 'string' && /^https?:\/\//i.test(data) && URL.canParse(data) ? data : undefined,
	);
}

function readOrder<Result>(
	reply: Reply,
	successCode: number,
	read: (accepted: Accepted) => Result | undefined,
): OrderState<Result> {
	const envelope = readEnvelope(reply, successCode);
	if (envelope.kind === 'refused') return refusedOrder(envelope);
	const result = read(envelope);
	if (result !== undefined) return { state: 'taken', result };
	return {
		state: 'failed',
		failure: perhapsTaken({
			kind: 'api',
			message: '302.AI accepted the request, but its answer cannot be used',
			remedy: '',
			httpStatus: reply.httpStatus,
			requestId: envelope.requestId,
		}),
	};
}

function refusedOrder({
	retry,
	failure,
	retryAfter,
}: Refused): Exclude<OrderState<never>, { state: 'taken' }> {
	if (retry === 'rate' || retry === 'concurrency') {
		return { state: 'sendAgain', limit: retry, retryAfter, failure };
	}
	if (failure.httpStatus === 404)
		return { state: 'failed', failure: { ...failure, remedy: PATH_IS_INFERRED } };
	// Only a no of the API is one: a web page or endless JSON under 200 says nothing about the order.
	const { code, httpStatus = 0 } = failure;
	const saidNo =
		retry === 'never' && (code !== undefined || (httpStatus >= 300 && httpStatus < 500));
	return { state: 'failed', failure: saidNo ? failure : perhapsTaken(failure) };
}

const PATH_IS_INFERRED = `Check 'Base URL' in the 302.AI credential. If Doubao Portrait Result works with it, the address of this call (${SUBMIT_PATH}) is to blame: 302.AI does not document it, so it was inferred. Please report this to the authors of this node.`;

/** A failure after which nobody can know whether the order was carried out. */
export function perhapsTaken(failure: Failure): Failure {
	return {
		...failure,
		perhapsTaken: true,
		message: `${failure.message}. The order may have been taken all the same`,
		remedy:
			'It was not sent again, because it may exist at 302.AI and may have been billed. Look at the usage records at 302.ai before you run this item again.',
	};
}
