import type { IBinaryData } from 'n8n-workflow';

import { credentialOf } from '../credential';
import { failed, type Failure, type FailureError } from '../failure';
import { meaningOfHttpStatus } from '../portrait/codes';
import { HEAD_BYTES, imageFormatOf, mayBeCutImage, TAIL_BYTES } from '../portrait/imageFormat';
import type { Run } from '../run';
import { requestOptions, type Connection } from '../transport/connection';
import { failureOfRequest, readResponse, readRetryAfter, timeFor } from '../transport/request';
import { pauseAfterFailures } from '../transport/retries';
import { passedThrough, type Readable } from '../transport/stream';
import { STILL_THERE, noImage, notStored, remedyWhenRefused, tooLarge } from './imageFailures';
import type { DeliverySettings } from './settings';

/** Tries for a file whose host does not answer well. */
const DOWNLOAD_TRIES = 6;
/** Milliseconds. An image host that asks for more is not waited for: nothing else bounds the time of a download. */
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 5;
/** Bytes. */
const SMALL_IMAGE = 3_000_000;

/**
 * Downloads one image into n8n's binary storage, again when its host or the connection fails. That a link opens without the key is
 * INFERRED.
 *
 * @param baseName file name without ending.
 * @throws FailureError of kind `image`, and what ends the run.
 */
export async function download(
	run: Run,
	settings: DeliverySettings,
	link: string,
	baseName: string,
): Promise<IBinaryData> {
	for (let tries = 1; ; tries += 1) {
		const result = await downloadOnce(run, settings, link, baseName);
		if ('mimeType' in result) return result;
		const pause = Math.max(pauseAfterFailures(tries), result.retryAfter ?? 0);
		if (!result.mayPass || tries >= DOWNLOAD_TRIES || pause > LONGEST_PAUSE) {
			const { kind, message, remedy, httpStatus } = result.failure;
			// What to do about the network is worded for the API's host.
			const first = kind === 'image' && remedy !== '' ? `${remedy} ` : '';
			throw failed(
				{
					kind: 'image',
					message: `The image could not be downloaded. ${message}`,
					remedy: `${first}${STILL_THERE} Or set 'Output' to Image Files: the image then comes from the API itself.`,
					status: 'done',
					httpStatus,
				},
				result.cause,
			);
		}
		await run.clock.pause(pause, run.signal);
	}
}

/** A download that did not work out. */
interface FailedDownload {
	/** The next try may succeed. */
	mayPass: boolean;
	failure: Failure;
	cause?: Error;
	/** Milliseconds, as the host asked for it. */
	retryAfter?: number;
}

async function downloadOnce(
	run: Run,
	settings: DeliverySettings,
	link: string,
	baseName: string,
): Promise<IBinaryData | FailedDownload> {
	const { connection, maxFileSize } = settings;
	const { host } = new URL(link);
	const { secrets } = await credentialOf(run);
	const turn = await run.queue.fileTurn();
	const time = timeFor(run, connection.requestTimeout);
	try {
		// Not the authenticated helper: the image host must never see the key.
		const { statusCode, headers, body } = readResponse(
			await run.context.helpers.httpRequest({
				...requestOptions(connection),
				url: link,
				// Compressing an image gains nothing, and would hide its length.
				headers: { 'Accept-Encoding': 'identity' },
				maxRedirects: REDIRECTS,
				abortSignal: time.signal,
			}),
		);
		// The connection may break while nobody reads yet, and an error that nobody hears would end n8n itself. Who reads later
		// gets it all the same.
		body.on('error', () => {});
		try {
			if (statusCode !== 200) {
				const retryAfter = readRetryAfter(headers['retry-after'], Date.now());
				return { ...refusedDownload(host, statusCode, connection), retryAfter };
			}
			const length = Number(headers['content-length']);
			if (length > maxFileSize) throw tooLarge(maxFileSize);
			const stored = await storeStream(run, body, {
				host,
				baseName,
				mostBytes: maxFileSize,
				isWholeByHttp: (size) => isWholeByHttp(headers, size),
			});
			if ('mimeType' in stored && length <= SMALL_IMAGE) run.queue.smallImageCame();
			return stored;
		} finally {
			body.destroy();
		}
	} catch (error) {
		const { retry, failure, cause } = failureOfRequest(run, time, error, host, secrets, connection);
		return { mayPass: retry !== 'never', failure, cause };
	} finally {
		turn.end();
	}
}

function refusedDownload(host: string, httpStatus: number, { proxy }: Connection): FailedDownload {
	const mayPass = meaningOfHttpStatus(httpStatus)?.retry !== 'never';
	return {
		mayPass,
		failure: {
			kind: 'image',
			message: `${host} answered with HTTP status ${httpStatus}`,
			remedy: remedyWhenRefused(httpStatus, mayPass, proxy !== undefined),
			httpStatus,
		},
	};
}

