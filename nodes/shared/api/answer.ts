import { isJsonObject, parseJson, type Json, type JsonObject } from './json';
import { webLinkOf } from './link';

/** What came back over HTTP. */
export interface HttpResponse {
	httpStatus: number;
	/** The body as text, without the API key. */
	text: string;
	/** The header `retry-after`. */
	retryAfter?: unknown;
	/** The header `request-id`, without the API key. */
	requestId?: string;
	/** Bytes after which the body was read no further; absent when all of it was read. */
	cutAt?: number;
	/** Host and port of a proxy that may have answered in place of 302.AI. */
	proxy?: string;
}

/**
 * - `json`: an object, as documented; `otherJson`: any other JSON;
 * - `page`: HTML or XML; `text`: any other text; `empty`: nothing;
 * - `cutShort`: JSON that ends too early; `tooLarge`: JSON, or nothing but blanks, that was not read to its end.
 */
type Form = 'json' | 'otherJson' | 'page' | 'text' | 'empty' | 'cutShort' | 'tooLarge';

/** An answer of the API, in the documented shape. This is the only file that sees an answer as it came. */
export interface Answer {
	kind: 'answer';
	httpStatus: number;
	form: Form;
	/** `code`, or that of an error: a number wherever it is one. */
	code?: number | string;
	/** It states an error in a place of its own. */
	statesError: boolean;
	/** The reason that it gives in a place of its own, uncut; a bare success gives none. */
	reason?: string;
	/** What the verdict may depend on: the reason, else the title of a page, else the whole body. */
	words: string;
	/** What 302.AI's support asks for. */
	requestId?: string;
	/** Milliseconds. Source: RFC 9110; that 302.AI sends it is INFERRED. */
	retryAfter?: number;
	cutAt?: number;
	proxy?: string;
	data: AnswerData;
	/** The answer as it came; empty unless it is an object. */
	body: JsonObject;
}

/** The answer's `data`. */
interface AnswerData {
	/** Whether it is an object. */
	isObject: boolean;
	/** Of a submit: 19 digits, more than a JSON number keeps, so it is taken from the text. */
	taskId?: string;
	/** Of a task. */
	status?: string;
	images: PortraitImage[];
	/** Something stands in the lists of images that was not understood. */
	hasUnreadImages: boolean;
	generation?: Generation;
	/** Of an upload. */
	link?: string;
	/** Whether it is a list, as that of the models is. */
	isList: boolean;
}

/** One image of a finished task, as a link, as base64 or as both. */
export type PortraitImage =
	| { link: string; base64?: string }
	| { link?: undefined; base64: string };

/** What `resp_data` tells of how the portrait was made; only keys that it really holds. */
interface Generation {
	prompt?: string;
	expanded_prompt?: string;
	seed?: number;
	width?: number;
	height?: number;
}

/** Something that is understood in an answer. `fixture` names one in test/unit/samples.ts. */
interface Understood {
	what: string;
	source: string;
	fixture: string;
}

const DOCUMENTED = "302.AI's documentation";
const PUBLISHED = "302.AI's published code";
const UPSTREAM = "Volcengine's documentation, the service behind it";
const SEEN = 'seen in public clients and logs';

/** Where an answer keeps its code, its words and its request ID; the first place that holds one counts. */
const CODES: Understood[] = [
	{ what: 'error.err_code', source: PUBLISHED, fixture: 'gatewayNetwork' },
	{ what: 'error.code', source: SEEN, fixture: 'openAiError' },
	{ what: 'ResponseMetadata.Error.CodeN', source: UPSTREAM, fixture: 'metadata' },
	{ what: 'ResponseMetadata.Error.Code', source: UPSTREAM, fixture: 'metadataWord' },
	{ what: 'code', source: DOCUMENTED, fixture: 'textRisk' },
];
const ERRORS: Understood[] = [
	{ what: 'error.message', source: PUBLISHED, fixture: 'gatewayNetwork' },
	{ what: 'error', source: SEEN, fixture: 'errorText' },
	{ what: 'ResponseMetadata.Error.Message', source: UPSTREAM, fixture: 'metadata' },
];
const REASONS: Understood[] = [
	{ what: 'msg', source: SEEN, fixture: 'msg' },
	{ what: 'detail', source: SEEN, fixture: 'detail' },
	{ what: 'errors', source: SEEN, fixture: 'errors' },
	{ what: 'data.algorithm_base_resp.status_message', source: DOCUMENTED, fixture: 'noFace' },
	{ what: 'message', source: DOCUMENTED, fixture: 'textRisk' },
];
const REQUEST_IDS: Understood[] = [
	{ what: 'request_id', source: DOCUMENTED, fixture: 'textRisk' },
	{ what: 'ResponseMetadata.RequestId', source: UPSTREAM, fixture: 'metadata' },
];
/** What is read beside the documented shape of `data`. */
const SHAPES: Understood[] = [
	{ what: 'data as JSON in a text', source: SEEN, fixture: 'dataAsText' },
	{ what: 'a task ID as a number', source: SEEN, fixture: 'idAsNumber' },
	{ what: 'links as JSON in a text', source: SEEN, fixture: 'linksAsText' },
	{ what: 'links as objects', source: SEEN, fixture: 'linksAsObjects' },
	{ what: '&amp; and \\u0026 in links', source: SEEN, fixture: 'escapedLinks' },
	{ what: 'base64 behind data:, or in lines', source: DOCUMENTED, fixture: 'dataUrl' },
	{ what: 'either form of image in either list', source: PUBLISHED, fixture: 'formsSwapped' },
];
export const UNDERSTOOD = [...CODES, ...ERRORS, ...REASONS, ...REQUEST_IDS, ...SHAPES];

