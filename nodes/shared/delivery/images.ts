import type { IBinaryData } from 'n8n-workflow';

import type { Run } from '../run';
import type { PortraitImage } from '../portrait/answer';
import { HEAD_BYTES, TAIL_BYTES, imageFormatOf } from '../portrait/imageFormat';
import { download } from './download';
import { noImage, tooLarge } from './imageFailures';
import type { ResultSettings } from '../../DoubaoPortraitResult/settings';

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
	if (bytes.length > settings.maxFileSize) throw tooLarge(settings.maxFileSize);
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
