import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { readRetryAfter, withinTime, type StreamedResponse } from '../shared/api/client';
import { requestOptions } from '../shared/api/connection';
import type { Fault } from '../shared/api/fault';
import type { Run } from '../shared/api/run';
import type { PortraitImage } from '../shared/portrait/answer';
import { meaningOfHttpStatus } from '../shared/portrait/codes';
import { failed, type FailureError } from '../shared/portrait/failure';
import {
	HEAD_BYTES,
	TAIL_BYTES,
	imageFormatOf,
	mayBeCutImage,
	type ImageFormat,
} from '../shared/portrait/imageFormat';
import { pauseAfterFaults } from '../shared/portrait/polling';
import type { ResultSettings } from './settings';

type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** Tries for a file whose host does not answer well. */
const DOWNLOAD_TRIES = 6;
/** Milliseconds. An image host that asks for more is not waited for: nothing else bounds the time of a download. */
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 5;
const FINISHED =
	'The portrait is finished and not lost: run this node again with the same task ID.';

/**
 * One image of a finished task as a file in n8n's binary storage, under its real type, byte for byte as it was sent.
 *
 * @param baseName file name without ending.
 * @throws FailureError of kind `image` or `network`; no part of a file is left then.
 */
export async function storeImage(
	run: Run,
	settings: ResultSettings,
	image: PortraitImage,
	baseName: string,
): Promise<IBinaryData> {
	if (image.link === undefined) return await storeBase64(run, settings, image.base64, baseName);
	if (image.base64 !== undefined) {
		const { base64 } = image;
		const file = await storeBase64(run, settings, base64, baseName).catch(() => undefined);
		// The link is the same image in another form, and may be whole where the base64 is not.
		if (file) return file;
	}
	return await run.flight.image(async () => await download(run, settings, image.link, baseName));
}

async function storeBase64(
	run: Run,
	settings: ResultSettings,
	base64: string,
	baseName: string,
): Promise<IBinaryData> {
	const bytes = Buffer.from(base64, 'base64');
	if (bytes.length > settings.maxFileSize) throw tooLarge(settings);
	const format = imageFormatOf(bytes.subarray(0, HEAD_BYTES));
	if (!format) throw noImage('What the API sent as an image is none');
	if (!format.isWhole(bytes.subarray(-TAIL_BYTES), bytes.length)) {
		throw noImage('The image that the API sent is cut short');
	}
	return await run.context.helpers.prepareBinaryData(
		bytes,
		`${baseName}.${format.extension}`,
		format.mimeType,
	);
}

async function download(
	run: Run,
	settings: ResultSettings,
	link: string,
	baseName: string,
): Promise<IBinaryData> {
	for (let tries = 1; ; tries += 1) {
		const result = await downloadOnce(run, settings, link, baseName);
		if ('mimeType' in result) return result;
		const pause = Math.max(pauseAfterFaults(tries), result.retryAfter ?? 0);
		if (result.retry === 'never' || tries >= DOWNLOAD_TRIES || pause > LONGEST_PAUSE) {
			const { message, httpStatus } = result.failure;
			throw failed({
				kind: 'image',
				message: `The image could not be downloaded. ${message}`,
				remedy: `${FINISHED} Or set 'Output' to Image Files: the image then comes from the API itself.`,
				status: 'done',
				httpStatus,
			});
		}
		await run.clock.pause(pause, run.signal);
	}
}

/** A download that did not work out. `retryAfter` in milliseconds. */
type FailedDownload = Fault & { retryAfter?: number };

async function downloadOnce(
	run: Run,
	settings: ResultSettings,
	link: string,
	baseName: string,
): Promise<IBinaryData | FailedDownload> {
	const { connection } = settings;
	const { host } = new URL(link);
	return await withinTime(run, connection.requestTimeout, host, async (signal) => {
		// Not the authenticated helper: the image host must never see the key.
		const response: StreamedResponse<Readable> = await run.context.helpers.httpRequest({
			...requestOptions(connection),
			url: link,
			maxRedirects: REDIRECTS,
			abortSignal: signal,
		});
		const { statusCode, headers, body } = response;
		try {
			const meaning = meaningOfHttpStatus(statusCode);
			if (meaning || statusCode !== 200) {
				const retryAfter = readRetryAfter(headers['retry-after'], run.clock.now());
				return { ...refusedDownload(host, statusCode, meaning?.retry !== 'never'), retryAfter };
			}
			if (Number(headers['content-length']) > settings.maxFileSize) throw tooLarge(settings);
			return await storeStream(run, settings, body, baseName, host);
		} finally {
			body.destroy();
		}
	});
}

