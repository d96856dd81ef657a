import { createCanvas, loadImage, type ImageData } from '@napi-rs/canvas';

export type Corner = 'top left' | 'top right' | 'bottom left' | 'bottom right';

/** @throws Error when the bytes are no image that can be decoded. */
export async function pictureOf(file: Buffer): Promise<ImageData> {
	const image = await loadImage(file);
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	return context.getImageData(0, 0, image.width, image.height);
}

/** Of 255: what a JPEG that is written anew changes is mostly less. */
const LEAST_CHANGE = 40;
/** Share of all pixels that a mark changes at least. */
const LEAST_MARK = 0.0005;
/** Share of all changed pixels that are in one quarter of the image when the mark is there. */
const MOST_OF_MARK = 0.6;
const CORNERS: Corner[] = ['top left', 'top right', 'bottom left', 'bottom right'];

/** In which corner two pictures differ; `everywhere` when it is not in one quarter of them. */
export function changedCorner(
	plain: ImageData,
	marked: ImageData,
): Corner | 'nowhere' | 'everywhere' {
	const { width, height } = plain;
	if (marked.width !== width || marked.height !== height) return 'everywhere';
	const changed = [0, 0, 0, 0];
	for (let pixel = 0; pixel < width * height; pixel += 1) {
		const colours = [pixel * 4, pixel * 4 + 1, pixel * 4 + 2];
		const changes = colours.map((at) => Math.abs(plain.data[at] - marked.data[at]));
		const quarter = (pixel < (width * height) / 2 ? 0 : 2) + (pixel % width < width / 2 ? 0 : 1);
		if (Math.max(...changes) >= LEAST_CHANGE) changed[quarter] += 1;
	}
	const all = changed.reduce((sum, count) => sum + count);
	if (all < LEAST_MARK * width * height) return 'nowhere';
	return CORNERS.find((_, quarter) => changed[quarter] >= MOST_OF_MARK * all) ?? 'everywhere';
}
