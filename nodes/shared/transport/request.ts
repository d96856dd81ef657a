import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { credentialOf, CREDENTIAL } from '../credential';
import { failed, FailureError, withAdvice, type Failure } from '../failure';
import { isRecord } from '../parameters';
import { isForLimit } from '../portrait/codes';
import { readEnvelope, type Envelope } from '../portrait/envelope';
import type { ApiResponse } from '../portrait/refusal';
import type { Run } from '../run';
import { addressOf, requestOptions, type Connection } from './connection';
import { multipartOf, type FormBody, type FormFile } from './multipart';
import { networkFailureOf, refusedByProxy, timedOut, type NetworkFailure } from './networkFailure';
import { readBody } from './responseBody';
import type { Secrets } from './secrets';
import type { Readable } from './stream';
import type { ApiTurn } from './turn';

/** One request to the API. */
export interface ApiRequest {
	path: string;
	query?: Record<string, string>;
	/** JSON as text, or a file; without one it is a GET, which is free. */
	body?: string | FormFile;
	/** The `code` in the body of an answer that means success. */
	successCode: number;
	/** Most bytes of the answer. */
	answerLimit: number;
	/** Milliseconds it may take at most, when that is less than the connection's timeout. */
	timeLeft?: number;
}

/**
 * Sends one request to the 302.AI API with the key of the credential, and tells the queue how it went. Redirects are not
 * followed, since the key would follow them. After a failure of the account nothing more is sent in this run.
 *
 * @param turn ends here.
 * @throws the reason of the run's signal when the run was stopped, and FailureError when the credential or the file cannot be
 * used; a request that got no answer is a {@link NetworkFailure}.
 */
export async function sendToApi(
	run: Run,
	turn: ApiTurn,
	connection: Connection,
	request: ApiRequest,
): Promise<Envelope | NetworkFailure> {
	try {
		const response = await exchange(run, connection, request);
		const sent = 'kind' in response ? response : readEnvelope(response, request.successCode);
		if (sent.kind === 'networkFailure') return sent;
		if (sent.kind === 'accepted' || sent.retry === 'never') turn.answered();
		else if (isForLimit(sent.retry)) turn.refused(sent.retry, sent.retryAfter);
		if (sent.kind === 'refused' && sent.failure.kind === 'account') {
			run.queue.close(nothingMoreSent(sent.failure));
		}
		return sent;
	} finally {
		turn.end();
	}
}

/** Why nothing was sent for the other items after a failure of the account. */
export function nothingMoreSent(failure: Failure): FailureError {
	return failed(withAdvice(failure, 'Nothing more was sent for this item.'));
}

/**
 * One request on its own, outside of any queue.
 *
 * @returns what came back, before anything is concluded from it.
 * @throws as {@link sendToApi} does.
 */
export async function exchange(
	run: Run,
	connection: Connection,
	{ path, query, body, answerLimit, timeLeft }: Omit<ApiRequest, 'successCode'>,
): Promise<ApiResponse | NetworkFailure> {
	const { baseUrl, secrets, decrypted } = await credentialOf(run);
	const milliseconds = Math.min(connection.requestTimeout, timeLeft ?? connection.requestTimeout);
	const time = timeFor(run, milliseconds);
	const content = await contentOf(run, body);
	const options: IHttpRequestOptions = {
		...requestOptions(connection),
		method: body === undefined ? 'GET' : 'POST',
		url: baseUrl + path,
		qs: query ?? {},
		headers: { Accept: 'application/json', ...content.headers },
		...(content.body === undefined ? {} : { body: content.body }),
		disableFollowRedirect: true,
	};
	const { host, protocol } = new URL(baseUrl);
	const isTunnelled = protocol === 'https:';
	try {
		const response = readResponse(
			await run.context.helpers.httpRequestWithAuthentication.call(
				withCancelSignal(run.context, time.signal),
				CREDENTIAL,
				options,
				{ credentialsDecrypted: decrypted },
			),
		);
		const answer = {
			httpStatus: response.statusCode,
			retryAfter: readRetryAfter(response.headers['retry-after'], Date.now()),
			body: await readBody(response.body, answerLimit, secrets),
		};
		const { proxy } = connection;
		return proxy && isTunnelled && answer.httpStatus >= 300 && answer.body.kind !== 'json'
			? refusedByProxy(addressOf(proxy), host, answer.httpStatus)
			: answer;
	} catch (error) {
		if (content.broken?.by) throw content.broken.by;
		return failureOfRequest(run, time, error, host, secrets, connection);
	} finally {
		// A request that broke off has not read the file to its end.
		if (typeof content.body === 'object' && 'destroy' in content.body) content.body.destroy();
	}
}

/** What a request sends. */
type Content = Omit<FormBody, 'body'> & { body?: string | FormBody['body'] };

async function contentOf(run: Run, body: ApiRequest['body']): Promise<Content> {
	if (body === undefined) return { headers: {} };
	if (typeof body === 'string') return { body, headers: { 'Content-Type': 'application/json' } };
	return await multipartOf(run, body);
}

/**
 * n8n's authenticated helper takes its abort signal from the context it is called on and from nowhere else, so a context that
 * differs in this one method is what makes a single request stoppable.
 */
function withCancelSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
}

/** The time that one request has. `signal` ends it when that is up, and when the run is stopped. */
interface RequestTime {
	milliseconds: number;
	up: AbortSignal;
	signal: AbortSignal;
}

export function timeFor(run: Run, milliseconds: number): RequestTime {
	run.signal.throwIfAborted();
	const up = AbortSignal.timeout(Math.ceil(milliseconds));
	return { milliseconds, up, signal: AbortSignal.any([run.signal, up]) };
}

/**
 * What it means that a request threw.
 *
 * @param host named in the message.
 * @throws the reason of the run's signal when the run was stopped, and what is a {@link FailureError} already.
 */
export function failureOfRequest(
	run: Run,
	{ up, milliseconds }: RequestTime,
	error: unknown,
	host: string,
	secrets: Secrets,
	{ proxy }: Connection,
): NetworkFailure {
	run.signal.throwIfAborted();
	if (error instanceof FailureError) throw error;
	return up.aborted
		? timedOut(error, host, milliseconds / 1000)
		: networkFailureOf(error, host, secrets, proxy && addressOf(proxy));
}

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

/** A date as HTTP wants it; `Date.parse` alone takes almost any text for one. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** A day in milliseconds: no run waits longer, and absurd numbers must not get into sums. */
const LONGEST_RETRY_AFTER = 86_400_000;

/** `Retry-After` in milliseconds from `now`: it holds seconds or a date. Source: RFC 9110; that 302.AI sends it is INFERRED. */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	const milliseconds = Number.isFinite(seconds)
		? seconds * 1000
		: HTTP_DATE.test(header.trim())
			? Math.max(0, Date.parse(header) - now)
			: Number.NaN;
	return milliseconds >= 0 ? Math.min(milliseconds, LONGEST_RETRY_AFTER) : undefined;
}
