import { quotable, quoted, type Failure } from '../failure';
import { FETCH_LATER, meaningOfCode, type Retry } from './codes';
import type { Accepted, Envelope } from './envelope';
import { isJsonObject, numberOf, parseJson, textOf, type Json, type JsonObject } from './json';
import { reasonIn } from './reason';
import type { Refused } from './refusal';
import { FINISHED_STATUS, imagesOf, type PortraitImage } from './taskImages';

/** What `resp_data` tells of how the portrait was made; only keys that it really holds. */
interface Generation {
	prompt?: string;
	expanded_prompt?: string;
	seed?: number;
	width?: number;
	height?: number;
}

/** The state of a task, as one answer of the result request tells it. */
export type TaskState = Running | Done | Failed | AskAgain;

/** The task is queued or being made; also every status that nobody documented. */
export interface Running {
	state: 'running';
	status: string;
	requestId?: string;
	/** The whole answer. */
	answer: JsonObject;
}

/** The task is finished and has at least one image. */
export interface Done {
	state: 'done';
	status: string;
	images: [PortraitImage, ...PortraitImage[]];
	generation?: Generation;
	requestId?: string;
	/** The whole answer, base64 images included. */
	answer: JsonObject;
}

/** The task ended without an image, or asking for it again cannot help. */
interface Failed {
	state: 'failed';
	failure: Failure;
	/** The error of the network behind it. */
	cause?: Error;
}

/** Nothing was learnt about the task, and the same question may get an answer later. */
export interface AskAgain {
	state: 'askAgain';
	retry: Exclude<Retry, 'never'>;
	/** What to say when it does not pass. */
	failure: Failure;
	/** The error of the network behind it. */
	cause?: Error;
	/** Milliseconds, as the server asked for it. */
	retryAfter?: number;
}

const LOST_DIGITS =
	'An ID that ends in zeros was made a number somewhere and lost its last digits: keep it as text.';
/** Source: newer documents of Volcengine; an older one says 24 hours, and 302.AI says nothing. */
export const RESULTS_EXPIRE =
	'Submit a new task. Results are kept for about 12 hours after they are made.';

/** Everything an answer of the result request can mean is decided here, once. Never throws, whatever the answer holds. */
export function readTaskState(envelope: Envelope): TaskState {
	if (envelope.kind === 'refused') {
		const { retry, failure, retryAfter } = envelope;
		const images = imagesUnder(envelope);
		if (images) return images;
		return retry === 'never'
			? { state: 'failed', failure }
			: { state: 'askAgain', retry, failure, retryAfter };
	}
	const { data, answer, reason, httpStatus, requestId } = envelope;
	if (isJsonObject(data)) {
		// Images are handed over whatever the status says: they are what the user paid for.
		return doneWith(data, answer, requestId) ?? stateWithoutImages(envelope, data);
	}
	return {
		state: 'askAgain',
		retry: 'fewTimes',
		failure: {
			kind: 'api',
			message: `The API answered without any data about the task${quoted(reason)}`,
			remedy: `${FETCH_LATER}; if it stays like this, check 'Base URL' in the 302.AI credential.`,
			httpStatus,
			requestId,
		},
	};
}

/** A finished task under a code that nobody documented: gateways have codes of their own for success. */
function imagesUnder({ answer, data, failure, httpStatus }: Refused): Done | undefined {
	const { code, requestId } = failure;
	const isUnknown = code !== undefined && meaningOfCode(code) === undefined;
	if (!isUnknown || httpStatus >= 300 || !answer || !isJsonObject(data)) return undefined;
	const done = doneWith(data, answer, requestId);
	return done && FINISHED_STATUS.test(done.status) ? done : undefined;
}

/** The task with the images of an answer; undefined when it has none. */
function doneWith(data: JsonObject, answer: JsonObject, requestId?: string): Done | undefined {
	const [first, ...others] = imagesOf(data);
	if (!first) return undefined;
	const status = textOf(data.status) ?? 'done';
	const generation = generationOf(data.resp_data);
	return { state: 'done', status, images: [first, ...others], generation, requestId, answer };
}

/** A status of a task that 302.AI does not know. Source: Volcengine's documents (`not_found`). */
export const UNKNOWN_TASK = /not[ _-]?(found|exist)/i;

/**
 * Words of services of this kind for a task that ended without a result; `failed` was seen in public clients. A status that holds
 * none of them, and is not documented, is one of a task that still runs.
 */
export const ENDED_BADLY =
	/fail|error|cancel|abort|reject|refus|denied|declin|invalid|violat|block|banned|terminat|timed?_?-? ?out|失败|取消|拒绝|错误/i;

function stateWithoutImages(envelope: Accepted, data: JsonObject): TaskState {
	const { answer, httpStatus, requestId } = envelope;
	const code = numberOf(answer.code);
	const status = quotable(textOf(data.status) ?? 'unknown');
	const said = quoted(reasonIn(data) ?? envelope.reason);
	const ended = (message: string, remedy: string): Failed => ({
		state: 'failed',
		failure: { kind: 'task', message, remedy, status, code, httpStatus, requestId },
	});
	if (/^done$/i.test(status)) {
		const { algorithm_base_resp: algorithm } = data;
		const reviewed = isJsonObject(algorithm) ? numberOf(algorithm.status_code) : undefined;
		return ended(
			`302.AI finished the task without an image${said}`,
			meaningOfCode(reviewed ?? 0)?.remedy ?? 'Submit the task again.',
		);
	}
	if (UNKNOWN_TASK.test(status)) {
		return ended(
			`302.AI does not know this task, or its result has expired (status "${status}")`,
			`Check 'Task ID' and that the credential is of the account that submitted the task. ${LOST_DIGITS} ${RESULTS_EXPIRE}`,
		);
	}
	if (/expired/i.test(status)) {
		return ended(`The task has expired at 302.AI (status "${status}")`, RESULTS_EXPIRE);
	}
	if (ENDED_BADLY.test(status)) {
		return ended(
			`302.AI could not make the portrait (status "${status}")${said}`,
			'Submit a new task, with a different photo or prompt if it happens again.',
		);
	}
	return { state: 'running', status, requestId, answer };
}

/** JSON in a string, with `log_output` JSON in a string again; anything else tells nothing. */
function generationOf(respData: Json | undefined): Generation | undefined {
	const outer = parsed(respData);
	const log = parsed(outer.log_output);
	const context = isJsonObject(log.infer_ctx) ? log.infer_ctx : log;
	const params = isJsonObject(context.params) ? context.params : {};
	const generation: Generation = {
		prompt: textOf(params.ori_prompt),
		expanded_prompt: textOf(log.pe_result) ?? textOf(context.pe_result),
		seed: numberOf(params.seed),
		width: numberOf(params.width),
		height: numberOf(params.height),
	};
	const held = Object.entries(generation).filter(([, value]) => value !== undefined);
	return held.length > 0 ? Object.fromEntries(held) : undefined;
}

function parsed(value: Json | undefined): JsonObject {
	const json = typeof value === 'string' ? parseJson(value)?.value : value;
	return isJsonObject(json) ? json : {};
}