function refusedDownload(host: string, httpStatus: number, mayPass: boolean): FailedDownload {
	return {
		kind: 'fault',
		retry: mayPass ? 'fewTimes' : 'never',
		neverArrived: false,
		failure: {
			kind: 'image',
			message: `${host} answered with HTTP status ${httpStatus}`,
			remedy: mayPass ? '' : 'The link may have expired; links are good for about 24 hours.',
			httpStatus,
		},
	};
}

/** Streams `body` into the storage. Its format is told from its first bytes, its being whole from its last. */
async function storeStream(
	run: Run,
	settings: ResultSettings,
	body: Readable,
	baseName: string,
	host: string,
): Promise<IBinaryData | FailedDownload> {
	const head = await readHead(body);
	if (head.length < HEAD_BYTES && mayBeCutImage(head)) return cutShort(host);
	const format = imageFormatOf(head);
	if (!format) {
		throw noImage(`What ${host} sent is not an image`);
	}
	body.unshift(head);
	// A connection may break while n8n still opens its file, when nobody listens to the streams yet: an error that nobody
	// hears would end n8n itself. Who reads them later gets it all the same.
	body.on('error', () => {});
	const watch: Watch = {};
	const watched = body.compose<Readable>(watchImage(format, settings, watch));
	watched.on('error', () => {});
	// Begins to read, so that what compose does inside has its listeners from the start.
	watched.read(0);
	const fileName = `${baseName}.${format.extension}`;
	return await run.context.helpers
		.prepareBinaryData(watched, fileName, format.mimeType)
		// n8n's storages wrap what the stream threw, each in its own way, so the watch says what it was.
		.catch(async (error: unknown) => {
			if (watch.problem === 'cutShort') return cutShort(host);
			return await Promise.reject(watch.problem === 'tooLarge' ? tooLarge(settings) : error);
		})
		.finally(() => watched.destroy());
}

interface Watch {
	problem?: 'tooLarge' | 'cutShort';
}

/** Lets the bytes through and fails as soon as they are too many, or when they end before the image does. */
function watchImage(format: ImageFormat, { maxFileSize }: ResultSettings, watch: Watch) {
	return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		let size = 0;
		let tail = Buffer.alloc(0);
		for await (const chunk of source) {
			size += chunk.length;
			if (size > maxFileSize) {
				watch.problem = 'tooLarge';
				throw failed(tooLarge({ maxFileSize }).failure);
			}
			tail =
				chunk.length >= TAIL_BYTES
					? chunk.subarray(-TAIL_BYTES)
					: Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
			yield chunk;
		}
		if (!format.isWhole(tail, size)) {
			watch.problem = 'cutShort';
			throw noImage('The image is cut short');
		}
	};
}

async function readHead(body: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body.iterator({ destroyOnReturn: false })) {
		chunks.push(chunk);
		size += chunk.length;
		if (size >= HEAD_BYTES) return Buffer.concat(chunks);
	}
	return Buffer.concat(chunks);
}

function tooLarge({ maxFileSize }: Pick<ResultSettings, 'maxFileSize'>): FailureError {
	return failed({
		kind: 'image',
		message: `The image is larger than ${maxFileSize / 1e6} MB`,
		remedy: `Raise 'Max File Size' in the options, or set 'Output' to Image Links. ${FINISHED}`,
		status: 'done',
	});
}

function noImage(message: string): FailureError {
	return failed({
		kind: 'image',
		message,
		remedy: `${FINISHED} If it happens again, set 'Output' to the other form (files or links) and ask the support of 302.AI.`,
		status: 'done',
	});
}

function cutShort(host: string): FailedDownload {
	return {
		kind: 'fault',
		retry: 'fewTimes',
		neverArrived: false,
		failure: { kind: 'image', message: `The image from ${host} was cut short`, remedy: '' },
	};
}
