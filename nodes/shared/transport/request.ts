import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { Reply } from '../portrait/envelope';
import { failed, FailureError } from '../failure';
import { readBody, type BodyStream } from './responseBody';
import { requestOptions, type Connection } from './connection';
import { faultOf, timedOut, type Fault } from './networkFailure';
import { CREDENTIAL, type Run } from '../run';

/** What n8n's helpers resolve with under `returnFullResponse` and `encoding: 'stream'`. */
export interface StreamedResponse<Body> {
	statusCode: number;
	headers: Record<string, unknown>;
	body: Body;
}

/** Text of a call to the API. */
export interface ApiCall {
	path: string;
	query?: Record<string, string>;
	/** JSON as text, or with `headers` of its own what those say. A stream can be sent once. */
	body: NonNullable<IHttpRequestOptions['body']>;
	headers?: Record<string, string | number>;
	/** Most bytes of the answer. */
	answerLimit: number;
	/** Milliseconds this call may take at most, when that is less than the connection's timeout. */
	timeLeft?: number;
}

/**
 * One call to the 302.AI API with the key of the credential. Redirects are not followed, since the key would follow them.
 *
 * @throws the reason of the run's signal when the run was stopped; every other trouble is a {@link Fault}.
 */
export async function callApi(
	run: Run,
	connection: Connection,
	call: ApiCall,
): Promise<Reply | Fault> {
	const options: IHttpRequestOptions = {
		...requestOptions(connection),
		method: 'POST',
		url: run.baseUrl + call.path,
		qs: call.query ?? {},
		headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...call.headers },
		body: call.body,
		disableFollowRedirect: true,
	};
	const milliseconds = Math.min(
		connection.requestTimeout,
		call.timeLeft ?? connection.requestTimeout,
	);
	return await withinTime(run, milliseconds, new URL(run.baseUrl).host, async (signal) => {
		const response: StreamedResponse<BodyStream> =
			await run.context.helpers.httpRequestWithAuthentication.call(
				withCancelSignal(run.context, signal),
				CREDENTIAL,
				options,
				{ credentialsDecrypted: run.credential },
			);
		return {
			httpStatus: response.statusCode,
			retryAfter: readRetryAfter(response.headers['retry-after'], Date.now()),
			body: await readBody(response.body, call.answerLimit, run.secrets),
		};
	});
}

/** Aborting without a reason makes an error with its stack, for each request anew. */
const ANSWERED = 'answered';

/**
 * Runs one request with an end: the run's own, or `milliseconds` from now.
 *
 * @param host named in the fault's message.
 * @throws the reason of the run's signal, and every {@link FailureError} of `request` itself.
 */
export async function withinTime<T>(
	run: Run,
	milliseconds: number,
	host: string,
	request: (signal: AbortSignal) => Promise<T>,
): Promise<T | Fault> {
	run.signal.throwIfAborted();
	const timeUp = new AbortController();
	const answered = new AbortController();
	run.clock.pause(milliseconds, answered.signal).then(
		() => timeUp.abort(),
		() => {},
	);
	try {
		return await request(AbortSignal.any([run.signal, timeUp.signal]));
	} catch (error) {
		run.signal.throwIfAborted();
		if (error instanceof FailureError) throw failed(error.failure);
		if (timeUp.signal.aborted) return timedOut(host, milliseconds / 1000);
		return faultOf(error, host, run.secrets);
	} finally {
		answered.abort(ANSWERED);
	}
}

/**
 * n8n's authenticated helper takes its abort signal from the context it is called on and from nowhere else, so a context that
 * differs in this one method is what makes a single request stoppable.
 */
function withCancelSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
}

/** `Retry-After` in milliseconds from `now`: it holds seconds or a date. */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) {
		return seconds >= 0 ? Math.min(seconds * 1000, LONGEST_RETRY_AFTER) : undefined;
	}
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST_RETRY_AFTER);
}

/** A day in milliseconds: no run waits longer, and absurd numbers must not get into sums. */
const LONGEST_RETRY_AFTER = 86_400_000;
