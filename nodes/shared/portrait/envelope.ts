import { quotable, type Failure } from '../failure';
import { meaningOfCode, meaningOfHttpStatus, type CodeMeaning, type Retry } from './codes';
import { isJsonObject, numberOf, textOf, type Json, type JsonObject } from './json';

/** What came back over HTTP, before anything is concluded from it. */
export interface ApiResponse {
	httpStatus: number;
	/** `Retry-After` in milliseconds from now, when the server sent one. */
	retryAfter?: number;
	body: ResponseBody;
}

/** The body of an {@link ApiResponse}: JSON, or why there is none. `text` holds the start of it at most. */
export type ResponseBody =
	| { kind: 'json'; value: Json }
	| { kind: 'html' }
	| { kind: 'text'; text: string }
	| { kind: 'empty' }
	| { kind: 'cutShort' }
	| { kind: 'tooLarge'; limit: number };

/** What the API says of a request, before anybody looks at its `data`. */
export type Envelope = Accepted | Refused;

/** A request that the API carried out. */
export interface Accepted {
	kind: 'accepted';
	/** The answer's `data`, whatever it is. */
	data: Json | undefined;
	/** The whole answer. */
	answer: JsonObject;
	message: string;
	httpStatus: number;
	requestId?: string;
}

/** A request that the API refused, or an answer that cannot be used. */
export interface Refused {
	kind: 'refused';
	retry: Retry;
	failure: Failure;
	httpStatus: number;
	/** The answer's `data`, where there was one all the same. */
	data?: Json;
	/** Milliseconds, as the server asked for it. */
	retryAfter?: number;
}

/**
 * Whether the API did what it was asked, in whichever of its error shapes it says so. The code in the body comes first and
 * the HTTP status second, because whether 302.AI passes upstream statuses on is unknown.
 *
 * @param successCode 10000 for the portrait requests, 200 for the upload.
 */
export function readEnvelope(response: ApiResponse, successCode: number): Envelope {
	const { body, httpStatus } = response;
	if (body.kind !== 'json') return refusedWithoutJson(response, body);
	if (!isJsonObject(body.value)) {
		return refusedByStatus(response, 'The API answered with JSON that is not an object');
	}
	const answer = body.value;
	const { data } = answer;
	const requestId = textOf(answer.request_id);
	const error = statedError(answer, successCode);
	if (error) return { ...refusedByCode(response, error, requestId), data };
	const message = textOf(answer.message);
	if (meaningOfHttpStatus(httpStatus) && numberOf(answer.code) !== successCode) {
		const said = `302.AI answered: ${quotable(message ?? `HTTP status ${httpStatus}`)}`;
		return { ...refusedByStatus(response, said, MAY_PASS, requestId), data };
	}
	return { kind: 'accepted', data, answer, message: message ?? '', httpStatus, requestId };
}

interface StatedError {
	code?: number | string;
	message?: string;
	requestId?: string;
}

/** The error that an answer states in one of the four shapes known; undefined when it states none. */
function statedError(answer: JsonObject, successCode: number): StatedError | undefined {
	const { error, ResponseMetadata: metadata } = answer;
	const code = codeOf(answer.code);
	if (isJsonObject(error)) {
		const stated = {
			code: codeOf(error.err_code) ?? codeOf(error.code),
			message: textOf(error.message),
		};
		if (stated.code !== undefined || stated.message !== undefined) return stated;
	}
	if (typeof error === 'string' && error !== '' && code === undefined) return { message: error };
	if (isJsonObject(metadata) && isJsonObject(metadata.Error)) {
		return {
			code: codeOf(metadata.Error.CodeN) ?? codeOf(metadata.Error.Code),
			message: textOf(metadata.Error.Message),
			requestId: textOf(metadata.RequestId),
		};
	}
	if (code === undefined || numberOf(code) === successCode) return undefined;
	return { code, message: textOf(answer.message) };
}

function codeOf(value: Json | undefined): number | string | undefined {
	return numberOf(value) ?? textOf(value);
}

