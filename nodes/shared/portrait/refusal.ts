import { quotable, type Failure } from '../failure';
import {
	FETCH_LATER,
	meaningOfCode,
	meaningOfHttpStatus,
	meaningOfWords,
	type CodeMeaning,
	type Retry,
} from './codes';
import type { Json, JsonObject } from './json';

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
	| { kind: 'html'; title: string }
	| { kind: 'text'; text: string }
	| { kind: 'empty' }
	| { kind: 'cutShort'; text: string }
	| { kind: 'tooLarge'; limit: number };

/** A request that the API refused, or an answer that cannot be used. */
export interface Refused {
	kind: 'refused';
	retry: Retry;
	failure: Failure;
	httpStatus: number;
	/** The answer and its `data`, where there were any all the same. */
	answer?: JsonObject;
	data?: Json;
	/** The beginning of an answer that was cut short. */
	text?: string;
	/** Milliseconds, as the server asked for it. */
	retryAfter?: number;
}

/** The error that an answer states. */
export interface StatedError {
	code?: number | string;
	reason?: string;
	requestId?: string;
}

/** What precedes the API's own words. */
export const ANSWERED = '302.AI answered';

/** An answer that states an error. */
export function refusedByCode(
	response: ApiResponse,
	error: StatedError,
	requestId?: string,
): Refused {
	const { code, reason } = error;
	const { httpStatus } = response;
	const meaning =
		// Stryker disable next-line ConditionalExpression: no code has no meaning either
		(code === undefined ? undefined : meaningOfCode(code)) ??
		meaningOfUnknown(code, httpStatus, reason);
	const said =
		reason === undefined
			? `refused without a reason (code ${String(code ?? 'none')}, HTTP status ${httpStatus})`
			: quotable(reason);
	return refused(response, meaning, `${meaning.headline ?? ANSWERED}: ${said}`, {
		code: typeof code === 'string' ? quotable(code) : code,
		requestId: requestId ?? error.requestId,
	});
}

/**
 * A code nobody documented is final (it is shown as it is), unless it, the words or the HTTP status says that the key is refused,
 * a quota is used up, a limit is reached or the server broke down.
 */
function meaningOfUnknown(
	code: number | string | undefined,
	httpStatus: number,
	reason: string | undefined,
): CodeMeaning {
	const ofWords = meaningOfWords([code, reason].join(' '), httpStatus);
	if (ofWords) return ofWords;
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

/** An answer that is no JSON. */
export function refusedWithoutJson(
	response: ApiResponse,
	body: Exclude<ResponseBody, { kind: 'json' }>,
): Refused {
	if (response.httpStatus >= 300 && response.httpStatus < 400) {
		return refusedByStatus(response, 'The address answers with a redirect');
	}
	if (response.httpStatus === 407) {
		return refusedByStatus(response, 'A proxy on the way refused the request');
	}
	switch (body.kind) {
		case 'html':
			return refusedByStatus(
				response,
				`A web page came back instead of an answer of the 302.AI API${titleOf(body.title)}`,
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
			return {
				...refusedByStatus(response, "The API's answer was cut short", PASSES),
				text: body.text,
			};
		case 'tooLarge':
			return refused(
				response,
				TOO_LARGE,
				`The API's answer is larger than ${Math.round(body.limit / 1e6)} MB`,
			);
	}
}

/** A web page that comes in place of a refusal of the API; undefined where its status says more. */
function meaningOfPage(httpStatus: number): CodeMeaning | undefined {
	if ([401, 403].includes(httpStatus)) return FIREWALL_PAGE;
	return [400, 406, 421, 451].includes(httpStatus) ? PAGE : undefined;
}

function titleOf(title: string): string {
	return title === '' ? '' : `: "${quotable(title)}"`;
}

const PAGE: CodeMeaning = {
	kind: 'api',
	retry: 'never',
	remedy:
		"Check 'Base URL' in the 302.AI credential, and whether a proxy or a sign-in page stands between n8n and 302.AI.",
};
const FIREWALL_PAGE: CodeMeaning = {
	kind: 'api',
	retry: 'never',
	remedy:
		'A firewall, a proxy or a sign-in page answers in place of 302.AI. If it stays like this, have the requests of this n8n let through.',
};
const PASSES: CodeMeaning = {
	kind: 'api',
	retry: 'untilDeadline',
	remedy: `The task itself is not affected. ${FETCH_LATER}.`,
};
const MAY_PASS: CodeMeaning = {
	kind: 'api',
	retry: 'fewTimes',
	remedy: `The task itself is not affected. ${FETCH_LATER}; if it stays like this, check 'Base URL' in the 302.AI credential.`,
};
const TOO_LARGE: CodeMeaning = {
	kind: 'image',
	retry: 'never',
	remedy: "Raise 'Max File Size' in the options of this node, or set 'Output' to Image Links.",
};

/** What a refusal of the key or the account speaks of. */
const OF_ACCOUNT = /key|token|auth|credential|balance|quota|pay|fund|credit|permission|[密余额权]/i;

/** An answer without a code of the API's own: the HTTP status decides. @param whenOk what a success means that makes no sense. */
export function refusedByStatus(
	response: ApiResponse,
	message: string,
	whenOk = MAY_PASS,
	requestId?: string,
	reason = '',
): Refused {
	const { body, httpStatus } = response;
	const meaning =
		(body.kind === 'html' ? meaningOfPage(httpStatus) : meaningOfWords(reason, httpStatus)) ??
		meaningOfHttpStatus(httpStatus) ??
		whenOk;
	// Pages of proxies and firewalls come under any status: only JSON can say that the key or the account is refused.
	const isOfAccount = body.kind === 'json' && (reason === '' || OF_ACCOUNT.test(reason));
	// Stryker disable next-line ConditionalExpression: all others are of the API already
	const kind = meaning.kind === 'account' && !isOfAccount ? 'api' : meaning.kind;
	const told =
		kind === 'account' && meaning.headline ? message.replace(ANSWERED, meaning.headline) : message;
	const said = /HTTP status/.test(told) ? told : `${told} (HTTP status ${httpStatus})`;
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
