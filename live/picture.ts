import { createCanvas, loadImage } from '@napi-rs/canvas';

/** The pixels of an image: red, green, blue and opacity of each, row by row from the top left. */
export interface Picture {
	width: number;
	height: number;
	pixels: Uint8ClampedArray;
}

export type Corner = 'bottom right' | 'bottom left' | 'top left' | 'top right';

/** @throws Error when the bytes are no image that can be decoded. */
export async function pictureOf(file: Buffer): Promise<Picture> {
	const image = await loadImage(file);
	const { width, height } = image;
	const context = createCanvas(width, height).getContext('2d');
	context.drawImage(image, 0, 0);
	return { width, height, pixels: context.getImageData(0, 0, width, height).data };
}

/** Of 255: what a JPEG that is written anew changes is mostly less. */
const LEAST_CHANGE = 40;
/** Share of all pixels that a mark changes at least. */
const LEAST_MARK = 0.0005;
/** Share of all changed pixels that are in one quarter of the image when the mark is there. */
const MOST_OF_MARK = 0.6;

/**
 * In which corner `marked` differs from `plain`; `nowhere` when they show the same, `everywhere` when the change is not in one
 * quarter of the image.
 */
export function changedCorner(plain: Picture, marked: Picture): Corner | 'nowhere' | 'everywhere' {
	const { width, height } = plain;
	if (marked.width !== width || marked.height !== height) return 'everywhere';
	const changed: Record<Corner, number> = {
		'bottom right': 0,
		'bottom left': 0,
		'top left': 0,
		'top right': 0,
	};
	for (let pixel = 0; pixel < width * height; pixel += 1) {
		const differs = [0, 1, 2].some((channel) => {
			const at = pixel * 4 + channel;
			return Math.abs(plain.pixels[at] - marked.pixels[at]) >= LEAST_CHANGE;
		});
		if (differs) changed[cornerAt(pixel % width, Math.floor(pixel / width), plain)] += 1;
	}
	const all = Object.values(changed).reduce((sum, count) => sum + count, 0);
	if (all < LEAST_MARK * width * height) return 'nowhere';
	const corners: Corner[] = ['bottom right', 'bottom left', 'top left', 'top right'];
	return corners.find((corner) => changed[corner] >= MOST_OF_MARK * all) ?? 'everywhere';
}

function cornerAt(x: number, y: number, { width, height }: Picture): Corner {
	if (y < height / 2) return x < width / 2 ? 'top left' : 'top right';
	return x < width / 2 ? 'bottom left' : 'bottom right';
}