function refusedByCode(response: ApiResponse, error: StatedError, requestId?: string): Refused {
	const { code, message = '' } = error;
	const { httpStatus } = response;
	const meaning =
		(code === undefined ? undefined : meaningOfCode(code)) ?? meaningOfUnknown(code, httpStatus);
	const said =
		message.trim() === ''
			? `refused without a reason (code ${String(code ?? 'none')}, HTTP status ${httpStatus})`
			: quotable(message);
	return refused(response, meaning, `302.AI answered: ${said}`, {
		code: typeof code === 'string' ? quotable(code) : code,
		requestId: requestId ?? error.requestId,
	});
}

/**
 * A code nobody documented is final (it is shown as it is), unless it or the HTTP status says that the key is refused, a limit
 * is reached or the server broke down.
 */
function meaningOfUnknown(code: number | string | undefined, httpStatus: number): CodeMeaning {
	const number = Number(code ?? Number.NaN);
	const likeHttp = number >= 400 && number < 600 ? meaningOfHttpStatus(number) : undefined;
	const telling =
		typeof code !== 'number' || TELLING_STATUSES.includes(httpStatus) || httpStatus >= 500;
	return likeHttp ?? (telling ? meaningOfHttpStatus(httpStatus) : undefined) ?? UNDOCUMENTED;
}

const TELLING_STATUSES = [401, 402, 408, 425, 429];
const UNDOCUMENTED: CodeMeaning = {
	kind: 'api',
	retry: 'never',
	remedy:
		'This code is not documented. Ask the support of 302.AI about it and name the request ID.',
};

function refusedWithoutJson(
	response: ApiResponse,
	body: Exclude<ResponseBody, { kind: 'json' }>,
): Refused {
	if (response.httpStatus >= 300 && response.httpStatus < 400) {
		return refusedByStatus(response, 'The address answers with a redirect');
	}
	switch (body.kind) {
		case 'html':
			return refusedByStatus(
				response,
				'A web page came back instead of an answer of the 302.AI API',
				PAGE,
			);
		case 'text':
			return refusedByStatus(
				response,
				`The API answered with text that is not JSON: ${quotable(body.text)}`,
			);
		case 'empty':
			return refusedByStatus(response, 'The API sent an empty answer', PASSES);
		case 'cutShort':
			return refusedByStatus(response, "The API's answer was cut short", PASSES);
		case 'tooLarge':
			return refused(
				response,
				TOO_LARGE,
				`The API's answer is larger than ${Math.round(body.limit / 1e6)} MB`,
			);
	}
}

const PAGE: CodeMeaning = {
	kind: 'api',
	retry: 'never',
	remedy:
		"Check 'Base URL' in the 302.AI credential, and whether a proxy or a sign-in page stands between n8n and 302.AI.",
};
const PASSES: CodeMeaning = {
	kind: 'api',
	retry: 'untilDeadline',
	remedy: 'The task itself is not affected. Run this node again.',
};
const MAY_PASS: CodeMeaning = {
	kind: 'api',
	retry: 'fewTimes',
	remedy:
		"The task itself is not affected. Run this node again; if it stays like this, check 'Base URL' in the 302.AI credential.",
};
const TOO_LARGE: CodeMeaning = {
	kind: 'image',
	retry: 'never',
	remedy: "Raise 'Max File Size' in the options of this node, or set 'Output' to Image Links.",
};

/** An answer without a code of the API's own: the HTTP status decides. @param whenOk what a success means that makes no sense. */
function refusedByStatus(
	response: ApiResponse,
	message: string,
	whenOk = MAY_PASS,
	requestId?: string,
): Refused {
	const { body, httpStatus } = response;
	const meaning = meaningOfHttpStatus(httpStatus) ?? whenOk;
	// Pages of proxies and firewalls come under any status: only JSON can say that the key or the account is refused.
	const kind = meaning.kind === 'account' && body.kind !== 'json' ? 'api' : meaning.kind;
	const said = /HTTP status/.test(message) ? message : `${message} (HTTP status ${httpStatus})`;
	return refused(response, { ...meaning, kind }, said, { requestId });
}

function refused(
	{ httpStatus, retryAfter }: ApiResponse,
	{ kind, retry, remedy }: CodeMeaning,
	message: string,
	facts: Pick<Failure, 'code' | 'requestId'> = {},
): Refused {
	return {
		kind: 'refused',
		retry,
		retryAfter,
		httpStatus,
		failure: { kind, message, remedy, httpStatus, ...facts },
	};
}
