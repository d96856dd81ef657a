import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { readAnswer } from '../api/answer';
import type { CallName } from '../api/calls';
import { judge, type Fact, type Outcome } from '../api/judge';
import { readNetworkError, type NetworkError } from '../api/networkError';
import { CREDENTIAL } from '../credential';
import { failed, withAdvice } from '../failure';
import { closeAccount, type Item } from '../run';
import { failureOf } from '../sentences';
import type { Turn, Went } from './gate';
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
	let went: Went | undefined;
	try {
		const fact = await exchange(item, request, signal);
		if (fact.kind === 'networkError') {
			went = 'unanswered';
			return { fact, verdict: judge(fact, request.call) };
		}
		const verdict = judge(fact, request.call);
		if (verdict?.limit) went = 'limited';
		else went = !verdict || verdict.tries === 'once' ? 'well' : 'answered';
		if (verdict?.kind === 'account') {
			const reason = withAdvice(failureOf(fact, verdict), 'Nothing more was sent for this item.');
			closeAccount(item, request.call, failed(reason));
		}
		return { fact, verdict };
	} finally {
		turn.end(went);
	}
}

async function exchange(
	item: Item,
	{ path, query = {}, body, answerLimit, timeLeft = Number.POSITIVE_INFINITY }: ApiRequest,
	stop: AbortSignal,
): Promise<Fact> {
	const { context } = item.run;
	const { baseUrl, hide, decrypted } = item.access;
	const content = await contentOf(item, body);
	const response = await roundTrip(
		item,
		{
			method: body === undefined ? 'GET' : 'POST',
			url: baseUrl + path,
			qs: query,
			...content,
			disableFollowRedirect: true,
		},
		{ stop, limit: answerLimit, milliseconds: Math.min(item.connection.requestTimeout, timeLeft) },
		async (options, signal) =>
			await context.helpers.httpRequestWithAuthentication.call(
				withCancelSignal(context, signal),
				CREDENTIAL,
				options,
				{ credentialsDecrypted: decrypted },
			),
	);
	if ('kind' in response) return response;
	const { httpStatus, headers, bytes, isCut, proxy } = response;
	return readAnswer(
		{
			httpStatus,
			text: hide(bytes.toString('utf8')),
			retryAfter: headers['retry-after'],
			requestId: hide(String(headers['request-id'] ?? '')),
			cutAt: isCut ? answerLimit : undefined,
			proxy,
		},
		Date.now(),
	);
}

async function contentOf(
	{ run }: Item,
	body: ApiRequest['body'],
): Promise<Pick<IHttpRequestOptions, 'headers' | 'body'>> {
	const Accept = 'application/json';
	if (body === undefined) return { headers: { Accept } };
	if (typeof body === 'string') return { headers: { Accept, 'Content-Type': Accept }, body };
	const form = await multipartOf(run, body);
	return { headers: { Accept, 'Content-Type': form.contentType }, body: form.body };
}

/**
 * n8n's authenticated helper takes its abort signal from the context it is called on and from nowhere else, so a context that
 * differs in this one method is what makes a single request stoppable.
 */
function withCancelSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } });
}

/** What ends one request. */
interface RequestLimits {
	/** Ends it at once. */
	stop: AbortSignal;
	/** Time until its last byte. */
	milliseconds: number;
	/** Most bytes of the body, decompressed. */
	limit: number;
}

/** What came back, read. */
interface Received {
	httpStatus: number;
	headers: Record<string, unknown>;
	/** The whole body, or the beginning of one that is longer than it may be. */
	bytes: Buffer;
	isCut: boolean;
	/** Host and port of a proxy that may have answered in place of the host: through a tunnel it may be either. */
	proxy?: string;
}

/** What n8n's helpers, which promise `any`, resolve with under the options that {@link roundTrip} sets. */
interface StreamedResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: AsyncIterable<Uint8Array>;
}

/**
 * One request by one of n8n's helpers. Errors are read from answers, nothing follows a key, and no more of a body is held than may be.
 *
 * @throws the reason of `stop` when it was aborted.
 */
export async function roundTrip(
	{ connection, access }: Item,
	options: IHttpRequestOptions,
	{ stop, milliseconds, limit }: RequestLimits,
	send: (options: IHttpRequestOptions, signal: AbortSignal) => Promise<StreamedResponse>,
): Promise<Received | NetworkError> {
	stop.throwIfAborted();
	const timeIsUp = AbortSignal.timeout(Math.ceil(milliseconds));
	const signal = AbortSignal.any([stop, timeIsUp]);
	const { proxy, requestTimeout, allowUnauthorizedCerts } = connection;
	const { host, protocol } = new URL(options.url);
	const proxyAddress = proxy && `${proxy.host}:${proxy.port}`;
	try {
		const { statusCode, headers, body } = await send(
			{
				...options,
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				sendCredentialsOnCrossOriginRedirect: false,
				timeout: requestTimeout,
				skipSslCertificateValidation: allowUnauthorizedCerts,
				...(proxy ? { proxy } : {}),
				abortSignal: signal,
			},
			signal,
		);
		// Of what says that it is too long, no more is read than tells what it is.
		const isTooLong = Number(headers['content-length']) > limit;
		const { bytes, isCut } = await readBytes(body, isTooLong ? BEGINNING : limit);
		const answeredBy = protocol === 'https:' ? proxyAddress : undefined;
		return {
			httpStatus: statusCode,
			headers,
			bytes,
			isCut: isCut || isTooLong,
			proxy: answeredBy,
		};
	} catch (error) {
		stop.throwIfAborted();
		return readNetworkError(error, {
			host,
			hide: access.hide,
			timedOut: timeIsUp.aborted ? milliseconds / 1000 : undefined,
			proxy: proxyAddress,
		});
	}
}

/** Bytes that are kept of what is too long, to tell what it is. */
const BEGINNING = 10_000;

async function readBytes(
	body: AsyncIterable<Uint8Array>,
	limit: number,
): Promise<{ bytes: Buffer; isCut: boolean }> {
	const pieces: Uint8Array[] = [];
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
		pieces.push(piece);
		// Leaving the loop ends the stream.
		if (size > limit) {
			return { bytes: Buffer.concat(pieces, Math.min(size, BEGINNING)), isCut: true };
		}
	}
	return { bytes: Buffer.concat(pieces), isCut: false };
}
