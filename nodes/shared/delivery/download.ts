import type { IBinaryData } from 'n8n-workflow';

import { credentialOf } from '../credential';
import { failed } from '../failure';
import { meaningOfHttpStatus } from '../portrait/codes';
import type { Run } from '../run';
import { requestOptions } from '../transport/connection';
import type { NetworkFailure } from '../transport/networkFailure';
import { failureOfRequest, readResponse, readRetryAfter, timeFor } from '../transport/request';
import { pauseAfterFailures } from '../transport/retries';
import { FINISHED, tooLarge } from './imageFailures';
import { storeStream } from './imageStream';
import type { DeliverySettings } from './settings';

/** Tries for a file whose host does not answer well. */
const DOWNLOAD_TRIES = 6;
/** Milliseconds. An image host that asks for more is not waited for: nothing else bounds the time of a download. */
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 5;
/** Bytes. */
const SMALL_IMAGE = 3_000_000;

/**
 * Downloads one image into n8n's binary storage, again when its host or the connection fails.
 *
 * @param baseName file name without ending.
 * @throws FailureError of kind `image` or `network`.
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
		if (result.retry === 'never' || tries >= DOWNLOAD_TRIES || pause > LONGEST_PAUSE) {
			const { kind, message, remedy, httpStatus } = result.failure;
			// What to do about the network is worded for the API's host.
			const first = kind === 'image' && remedy !== '' ? `${remedy} ` : '';
			throw failed(
				{
					kind: 'image',
					message: `The image could not be downloaded. ${message}`,
					remedy: `${first}${FINISHED} Or set 'Output' to Image Files: the image then comes from the API itself.`,
					status: 'done',
					httpStatus,
				},
				result.cause,
			);
		}
		await run.clock.pause(pause, run.signal);
	}
}

/** A download that did not work out. `retryAfter` in milliseconds. */
type FailedDownload = NetworkFailure & { retryAfter?: number };

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
				return { ...refusedDownload(host, statusCode), retryAfter };
			}
			const length = Number(headers['content-length']);
			if (length > maxFileSize) throw tooLarge(maxFileSize);
			const stored = await storeStream(run, body, { host, baseName, mostBytes: maxFileSize });
			if (length <= SMALL_IMAGE) run.queue.smallImageCame();
			return stored;
		} finally {
			body.destroy();
		}
	} catch (error) {
		return failureOfRequest(run, time, error, host, secrets);
	} finally {
		turn.end();
	}
}

function refusedDownload(host: string, httpStatus: number): NetworkFailure {
	const mayPass = meaningOfHttpStatus(httpStatus)?.retry !== 'never';
	return {
		kind: 'networkFailure',
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
