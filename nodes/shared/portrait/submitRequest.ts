import { quoted, sentence, type Failure } from '../failure';
import { isForLimit, meaningOfCode } from './codes';
import type { Envelope } from './envelope';
import { isJsonObject, textOf, unwrapped, type Json, type JsonObject } from './json';
import { webLinkOf } from './link';

/**
 * Path of the submit request. INFERRED: 302.AI documents only the result request, and every other pair of its services is called
 * `<name>` and `<name>_result`. This is the one place to change should it be wrong; until then a user sets the option 'API Path'.
 */
export const SUBMIT_PATH = '/doubao/drawing/portrait';

/** Path of the upload request. Source: 302.AI's documents. */
export const UPLOAD_PATH = '/302/upload-file';
/** `code` of an upload that succeeded. Source: 302.AI's documents. */
export const UPLOADED = 200;
/** Largest photo the upload takes, in bytes. */
export const LARGEST_PHOTO = 50_000_000;
/** Pixels of a side that is not sent, by the API's own default. */
export const DEFAULT_SIDE = 1328;

/** One submit of a portrait. What is absent is not sent, so that the API's own defaults hold. */
export interface SubmitRequest {
	/** Public link to the photo. That base64 does not work in its place is INFERRED. */
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
	/** Fields that this package does not know; those it knows win. */
	additional?: JsonObject;
}

export function submitBody(request: SubmitRequest): JsonObject {
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
	return { ...request.additional, ...Object.fromEntries(given) };
}

/** A task that the API took. */
export interface SubmittedTask {
	taskId: string;
	requestId?: string;
}

/**
 * Reads the answer to a submit. An answer with a task ID is a task submitted, whatever code it comes with. Source of its shape:
 * Volcengine's documents.
 */
export function readSubmitted(envelope: Envelope): SubmittedTask | { failure: Failure } {
	const taskId = taskIdIn(envelope);
	if (taskId === undefined) {
		const failure = failureOf(envelope, perhapsSubmitted);
		const isNotFound =
			failure.code === NOT_FOUND || (envelope.httpStatus === 404 && !isDocumented(failure));
		const isPathWrong = isNotFound && !failure.perhapsSubmitted;
		return { failure: isPathWrong ? { ...failure, remedy: PATH_IS_INFERRED } : failure };
	}
	return { taskId, requestId: requestIdOf(envelope) };
}

/** The gateway's `err_code` for what it does not find. */
export const NOT_FOUND = -10010;

/** In `data.task_id` as documented, else wherever such services keep it. */
function taskIdIn(envelope: Envelope): string | undefined {
	const { answer, data } = envelope;
	const named = answer && namedTaskIdIn(answer, 0);
	if (named !== undefined) return named;
	// In a refusal an `id` is that of the refusal.
	if (envelope.kind === 'refused') return taskIdInText(envelope.text);
	const { result, id } = envelope.answer;
	const places = [data, isJsonObject(data) ? data.id : undefined, result, id];
	return places.map(longNumberOf).find(isThere);
}

const DEEPEST = 4;
const NAME_OF_TASK_ID = /^task_?ids?$/i;

/** Whether something is named like a task ID anywhere in `value`. */
export function namesTaskId(value: Json): boolean {
	return entriesIn(value).some(([name, entry]) => NAME_OF_TASK_ID.test(name) || namesTaskId(entry));
}

function namedTaskIdIn(value: Json, depth: number): string | undefined {
	const inner = unwrapped(value);
	if (depth > DEEPEST) return undefined;
	const entries = entriesIn(inner);
	const own = entries.filter(([name]) => NAME_OF_TASK_ID.test(name)).map(([, entry]) => entry);
	return (
		own.map((entry) => idOf(Array.isArray(entry) ? entry[0] : entry)).find(isThere) ??
		entries.map(([, entry]) => namedTaskIdIn(entry, depth + 1)).find(isThere)
	);
}

function entriesIn(value: Json | undefined): Array<[string, Json]> {
	return Object.entries(isJsonObject(value) || Array.isArray(value) ? value : {});
}

const isThere = (id: string | undefined): id is string => id !== undefined;

/** What looks like an ID: not the nothing, zero or minus one that stands in refusals, and no number that has lost digits. */
function idOf(value: Json | undefined): string | undefined {
	if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
	return String(value)
		.match(/^\s*(?=.*\d)([\w.:-]{6,200})\s*$/)
		?.at(1);
}

