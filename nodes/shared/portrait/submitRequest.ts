import { SUCCESS } from './answer';
import { meaningOfCode } from './codes';
import {
	isObject,
	readEnvelope,
	textOf,
	type Accepted,
	type Refused,
	type Reply,
} from './envelope';
import { sentence, type Failure } from '../failure';

/**
 * Path of the submit call. INFERRED: 302.AI documents only the result call, and every other pair of its services is called
 * `<name>` and `<name>_result`. This is the one place to change should it be wrong.
 */
export const SUBMIT_PATH = '/doubao/drawing/portrait';

/** Path of the upload call. Source: 302.AI's documents. */
export const UPLOAD_PATH = '/302/upload-file';
/** `code` of an upload that succeeded. */
const UPLOADED = 200;
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

/** Reads the answer to an order of a portrait. An answer with a task ID is an order taken, whatever code it comes with. */
export function readSubmitted(reply: Reply): OrderState<TakenTask> {
	const { body } = reply;
	if (body.kind === 'json' && isObject(body.value) && isObject(body.value.data)) {
		const taskId = textOf(body.value.data.task_id);
		const requestId = textOf(body.value.request_id);
		if (taskId !== undefined) return { state: 'taken', result: { taskId, requestId } };
	}
	return notTaken(reply, readEnvelope(reply, SUCCESS), perhapsTaken);
}

/** Reads the answer to an upload: the link of the photo. */
export function readUploaded(reply: Reply): OrderState<string> {
	const envelope = readEnvelope(reply, UPLOADED);
	if (envelope.kind === 'accepted') {
		const { data } = envelope;
		if (typeof data === 'string' && /^https?:\/\//i.test(data) && URL.canParse(data)) {
			return { state: 'taken', result: data };
		}
	}
	return notTaken(reply, envelope, perhapsUploaded);
}

/** @param inDoubt words a failure after which nobody can know whether the request was carried out. */
function notTaken(
	reply: Reply,
	envelope: Accepted | Refused,
	inDoubt: (failure: Failure) => Failure,
): Exclude<OrderState<never>, { state: 'taken' }> {
	if (envelope.kind === 'accepted') {
		const message = '302.AI accepted the request, but its answer cannot be used';
		const { httpStatus } = reply;
		const failure: Failure = { kind: 'api', message, remedy: '', httpStatus };
		return { state: 'failed', failure: inDoubt({ ...failure, requestId: envelope.requestId }) };
	}
	const { retry, failure, retryAfter } = envelope;
	if (retry === 'rate' || retry === 'concurrency') {
		return { state: 'sendAgain', limit: retry, retryAfter, failure };
	}
	if (reply.httpStatus === 404)
		return { state: 'failed', failure: { ...failure, remedy: PATH_IS_INFERRED } };
	const refusedForSure = retry === 'never' && (reply.httpStatus >= 300 || isDocumented(failure));
	return { state: 'failed', failure: refusedForSure ? failure : inDoubt(failure) };
}

function isDocumented({ code }: Failure): boolean {
	return code !== undefined && meaningOfCode(code) !== undefined;
}

const PATH_IS_INFERRED = `Check 'Base URL' in the 302.AI credential. If Doubao Portrait Result works with it, the address of this call (${SUBMIT_PATH}) is to blame: 302.AI does not document it, so it was inferred. Please report this to the authors of this node.`;

/** The failure of an order of which nobody can know whether it was carried out. */
export function perhapsTaken(failure: Failure): Failure {
	return {
		...failure,
		perhapsTaken: true,
		message: `${sentence(failure.message)} The order may have been taken all the same`,
		remedy:
			'It was not sent again, because it may exist at 302.AI and may have been billed. Look at the usage records at 302.ai before you run this item again.',
	};
}

/** The same of an upload. */
export function perhapsUploaded(failure: Failure): Failure {
	return {
		...failure,
		message: `${sentence(failure.message)} The photo may have been uploaded all the same`,
		remedy:
			'It was not sent again, because the upload may have been billed (0.001 PTC). No portrait was ordered: run this item again.',
	};
}
