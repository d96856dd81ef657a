import { meaningOfCode, meaningOfHttpStatus, type CodeMeaning, type Retry } from './codes';
import { quotable, type Failure } from '../failure';

/** What came back over HTTP, before anything is concluded from it. */
export interface Reply {
	httpStatus: number;
	/** `Retry-After` in milliseconds from now, when the server sent one. */
	retryAfter?: number;
	body: ReplyBody;
}

/** The body of a {@link Reply}: JSON, or why there is none. `text` holds the start of it at most. */
export type ReplyBody =
	| { kind: 'json'; value: unknown }
	| { kind: 'html' }
	| { kind: 'text'; text: string }
	| { kind: 'empty' }
	| { kind: 'cutShort' }
	| { kind: 'tooLarge'; limit: number };

/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

/** A call that the API carried out. */
export interface Accepted {
	kind: 'accepted';
	/** The answer's `data`, whatever it is. */
	data: unknown;
	/** The whole answer. */
	answer: JsonObject;
	message: string;
	requestId?: string;
}

/** A call that the API refused, or an answer that cannot be used. */
export interface Refused {
	kind: 'refused';
	retry: Retry;
	failure: Failure;
	/** Milliseconds, as the server asked for it. */
	retryAfter?: number;
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether the API did what it was asked, in whichever of its error shapes it says so. The code in the body comes first and
 * the HTTP status second, because whether 302.AI passes upstream statuses on is unknown.
 *
 * @param successCode 10000 for the portrait calls, 200 for the upload.
 */
export function readEnvelope(reply: Reply, successCode: number): Accepted | Refused {
	const { body } = reply;
	if (body.kind !== 'json') return refusedWithoutJson(reply, body);
	if (!isObject(body.value)) {
		return refusedByStatus(reply, 'The API answered with JSON that is not an object', {});
	}
	const answer = body.value;
	const requestId = textOf(answer.request_id);
	const error = statedError(answer, successCode);
	if (error) return refusedByCode(reply, error, requestId);
	const byStatus = meaningOfHttpStatus(reply.httpStatus);
	if (byStatus && numberOf(answer.code) !== successCode) {
		const said = textOf(answer.message) ?? `HTTP status ${reply.httpStatus}`;
		return refusedByStatus(reply, `302.AI answered: ${quotable(said)}`, { requestId });
	}
	return {
		kind: 'accepted',
		data: answer.data,
		answer,
		message: textOf(answer.message) ?? '',
		requestId,
	};
}

interface StatedError {
	code?: number | string;
	message?: string;
	requestId?: string;
}

/** The error that an answer states in one of the four shapes known; undefined when it states none. */
function statedError(answer: JsonObject, successCode: number): StatedError | undefined {
	if (isObject(answer.error)) {
		const { error } = answer;
		const code = codeOf(error.err_code) ?? codeOf(error.code);
		const message = textOf(error.message);
		if (code !== undefined || message !== undefined) return { code, message };
	}
	if (
		typeof answer.error === 'string' &&
		answer.error !== '' &&
		codeOf(answer.code) === undefined
	) {
		return { message: answer.error };
	}
	if (isObject(answer.ResponseMetadata) && isObject(answer.ResponseMetadata.Error)) {
		const { Error: error, RequestId: requestId } = answer.ResponseMetadata;
		return {
			code: codeOf(error.CodeN) ?? codeOf(error.Code),
			message: textOf(error.Message),
			requestId: textOf(requestId),
		};
	}
	const code = codeOf(answer.code);
	if (code === undefined || numberOf(code) === successCode) return undefined;
	return { code, message: textOf(answer.message) };
}

function refusedByCode(reply: Reply, error: StatedError, requestId?: string): Refused {
	const { code } = error;
	const documented = code === undefined ? undefined : meaningOfCode(code);
	const meaning = documented ?? meaningOfUnknown(code, reply.httpStatus);
	const said =
		error.message === undefined || error.message.trim() === ''
			? `refused without a reason (code ${String(code ?? 'none')}, HTTP status ${reply.httpStatus})`
			: quotable(error.message);
	return {
		kind: 'refused',
		retry: meaning.retry,
		retryAfter: reply.retryAfter,
		failure: {
			kind: meaning.kind,
			message: `302.AI answered: ${said}`,
			remedy: meaning.remedy,
			code: typeof code === 'string' ? quotable(code) : code,
			httpStatus: reply.httpStatus,
			requestId: requestId ?? error.requestId,
		},
	};
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
	const byStatus = telling ? meaningOfHttpStatus(httpStatus) : undefined;
	return (
		likeHttp ??
		byStatus ?? {
			kind: 'api',
			retry: 'never',
			remedy:
				'This code is not documented. Ask the support of 302.AI about it and name the request ID.',
		}
	);
}

const TELLING_STATUSES = [401, 402, 408, 425, 429];

function refusedWithoutJson(reply: Reply, body: Exclude<ReplyBody, { kind: 'json' }>): Refused {
	if (reply.httpStatus >= 300 && reply.httpStatus < 400) {
		return refusedByStatus(reply, 'The address answers with a redirect', {});
	}
	switch (body.kind) {
		case 'html':
			return refusedByStatus(reply, 'A web page came back instead of an answer of the 302.AI API', {
				whenOk: {
					kind: 'api',
					retry: 'never',
					remedy:
						"Check 'Base URL' in the 302.AI credential, and whether a proxy or a sign-in page stands between n8n and 302.AI.",
				},
			});
		case 'text':
			return refusedByStatus(
				reply,
				`The API answered with text that is not JSON: ${quotable(body.text)}`,
				{},
			);
		case 'empty':
			return refusedByStatus(reply, 'The API sent an empty answer', { whenOk: PASSES });
		case 'cutShort':
			return refusedByStatus(reply, "The API's answer was cut short", { whenOk: PASSES });
		case 'tooLarge':
			return {
				kind: 'refused',
				retry: 'never',
				failure: {
					kind: 'image',
					message: `The API's answer is larger than ${Math.round(body.limit / 1e6)} MB`,
					remedy:
						"Raise 'Max File Size' in the options of this node, or set 'Output' to Image Links.",
					httpStatus: reply.httpStatus,
				},
			};
	}
}

const PASSES: CodeMeaning = {
	kind: 'api',
	retry: 'untilDeadline',
	remedy: 'The task itself is not affected. Run this node again.',
};

/** An answer without a code of the API's own: the HTTP status decides, and a success that makes no sense may pass. */
function refusedByStatus(
	reply: Reply,
	message: string,
	{ requestId, whenOk }: { requestId?: string; whenOk?: CodeMeaning },
): Refused {
	const meaning: CodeMeaning = meaningOfHttpStatus(reply.httpStatus) ??
		whenOk ?? {
			kind: 'api',
			retry: 'fewTimes',
			remedy:
				"The task itself is not affected. Run this node again; if it stays like this, check 'Base URL' in the 302.AI credential.",
		};
	return {
		kind: 'refused',
		retry: meaning.retry,
		retryAfter: reply.retryAfter,
		failure: {
			kind: meaning.kind,
			message: /HTTP status/.test(message)
				? message
				: `${message} (HTTP status ${reply.httpStatus})`,
			remedy: meaning.remedy,
			httpStatus: reply.httpStatus,
			requestId,
		},
	};
}

/** A string that says something; undefined for everything else. */
export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, or a string that holds one. */
export function numberOf(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
	return undefined;
}

function codeOf(value: unknown): number | string | undefined {
	return numberOf(value) ?? textOf(value);
}