/** @param now milliseconds since 1970, for a Retry-After that is a date. Never throws. */
export function readAnswer(response: HttpResponse, now: number): Answer {
	const { httpStatus, cutAt, proxy } = response;
	const text = response.text.trim();
	const json = cutAt === undefined ? parseJson(text) : undefined;
	const body = isJsonObject(json) ? withParsedData(json) : {};
	const error = firstOf(body, ERRORS);
	const reason = error ?? firstOf(body, REASONS);
	const form = formOf(text, json, cutAt);
	return {
		kind: 'answer',
		httpStatus,
		form,
		code: CODES.map(({ what }) => codeOf(valueAt(body, what))).find((code) => code !== undefined),
		statesError: error !== undefined,
		reason: reason && isSuccess(reason) ? undefined : reason,
		words: form === 'page' ? titleOf(text) : (reason ?? text),
		requestId: firstOf(body, REQUEST_IDS) ?? textOf(response.requestId),
		retryAfter: readRetryAfter(response.retryAfter, now),
		cutAt,
		proxy,
		data: dataOf(body, taskIdIn(text, form, json)),
		body,
	};
}

/** The answer as it came, but for base64 images: those are files by now, and would blow up the execution's data. */
export function withoutBase64({ body }: Answer): JsonObject {
	const { data } = body;
	if (!isJsonObject(data)) return body;
	const lists = [LINKS, FILES].flatMap((name): Array<[string, Json]> => {
		if (!data[name]) return [];
		return [[name, listOf(data[name]).filter((entry) => imageOf(entry)?.base64 === undefined)]];
	});
	return { ...body, data: { ...data, ...Object.fromEntries(lists) } };
}

