import { quotable, type Failure } from '../failure';
import type { Retry } from './codes';
import type { Accepted, Envelope } from './envelope';
import { isJsonObject, numberOf, parseJson, textOf, type Json, type JsonObject } from './json';

/** One image of a finished task, as a link, as base64 or as both. */
export type PortraitImage =
	| { link: string; base64?: string }
	| { link?: undefined; base64: string };

/** What `resp_data` tells of how the portrait was made; only keys that it really holds. */
export interface Generation {
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
export interface Failed {
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

const SUBMIT_AGAIN = 'Submit a new task. Results are kept for about 12 hours after they are made.';

/** Everything an answer of the result request can mean is decided here, once. Never throws, whatever the answer holds. */
export function readTaskState(envelope: Envelope): TaskState {
	if (envelope.kind === 'refused') {
		const { retry, failure, retryAfter } = envelope;
		return retry === 'never'
			? { state: 'failed', failure }
			: { state: 'askAgain', retry, failure, retryAfter };
	}
	if (!isJsonObject(envelope.data)) {
		return {
			state: 'askAgain',
			retry: 'fewTimes',
			failure: {
				kind: 'api',
				message: 'The API answered without any data about the task',
				remedy:
					"Run this node again; if it stays like this, check 'Base URL' in the 302.AI credential.",
				httpStatus: envelope.httpStatus,
				requestId: envelope.requestId,
			},
		};
	}
	return stateOf(envelope, envelope.data);
}

function stateOf(envelope: Accepted, data: JsonObject): TaskState {
	const { answer, httpStatus, requestId } = envelope;
	const code = numberOf(answer.code);
	const given = textOf(data.status);
	const images = imagesOf(data);
	// Images without a word about the state are handed over: they are what the user paid for.
	const status = given ?? (images.length > 0 ? 'done' : 'unknown');
	const ended = (message: string, remedy: string): Failed => ({
		state: 'failed',
		failure: { kind: 'task', message, remedy, status, code, httpStatus, requestId },
	});
	switch (status) {
		case 'done': {
			const [first, ...others] = images;
			if (first) {
				const generation = generationOf(data.resp_data);
				return { state: 'done', status, images: [first, ...others], generation, requestId, answer };
			}
			return ended(
				`302.AI finished the task without an image${saidBy(data, envelope)}`,
				'Submit the task again.',
			);
		}
		case 'not_found':
			return ended(
				'302.AI does not know this task, or its result has expired (status "not_found")',
				`Check 'Task ID' and that the credential is of the account that submitted the task. ${SUBMIT_AGAIN}`,
			);
		case 'expired':
			return ended('The task has expired at 302.AI (status "expired")', SUBMIT_AGAIN);
		case 'failed':
			return ended(
				`302.AI could not make the portrait (status "failed")${saidBy(data, envelope)}`,
				'Submit a new task, with a different photo or prompt if it happens again.',
			);
		default:
			return { state: 'running', status: quotable(status), requestId, answer };
	}
}

/** The API's own words about a task without images, behind a colon; empty when it says nothing but success. */
function saidBy(data: JsonObject, envelope: Accepted): string {
	const base = isJsonObject(data.algorithm_base_resp) ? data.algorithm_base_resp : {};
	const said = textOf(base.status_message) ?? envelope.message;
	return said === '' || /^success$/i.test(said) ? '' : `: ${quotable(said)}`;
}

/** The images of both arrays. Where both are filled they are the same images in two forms, in the same order. */
function imagesOf(data: JsonObject): PortraitImage[] {
	const urls = listOf(data.image_urls).map(entryOf);
	const bytes = listOf(data.binary_data_base64).map(entryOf);
	return Array.from({ length: Math.max(urls.length, bytes.length) }, (_, index) => {
		const [one, other] = [urls[index], bytes[index]];
		if (one && other && 'link' in one && 'base64' in other) return [{ ...one, ...other }];
		return [one, other].filter((entry) => entry !== undefined);
	}).flat();
}

type ImageEntry = { link: string } | { base64: string };

/** One image in place of a list is a list of one. */
function listOf(value: Json | undefined): Json[] {
	if (typeof value === 'string') return [value];
	return Array.isArray(value) ? value : [];
}

/** Each entry is told by what it is, not by the array it came in; what is neither a web link nor base64 is no image. */
function entryOf(entry: Json): ImageEntry | undefined {
	if (typeof entry !== 'string') return undefined;
	const start = entry.slice(0, 200).trimStart();
	if (isLink(start)) {
		const link = entry.trim();
		return URL.canParse(link) ? { link } : undefined;
	}
	const prefix = /^data:[^,]{0,100};base64,/i.exec(start);
	if (prefix) {
		const base64 = entry.trimStart().slice(prefix[0].length);
		return base64.trim() === '' ? undefined : { base64 };
	}
	return /^[A-Za-z0-9+/_-]{16}/.test(start) ? { base64: entry } : undefined;
}

/** Whether an entry of the image lists is a web link, and so short. */
export function isLink(entry: string): boolean {
	return /^\s*https?:\/\//i.test(entry);
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