/**
 * Whether HTTP says that a body of `size` bytes is whole: by its length, or by its chunks, of which Node.js would hear when they
 * broke off. A length that differs is that of a compressed body, whose end nobody checks.
 */
function isWholeByHttp(headers: Record<string, unknown>, size: number): boolean {
	const { 'content-length': length, 'transfer-encoding': encoding } = headers;
	return length === undefined ? /chunked/i.test(String(encoding)) : Number(length) === size;
}

/** What {@link storeStream} has to know of an image beside its bytes. */
interface Incoming {
	/** Named in messages. */
	host: string;
	/** File name without ending. */
	baseName: string;
	/** A longer image is not read to its end. */
	mostBytes: number;
	/** Otherwise the end mark of the image has to say it. */
	isWholeByHttp: (size: number) => boolean;
}

/**
 * How far an image is read ahead of the storage: Node.js takes up to twice as many pieces, 1 MB or less in all. Otherwise what
 * comes while a piece is written gathers in n8n's HTTP client, which copies it into one piece.
 */
const PIECES_AHEAD = 8;

/**
 * Streams what an image host sent into n8n's storage. Its format is told from its first bytes.
 *
 * @returns a failed download when the image was cut short; no part of it is kept then.
 * @throws FailureError of kind `image` when it is too large or no image at all; what the connection threw when it broke.
 */
async function storeStream(
	run: Run,
	body: Readable,
	{ host, baseName, mostBytes, isWholeByHttp }: Incoming,
): Promise<IBinaryData | FailedDownload> {
	const head = await readHead(body);
	const format = imageFormatOf(head);
	if (!format && head.length < HEAD_BYTES && mayBeCutImage(head)) return cutShort(host);
	if (!format) throw noImage(`What ${host} sent is not an image`);
	const fileName = `${baseName}.${format.extension}`;
	const { helpers } = run.context;
	const isWhole = (tail: Buffer, size: number): boolean =>
		isWholeByHttp(size) || format.isWhole?.(tail, size) !== false;
	if (head.length < HEAD_BYTES) {
		// It is all there is.
		if (!isWhole(head, head.length)) return cutShort(host);
		return await helpers
			.prepareBinaryData(head, fileName, format.mimeType)
			.catch((error: unknown) => {
				throw notStored(error);
			});
	}
	body.unshift(head);
	// The time that is up ends the body without a word in `errored`.
	let broken: unknown;
	body.once('error', (error: unknown) => (broken = error));
	/** Why the image is not stored, where its bytes are to blame. */
	let refusal: FailureError | FailedDownload | undefined;
	let size = 0;
	let tail = Buffer.alloc(0);
	const ahead = body.map(
		(piece: Buffer) => {
			size += piece.length;
			if (size > mostBytes) throw (refusal = tooLarge(mostBytes));
			tail = lastBytes(tail, piece);
			return piece;
		},
		{ concurrency: PIECES_AHEAD },
	);
	const checked = passedThrough(ahead, async function* (pieces) {
		yield* pieces;
		if (isWhole(tail, size)) return;
		refusal = cutShort(host);
		// What the storage has of it by now is thrown away.
		throw failed(refusal.failure);
	});
	try {
		return await helpers.prepareBinaryData(checked, fileName, format.mimeType);
	} catch (error) {
		// n8n's storages wrap what the stream threw, each in its own way.
		if (refusal && 'mayPass' in refusal) return refusal;
		throw refusal ?? broken ?? notStored(error);
	}
}

/** Enough from the end of `before` and `piece` to tell whether an image is whole. */
function lastBytes(before: Buffer, piece: Buffer): Buffer {
	// Stryker disable next-line ConditionalExpression,EqualityOperator: only spares a copy
	const last = piece.length >= TAIL_BYTES ? piece : Buffer.concat([before, piece]);
	return last.subarray(-TAIL_BYTES);
}

async function readHead(body: Readable): Promise<Buffer> {
	const head: Buffer[] = [];
	let size = 0;
	for await (const piece of body.iterator({ destroyOnReturn: false })) {
		head.push(piece);
		size += piece.length;
		// Stryker disable next-line EqualityOperator: one piece more does no harm
		if (size >= HEAD_BYTES) break;
	}
	return Buffer.concat(head);
}

function cutShort(host: string): FailedDownload {
	return {
		mayPass: true,
		// Stryker disable next-line StringLiteral: the kind only says whether its remedy is shown, and it has none
		failure: { kind: 'image', message: `The image from ${host} was cut short`, remedy: '' },
	};
}
