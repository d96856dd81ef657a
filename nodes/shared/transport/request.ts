import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { readAnswer } from '../api/answer';
import type { CallName } from '../api/calls';
import { readNetworkError, type NetworkError } from '../api/networkError';
import { judge, type Fact, type Outcome } from '../api/judge';
import { CREDENTIAL } from '../credential';
import { failed, FailureError, withAdvice } from '../failure';
import { isRecord } from '../parameters';
import { closeAccount, type Item, type Run } from '../run';
import { failureOf } from '../sentences';
import { readBytes } from './body';
import { addressOf, requestOptions } from './connection';
import type { Turn } from './gate';
import { multipartOf, type FormFile } from './multipart';

/** One request to the API. */
export interface ApiRequest {
	call: CallName;
	path: string;
	query?: Record<string, string>;
	/** JSON as text, or a file; without one it is a GET, which is free. */
	body?: string | FormFile;
	/** Most bytes of the answer. */
	answerLimit: number;
	/** Milliseconds it may take at most, when that is less than the connection's timeout. */
	timeLeft?: number;
}

/**
 * Sends one request to the 302.AI API with the key of the item, and tells its lane how it went. Redirects are not followed, since
 * the key would follow them. After a failure of the account nothing more is sent for it in this run.
 *
 * @param turn ends here.
 * @throws the reason of the signal when it was aborted, and FailureError when the file cannot be used.
 */
export async function sendToApi(
	item: Item,
	turn: Turn,
	request: ApiRequest,
	signal: AbortSignal,
): Promise<Outcome> {
	try {
		const fact = await exchange(item, request, signal);
		if (fact.kind === 'networkError') {
			turn.unanswered();
			return { fact, verdict: judge(fact, request.call) };
		}
		const verdict = judge(fact, request.call);
		if (verdict?.limit) turn.refused();
		else turn.answered(!verdict || verdict.tries === 'once');
		if (verdict?.kind === 'account') {
			const reason = withAdvice(failureOf(fact, verdict), 'Nothing more was sent for this item.');
			closeAccount(item, request.call, failed(reason));
		}
		return { fact, verdict };
	} finally {
		turn.end();
	}
}

/**
 * One request on its own, without a turn.
 *
 * @returns what came back, before anything is concluded from it.
 * @throws as {@link sendToApi} does.
 */
export async function exchange(
	item: Item,
	{ path, query, body, answerLimit, timeLeft = Number.POSITIVE_INFINITY }: ApiRequest,
	signal: AbortSignal,
): Promise<Fact> {
	const { run, connection } = item;
	const { baseUrl, hide, decrypted } = item.access;
	const { proxy } = connection;
	const time = timeFor(signal, Math.min(connection.requestTimeout, timeLeft));
	const content = await contentOf(run, body);
	const options: IHttpRequestOptions = {
		...requestOptions(connection),
		method: body === undefined ? 'GET' : 'POST',
		url: baseUrl + path,
		qs: query ?? {},
		headers: {
			Accept: 'application/json',
			...(content ? { 'Content-Type': content.contentType } : {}),
		},
		...(content ? { body: content.body } : {}),
		disableFollowRedirect: true,
	};
	const { host, protocol } = new URL(baseUrl);
	try {
		const response = readResponse(
			await run.context.helpers.httpRequestWithAuthentication.call(
				withCancelSignal(run.context, time.signal),
				CREDENTIAL,
				options,
				{ credentialsDecrypted: decrypted },
			),
		);
		const { bytes, isCut } = await readBytes(response.body, answerLimit);
		return readAnswer(
			{
				httpStatus: response.statusCode,
				text: hide(bytes.toString('utf8')),
				retryAfter: response.headers['retry-after'],
				requestId: hide(String(response.headers['request-id'] ?? '')),
				cutAt: isCut ? answerLimit : undefined,
				// Through a tunnel a page may come from either.
				proxy: proxy && protocol === 'https:' ? addressOf(proxy) : undefined,
			},
			Date.now(),
		);
	} catch (error) {
		return errorOf(item, time, error, host);
	}
}

/** What a request sends; undefined for a GET. */
async function contentOf(
	run: Run,
	body: ApiRequest['body'],
): Promise<{ body: string | Buffer; contentType: string } | undefined> {
	if (typeof body === 'object') return await multipartOf(run, body);
	return body === undefined ? undefined : { body, contentType: 'application/json' };
}

/**
 * n8n's authenticated helper takes its abort signal from the context it is called on and from nowhere else, so a context that
 * differs in this one method is what makes a single request stoppable.
 */
function withCancelSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
}

/** The time that one request has. `signal` ends it when that is up, and when `stop` is aborted. */
interface RequestTime {
	milliseconds: number;
	up: AbortSignal;
	stop: AbortSignal;
	signal: AbortSignal;
}

export function timeFor(stop: AbortSignal, milliseconds: number): RequestTime {
	stop.throwIfAborted();
	const up = AbortSignal.timeout(Math.ceil(milliseconds));
	return { milliseconds, up, stop, signal: AbortSignal.any([stop, up]) };
}

/**
 * What a request threw, read.
 *
 * @throws the reason of the signal when it was aborted, and what is a {@link FailureError} already.
 */
export function errorOf(
	{ access, connection: { proxy } }: Item,
	{ up, stop, milliseconds }: RequestTime,
	error: unknown,
	host: string,
): NetworkError {
	stop.throwIfAborted();
	if (error instanceof FailureError) throw error;
	const timedOut = up.aborted ? milliseconds / 1000 : undefined;
	const { hide } = access;
	return readNetworkError(error, { host, hide, timedOut, proxy: proxy && addressOf(proxy) });
}

/** A stream as n8n's helpers hand it over. */
type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** What n8n's helpers resolve with under `returnFullResponse` and `encoding: 'stream'`. */
export interface StreamedResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: Readable;
}

/** n8n's helpers promise `any`. @throws Error when it is no response with a stream. */
export function readResponse(response: unknown): StreamedResponse {
	if (
		isRecord(response) &&
		typeof response.statusCode === 'number' &&
		isRecord(response.headers) &&
		isReadable(response.body)
	) {
		const { statusCode, headers, body } = response;
		return { statusCode, headers, body };
	}
	throw new Error('n8n handed over no response');
}

function isReadable(value: unknown): value is Readable {
	return isRecord(value) && typeof value.pipe === 'function' && typeof value.destroy === 'function';
}
