import type { IBinaryData } from 'n8n-workflow';

import { HEAD_BYTES, imageFormatOf, type ImageFormat } from '../portrait/imageFormat';
import type { PortraitImage } from '../portrait/taskImages';
import type { Run } from '../run';
import { download } from './download';
import { noImage, notStored, tooLarge } from './imageFailures';
import { suffix } from './rows';
import type { DeliverySettings } from './settings';

/**
 * The images of a finished task as files in n8n's binary storage, under their real type, byte for byte as they were sent.
 *
 * @param fileName of the first, without ending.
 * @returns undefined in the place of an image that is handed over as a link only.
 * @throws FailureError of kind `image`, and what ends the run; no part of a file is left then.
 */
export async function storeImages(
	run: Run,
	settings: DeliverySettings,
	images: PortraitImage[],
	fileName: string,
): Promise<Array<IBinaryData | undefined>> {
	const storing = images.map(async (image, index) =>
		isWantedAsFile(settings, image)
			? await storeImage(run, settings, image, fileName + suffix(index))
			: undefined,
	);
	// When one fails the others are waited for, so that nothing goes on behind the item's error.
	await Promise.allSettled(storing);
	return await Promise.all(storing);
}

/** An image that came without a link can only be handed over as a file, whatever 'Output' says. */
function isWantedAsFile({ output }: DeliverySettings, image: PortraitImage): boolean {
	return output !== 'url' || image.link === undefined;
}

async function storeImage(
	run: Run,
	settings: DeliverySettings,
	{ link, base64 = '' }: PortraitImage,
	baseName: string,
): Promise<IBinaryData> {
	const text = base64TextOf(base64);
	const format = formatOf(text);
	if (format) return await storeBase64(run, settings, text, format, baseName);
	// The link is the same image in another form.
	if (link !== undefined) return await download(run, settings, link, baseName);
	throw noImage('What the API sent as an image is none');
}

/** Empty when something stands in it that is no Base64: Node.js would pass over it, and damage the image. */
function base64TextOf(base64: string): string {
	const text = base64.replace(/\\[rn]|\s/g, '').replace(/["']$/, '');
	return /^[\w+/-]*={0,2}$/.test(text) ? text : '';
}

function formatOf(base64: string): ImageFormat | undefined {
	// Stryker disable next-line MethodExpression: what lies behind the head is only spared
	return imageFormatOf(Buffer.from(base64.slice(0, 2 * HEAD_BYTES), 'base64'));
}

async function storeBase64(
	run: Run,
	settings: DeliverySettings,
	base64: string,
	format: ImageFormat,
	baseName: string,
): Promise<IBinaryData> {
	const turn = await run.queue.fileTurn(true);
	try {
		const bytes = Buffer.from(base64, 'base64');
		if (bytes.length > settings.maxFileSize) throw tooLarge(settings.maxFileSize);
		return await run.context.helpers
			.prepareBinaryData(bytes, `${baseName}.${format.extension}`, format.mimeType)
			.catch((error: unknown) => {
				throw notStored(error);
			});
	} finally {
		turn.end();
	}
}
