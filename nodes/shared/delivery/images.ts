import type { IBinaryData } from 'n8n-workflow';

import { HEAD_BYTES, imageFormatOf } from '../portrait/imageFormat';
import type { PortraitImage } from '../portrait/taskState';
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
 * @throws FailureError of kind `image` or `network`; no part of a file is left then.
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
	image: PortraitImage,
	baseName: string,
): Promise<IBinaryData> {
	if (image.link === undefined) return await storeBase64(run, settings, image.base64, baseName);
	if (image.base64 !== undefined) {
		const file = await storeBase64(run, settings, image.base64, baseName).catch(() => undefined);
		// The link is the same image in another form, and may be whole where the base64 is not.
		if (file) return file;
	}
	return await download(run, settings, image.link, baseName);
}

async function storeBase64(
	run: Run,
	settings: DeliverySettings,
	base64: string,
	baseName: string,
): Promise<IBinaryData> {
	const turn = await run.queue.fileTurn(true);
	try {
		const bytes = Buffer.from(base64, 'base64');
		if (bytes.length > settings.maxFileSize) throw tooLarge(settings.maxFileSize);
		const format = imageFormatOf(bytes.subarray(0, HEAD_BYTES));
		if (!format) throw noImage('What the API sent as an image is none');
		return await run.context.helpers
			.prepareBinaryData(bytes, `${baseName}.${format.extension}`, format.mimeType)
			.catch((error: unknown) => {
				throw notStored(error);
			});
	} finally {
		turn.end();
	}
}
