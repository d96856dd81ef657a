import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { readAnswer, type PortraitImage } from '../api/answer';
import { imageFormatOf, type ImageFormat } from '../api/imageFormat';
import { judge } from '../api/judge';
import { failed, type Failure, type FailureError } from '../failure';
import { laneFor, type Item } from '../run';
import { failureOf, quotable } from '../sentences';
import { roundTrip } from '../transport/request';
import { pauseAfterFailures } from '../transport/retries';
import type { DeliverySettings } from './settings';

/** Tries for a file whose host does not answer well. */
const DOWNLOAD_TRIES = 6;
/** Milliseconds. An image host that asks for more is not waited for: nothing else bounds the time of a download. */
const LONGEST_PAUSE = 60_000;
const REDIRECTS = 5;
/** Bytes. */
const SMALL_IMAGE = 3_000_000;

/**
 * The images of a finished task as files in n8n's binary storage, under their real type, byte for byte as they were sent.
 *
 * @param nameOf the file of an image, without ending.
 * @returns undefined in the place of an image that is handed over as a link only.
 * @throws FailureError of kind `image`, and what ends the run.
 */
export async function storeImages(
	item: Item,
	settings: DeliverySettings,
	images: PortraitImage[],
	nameOf: (index: number) => string,
): Promise<Array<IBinaryData | undefined>> {
	const storing = images.map(async (image, index) =>
		// An image that came without a link can only be handed over as a file, whatever 'Output' says.
		settings.output !== 'url' || image.link === undefined
			? await storeImage(item, settings, image, nameOf(index))
			: undefined,
	);
	// When one fails the others are waited for, so that nothing goes on behind the item's error.
	await Promise.allSettled(storing);
	return await Promise.all(storing);
}

async function storeImage(
	item: Item,
	settings: DeliverySettings,
	{ link, base64 = '' }: PortraitImage,
	baseName: string,
): Promise<IBinaryData> {
	const format = imageFormatOf(Buffer.from(base64.slice(0, 200), 'base64'));
	if (format) {
		const { gate, context } = item.run;
		gate.imagesInMemory += 1;
		try {
			const bytes = Buffer.from(base64, 'base64');
			if (bytes.length > settings.maxFileSize) throw tooLarge(settings.maxFileSize);
			return await store(context, bytes, format, baseName);
		} finally {
			gate.imagesInMemory -= 1;
			gate.next();
		}
	}
	// The link is the same image in another form.
	if (link !== undefined) return await download(item, settings, link, baseName);
	throw noImage('What the API sent as an image is none');
}

/** A download that did not work out. */
interface FailedDownload {
	error: FailureError;
	/** The next try may succeed. */
	mayPass: boolean;
	/** Milliseconds, as the host asked for it. */
	retryAfter?: number;
}

/** Downloads one image, again when its host or the connection fails. That a link opens without the key is INFERRED. */
async function download(
	item: Item,
	settings: DeliverySettings,
	link: string,
	baseName: string,
): Promise<IBinaryData> {
	for (let tries = 1; ; tries += 1) {
		const result = await downloadOnce(item, settings, link, baseName);
		if ('mimeType' in result) return result;
		const pause = Math.max(pauseAfterFailures(tries), result.retryAfter ?? 0);
		if (!result.mayPass || tries >= DOWNLOAD_TRIES || pause > LONGEST_PAUSE) throw result.error;
		await item.run.clock.pause(pause, item.run.stopped);
	}
}

async function downloadOnce(
	item: Item,
	settings: DeliverySettings,
	link: string,
	baseName: string,
): Promise<IBinaryData | FailedDownload> {
	const { context, stopped } = item.run;
	const { maxFileSize } = settings;
	const { host } = new URL(link);
	const turn = await laneFor(item.run, 'files').enter();
	let isSmall = false;
	try {
		const response = await roundTrip(
			item,
			// Compressing an image gains nothing.
			{ url: link, headers: { 'Accept-Encoding': 'identity' }, maxRedirects: REDIRECTS },
			{ stop: stopped, milliseconds: item.connection.requestTimeout, limit: maxFileSize },
			// Not the authenticated helper: the image host must never see the key.
			async (options) => await context.helpers.httpRequest(options),
		);
		if ('kind' in response) {
			const verdict = judge(response, 'image');
			// What to do about the network is worded for the API's host.
			const failure = notDownloaded(settings, failureOf(response, verdict).message);
			return { error: failed(failure, response.cause), mayPass: verdict.tries !== 'once' };
		}
		const { httpStatus, headers, bytes, isCut } = response;
		const retryHeader = headers['retry-after'];
		const answer = readAnswer({ httpStatus, text: '', retryAfter: retryHeader }, Date.now());
		const verdict = judge(answer, 'image');
		if (verdict) {
			const message = `${host} answered with HTTP status ${httpStatus}`;
			const error = failed(notDownloaded(settings, message, verdict.remedy, httpStatus));
			return { error, mayPass: verdict.tries !== 'once', retryAfter: answer.retryAfter };
		}
		if (bytes.length === 0 || (!isCut && !isWhole(headers, bytes.length))) {
			const message = `The image from ${host} was cut short`;
			return { error: failed(notDownloaded(settings, message)), mayPass: true };
		}
		const format = imageFormatOf(bytes);
		if (!format) throw noImage(`What ${host} sent is not an image`);
		if (isCut) throw tooLarge(maxFileSize);
		isSmall = bytes.length <= SMALL_IMAGE;
		return await store(context, bytes, format, baseName);
	} finally {
		turn.end(isSmall ? 'well' : undefined);
	}
}

/**
 * Whether HTTP says that a body is whole, by its length or its chunks; Node.js hears of one that broke off. The length of a body that
 * came compressed, which was not asked for, is another one, and its end is checked by nobody. Source: RFC 9112, section 6.3.
 */
function isWhole(headers: Record<string, unknown>, size: number): boolean {
	const { 'content-length': length, 'transfer-encoding': encoding } = headers;
	return length === undefined ? /chunked/i.test(String(encoding)) : Number(length) === size;
}

async function store(
	{ helpers }: IExecuteFunctions,
	bytes: Buffer,
	{ extension, mimeType }: ImageFormat,
	baseName: string,
): Promise<IBinaryData> {
	return await helpers
		.prepareBinaryData(bytes, `${baseName}.${extension}`, mimeType)
		.catch((error: unknown) => {
			const said = error instanceof Error ? error.message : String(error);
			throw failed(
				{
					kind: 'image',
					message: `n8n could not store the image: ${quotable(said)}`,
					remedy: 'Check the disk or the storage that this n8n keeps its files in.',
				},
				error,
			);
		});
}

function notDownloaded(
	{ output }: DeliverySettings,
	message: string,
	remedy = '',
	httpStatus?: number,
): Failure {
	const otherForm = "Set 'Output' to Image Files: the image then comes from the API itself.";
	return {
		kind: 'image',
		message: `The image could not be downloaded. ${message}`,
		remedy: output === 'binary' ? remedy : `${remedy} ${otherForm}`.trim(),
		httpStatus,
	};
}

/** @param mostBytes what 'Max File Size' allows. */
function tooLarge(mostBytes: number): FailureError {
	return failed({
		kind: 'image',
		message: `The image is larger than ${mostBytes / 1e6} MB`,
		remedy: "Raise 'Max File Size' in the options, or set 'Output' to Image Links.",
	});
}

function noImage(message: string): FailureError {
	return failed({
		kind: 'image',
		message,
		remedy:
			"If it happens again, set 'Output' to the other form (files or links) and ask the support of 302.AI.",
	});
}