function formOf(text: string, json: Json | undefined, cutAt?: number): Form {
	if (isJsonObject(json)) return 'json';
	if (json !== undefined) return 'otherJson';
	const mayBeJson = text === '' || /^[[{]/.test(text);
	if (mayBeJson && cutAt !== undefined) return 'tooLarge';
	if (mayBeJson) return text === '' ? 'empty' : 'cutShort';
	return text.startsWith('<') ? 'page' : 'text';
}

function withParsedData(body: JsonObject): JsonObject {
	const data = unwrapped(body.data);
	return isJsonObject(data) ? { ...body, data } : body;
}

/** JSON that was written as text into JSON once more, as it was meant. */
function unwrapped(value: Json | undefined): Json | undefined {
	return typeof value === 'string' && /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value;
}

function valueAt(body: JsonObject, path: string): Json | undefined {
	return path
		.split('.')
		.reduce<
			Json | undefined
		>((value, name) => (isJsonObject(value) ? value[name] : undefined), body);
}

/** The first text that stands in one of these places. */
function firstOf(body: JsonObject, places: Understood[]): string | undefined {
	return places.map(({ what }) => textOf(valueAt(body, what))).find((text) => text !== undefined);
}

function titleOf(page: string): string {
	return /<title[^>]*>([^<]*)/i.exec(page.slice(0, 10_000))?.at(1)?.trim() ?? '';
}

function isSuccess(reason: string): boolean {
	return /^(success|ok)\.?$/i.test(reason);
}

function codeOf(value: Json | undefined): number | string | undefined {
	const isWhole = typeof value === 'string' && /^-?\d{1,15}$/.test(value);
	return numberOf(isWhole ? Number(value) : value) ?? textOf(value);
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
	return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function dataOf(body: JsonObject, taskId: string | undefined): AnswerData {
	const { data } = body;
	if (!isJsonObject(data)) {
		const link = typeof data === 'string' ? webLinkOf(data) : undefined;
		const isList = Array.isArray(data);
		return { isObject: false, isList, taskId, images: [], hasUnreadImages: false, link };
	}
	return {
		isObject: true,
		isList: false,
		taskId,
		status: textOf(data.status),
		images: imagesOf(data),
		hasUnreadImages: [LINKS, FILES].some((name) => listOf(data[name]).some(isUnread)),
		generation: generationOf(data.resp_data),
	};
}

/** Under its documented name wherever that stands, with all its digits: also in an answer that was cut short behind it. */
const TASK_ID = /"task_id"\s*:\s*(?:"\s*(?=[\w.:-]*\d)([\w.:-]{6,200})\s*"|(\d{6,})(?=[\s,}\]]))/;

/** Only JSON is looked through: a page may show an example of an answer. */
function taskIdIn(text: string, form: Form, json: Json | undefined): string | undefined {
	if (form === 'page' || form === 'text') return undefined;
	const data = isJsonObject(json) && typeof json.data === 'string' ? json.data : '';
	const [, written, asNumber] = TASK_ID.exec(text) ?? TASK_ID.exec(data) ?? [];
	return written ?? asNumber;
}

const LINKS = 'image_urls';
const FILES = 'binary_data_base64';

/** The images of both lists. Where both are filled they are the same images in two forms, in the same order. */
function imagesOf(data: JsonObject): PortraitImage[] {
	const one = listOf(data[LINKS]).map(imageOf);
	const other = listOf(data[FILES]).map(imageOf);
	const length = Math.max(one.length, other.length);
	return Array.from({ length }, (_, index) => [one[index], other[index]]).flatMap(
		([first, second]): PortraitImage[] => {
			if (first?.link !== undefined && second?.base64 !== undefined) {
				return [{ link: first.link, base64: second.base64 }];
			}
			return [first, second].filter((image) => image !== undefined);
		},
	);
}

function listOf(value: Json | undefined): Json[] {
	const list = unwrapped(value) ?? [];
	return Array.isArray(list) ? list : [list];
}

/** An entry is told by what it is, not by the list it came in. */
function imageOf(entry: Json): PortraitImage | undefined {
	if (isJsonObject(entry)) {
		return Object.values(entry)
			.map((value) => (typeof value === 'string' ? imageOf(value) : undefined))
			.find((image) => image?.link !== undefined);
	}
	if (typeof entry !== 'string') return undefined;
	// Looked at by its beginning: an image may have many MB.
	const isLink = /^[\s<"'`]*https?:/i.test(entry.slice(0, 20));
	const link = isLink ? webLinkOf(entry) : undefined;
	if (link !== undefined) return { link };
	const base64 = entry.trimStart().replace(/^data:[^,]{0,100};base64,\s*/i, '');
	// Node.js would pass over what is no Base64, and damage the image.
	const isBase64 = base64.length >= 16 && !/[^A-Za-z0-9+/=\r\n]/.test(base64);
	return !isLink && isBase64 ? { base64 } : undefined;
}

function isUnread(entry: Json): boolean {
	const isSomething = typeof entry === 'string' ? entry.trim() !== '' : isJsonObject(entry);
	return isSomething && imageOf(entry) === undefined;
}

/** JSON in a text, with `log_output` JSON in a text again; anything else tells nothing. */
function generationOf(respData: Json | undefined): Generation | undefined {
	const log = objectIn(objectIn(respData).log_output);
	const params = objectIn(objectIn(log.infer_ctx).params);
	const generation: Generation = {
		prompt: textOf(params.ori_prompt),
		expanded_prompt: textOf(log.pe_result),
		seed: numberOf(params.seed),
		width: numberOf(params.width),
		height: numberOf(params.height),
	};
	const held = Object.entries(generation).filter(([, value]) => value !== undefined);
	return held.length > 0 ? Object.fromEntries(held) : undefined;
}

function objectIn(value: Json | undefined): JsonObject {
	const json = unwrapped(value);
	return isJsonObject(json) ? json : {};
}

/** A date as HTTP wants it; `Date.parse` alone takes almost any text for one. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** A day in milliseconds: no run waits longer, and absurd numbers must not get into sums. */
const LONGEST_RETRY_AFTER = 86_400_000;

/** `Retry-After` in milliseconds from `now`: it holds seconds or a date. Source: RFC 9110. */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const isDate = HTTP_DATE.test(header.trim());
	const milliseconds = isDate ? Math.max(0, Date.parse(header) - now) : Number(header) * 1000;
	const isTime = Number.isFinite(milliseconds) && milliseconds >= 0;
	return isTime ? Math.min(milliseconds, LONGEST_RETRY_AFTER) : undefined;
}