function longNumberOf(value: Json | undefined): string | undefined {
	return idOf(Array.isArray(value) ? value[0] : value)
		?.match(/^\d{16,}$/)
		?.at(0);
}

/** In the beginning of an answer that was cut short behind it. */
function taskIdInText(text?: string): string | undefined {
	return text?.match(/"task_?id"\s*:\s*"?(\d{16,})["\s,}]/i)?.at(1);
}

/** Reads the answer to an upload: the link of the photo. */
export function readUploaded(envelope: Envelope): { link: string } | { failure: Failure } {
	const { data, answer } = envelope;
	const inner = Array.isArray(data) ? data[0] : data;
	const { url, link, file_url, fileUrl } = isJsonObject(inner) ? inner : (answer ?? {});
	const given = [inner, url, link, file_url, fileUrl].map(textOf).find(isThere);
	const webLink = envelope.kind === 'accepted' && given ? webLinkOf(given) : undefined;
	return webLink === undefined
		? { failure: failureOf(envelope, perhapsUploaded) }
		: { link: webLink };
}

/** Why the request was refused when that was for a limit of the API, and so surely not carried out. */
export function refusalForLimit(envelope: Envelope): Failure | undefined {
	// Stryker disable next-line ConditionalExpression,StringLiteral: an answer that was accepted has no `retry` either
	if (envelope.kind === 'accepted') return undefined;
	if (!isForLimit(envelope.retry)) return undefined;
	return taskIdIn(envelope) === undefined ? envelope.failure : undefined;
}

/** @param inDoubt words a failure after which nobody can know whether the request was carried out. */
function failureOf(envelope: Envelope, inDoubt: (failure: InDoubt) => Failure): Failure {
	const { httpStatus } = envelope;
	if (envelope.kind === 'accepted') {
		const { requestId, reason } = envelope;
		const message = `302.AI accepted the request, but its answer cannot be used${quoted(reason)}`;
		return inDoubt({ kind: 'api', message, httpStatus, requestId });
	}
	const { retry, failure } = envelope;
	const refusedForSure =
		isDocumented(failure) ||
		failure.kind === 'account' ||
		(isRefusal(httpStatus) && !UNANSWERED.test(failure.message));
	const isFinal = retry === 'never' && refusedForSure;
	return isFinal ? failure : inDoubt(failure);
}

/** Words of a gateway that had sent the request on, and got no answer; many are written in Go, whose network errors these are. */
const UNANSWERED =
	/time[d ]*-?out|超时|deadline exceeded|\bEOF\b|connection (was )?(reset|closed|lost)|status code 5\d\d/i;

/** Statuses that gateways give as well when the one behind them did not answer in time, or was done already. */
const IN_DOUBT = [303, 408, 409, 424, 425, 499];

function isRefusal(httpStatus: number): boolean {
	return httpStatus >= 300 && httpStatus < 500 && !IN_DOUBT.includes(httpStatus);
}

function requestIdOf(envelope: Envelope): string | undefined {
	return envelope.kind === 'accepted' ? envelope.requestId : envelope.failure.requestId;
}

/** Whether a refusal has a code that 302.AI gives, and nobody else. */
export function isDocumented({ code }: Failure): boolean {
	// Stryker disable next-line ConditionalExpression: no code has no meaning either
	return code !== undefined && meaningOfCode(code) !== undefined;
}

const PATH_IS_INFERRED = `Check 'Base URL' in the 302.AI credential. If Doubao Portrait Result works with it, the path of this call (${SUBMIT_PATH}, unless you set another) is to blame: 302.AI does not document it, so it was inferred. Put the right one into 'API Path' in the options, and please tell the authors of this node.`;

/** What can be done about these does not depend on what happened. */
type InDoubt = Omit<Failure, 'remedy'>;

/** The failure of a submit of which nobody can know whether it was carried out. */
export function perhapsSubmitted(failure: InDoubt): Failure {
	return {
		...failure,
		perhapsSubmitted: true,
		message: `${sentence(failure.message)} The submit may have been taken all the same`,
		remedy:
			'It was not sent again, because it may exist at 302.AI and may have been billed. Look at the usage records at 302.ai before you run this item again.',
	};
}

/** The same of an upload. */
export function perhapsUploaded(failure: InDoubt): Failure {
	return {
		...failure,
		message: `${sentence(failure.message)} The photo may have been uploaded all the same`,
		remedy:
			'It was not sent again, because the upload may have been billed (0.001 PTC). No portrait was submitted: run this item again.',
	};
}
