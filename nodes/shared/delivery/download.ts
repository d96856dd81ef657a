import type { IBinaryData } from 'n8n-workflow';

import { readRetryAfter, withinTime, type StreamedResponse } from '../transport/request';
import { requestOptions } from '../transport/connection';
import type { Fault } from '../transport/networkFailure';
import type { Run } from '../run';
import { meaningOfHttpStatus } from '../portrait/codes';
import { failed } from '../failure';
import { pauseAfterFaults } from './polling';
import { FINISHED, tooLarge } from './imageFailures';
import { storeStream, type Readable } from './imageStream';
import type { ResultSettings } from '../../DoubaoPortraitResult/settings';

/** Tries for a file whose host does not answer well. */
const DOWNLOAD_TRIES = 6;
/** Milliseconds. An image host that asks for more is not waited for: nothing else bounds the time of a download. */
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 5;
/** Bytes that are reckoned with for an image whose host does not say how large it is. */
const USUAL_SIZE = 2_000_000;

/**
 * Downloads one image into n8n's binary storage, again when its host or the connection fails.
 *
 * @param baseName file name without ending.
 * @throws FailureError of kind `image` or `network`.
 */
export async function download(
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
			const { kind, message, remedy, httpStatus } = result.failure;
			// What to do about the network is worded for the API's host.
			const first = kind === 'image' && remedy !== '' ? `${remedy} ` : '';
			throw failed({
				kind: 'image',
				message: `The image could not be downloaded. ${message}`,
				remedy: `${first}${FINISHED} Or set 'Output' to Image Files: the image then comes from the API itself.`,
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
	const { connection, maxFileSize: mostBytes } = settings;
	const { host } = new URL(link);
	return await withinTime(run, connection.requestTimeout, host, async (signal) => {
		// Not the authenticated helper: the image host must never see the key.
		const response: StreamedResponse<Readable> = await run.context.helpers.httpRequest({
			...requestOptions(connection),
			url: link,
			// Compressing an image gains nothing, and would hide its length.
			headers: { 'Accept-Encoding': 'identity' },
			maxRedirects: REDIRECTS,
			abortSignal: signal,
		});
		const { statusCode, headers, body } = response;
		// The connection may break while nobody reads yet, and an error that nobody hears would end n8n itself. Who reads later
		// gets it all the same.
		body.on('error', () => {});
		try {
			const meaning = meaningOfHttpStatus(statusCode);
			if (meaning || statusCode !== 200) {
				const retryAfter = readRetryAfter(headers['retry-after'], run.clock.now());
				return { ...refusedDownload(host, statusCode, meaning?.retry !== 'never'), retryAfter };
			}
			const length = Number(headers['content-length'] ?? Number.NaN);
			if (length > mostBytes) throw tooLarge(mostBytes);
			return await run.flight.imageBytes.read(
				Number.isNaN(length) ? USUAL_SIZE : length,
				async () => await storeStream(run, body, { host, baseName, mostBytes }),
			);
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
