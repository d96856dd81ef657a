/** What an image file is, told by its bytes and never by a header or a file name. */
export interface ImageFormat {
	/** As people call it. */
	name: 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'AVIF' | 'HEIC' | 'BMP' | 'TIFF';
	/** Without the dot. */
	extension: string;
	mimeType: string;
	/**
	 * Whether a file of `size` bytes that ends in `tail` is whole; absent where the format does not tell. Only for a body of which
	 * HTTP does not say where it ends.
	 */
	isWhole?(tail: Buffer, size: number): boolean;
}

/** Bytes from the start that {@link imageFormatOf} wants to see. */
export const HEAD_BYTES = 64;
/** Bytes from the end that {@link ImageFormat.isWhole} wants to see: some programs put labels and padding behind the end mark. */
export const TAIL_BYTES = 8192;
/** A JPEG's mark is short, and stands in its thumbnail too, so it is looked for nearer to the end. */
const JPEG_TAIL_BYTES = 4096;

const PNG_START = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_END = Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const JPEG_END = Buffer.from([0xff, 0xd9]);
const GIF_END = 0x3b;
const TIFF_STARTS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

const PNG: ImageFormat = {
	name: 'PNG',
	extension: 'png',
	mimeType: 'image/png',
	isWhole: (tail) => tail.includes(PNG_END),
};
const JPEG: ImageFormat = {
	name: 'JPEG',
	extension: 'jpg',
	mimeType: 'image/jpeg',
	isWhole: (tail) => tail.subarray(-JPEG_TAIL_BYTES).includes(JPEG_END),
};
const GIF: ImageFormat = {
	name: 'GIF',
	extension: 'gif',
	mimeType: 'image/gif',
	isWhole: (tail) => tail.findLast((byte) => byte !== 0) === GIF_END,
};
const AVIF: ImageFormat = { name: 'AVIF', extension: 'avif', mimeType: 'image/avif' };
const HEIC: ImageFormat = { name: 'HEIC', extension: 'heic', mimeType: 'image/heic' };
const TIFF: ImageFormat = { name: 'TIFF', extension: 'tif', mimeType: 'image/tiff' };

/** The format of a file that starts with `head`; undefined when it is no image. */
export function imageFormatOf(head: Buffer): ImageFormat | undefined {
	if (startsWith(head, PNG_START)) return PNG;
	if (startsWith(head, JPEG_START)) return JPEG;
	const ascii = head.toString('latin1');
	if (/^GIF8[79]a/.test(ascii)) return GIF;
	if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') {
		return sized('WebP', 'webp', 'image/webp', head.readUInt32LE(4) + 8);
	}
	if (ascii.slice(4, 8) === 'ftyp') return formatOfBrands(head, ascii);
	if (ascii.startsWith('BM') && isBitmap(head)) {
		return sized('BMP', 'bmp', 'image/bmp', head.readUInt32LE(2));
	}
	return TIFF_STARTS.some((start) => ascii.startsWith(start)) ? TIFF : undefined;
}

/** Whether `head`, which is all there is, may be the first bytes of an image that was cut short. */
export function mayBeCutImage(head: Buffer): boolean {
	return [PNG_START, JPEG_START, Buffer.from('RIFF'), Buffer.from('GIF8')].some((start) =>
		startsWith(start, head.subarray(0, start.length)),
	);
}

function startsWith(whole: Buffer, start: Buffer): boolean {
	return whole.subarray(0, start.length).equals(start);
}

/** A format whose files say how long they are. */
function sized(
	name: ImageFormat['name'],
	extension: string,
	mimeType: string,
	length: number,
): ImageFormat {
	return { name, extension, mimeType, isWhole: (_tail, size) => size >= length };
}

/** The first box of an ISO media file names the brands that the file is of. */
function formatOfBrands(head: Buffer, ascii: string): ImageFormat | undefined {
	// Stryker disable next-line ArrayDeclaration: any other text names no format either
	const names = ascii.slice(8, head.readUInt32BE(0)).match(/.{4}/gs) ?? [];
	// Behind the first brand stands a version.
	const brands = names.toSpliced(1, 1);
	if (brands.some((brand) => /avi[fs]/.test(brand))) return AVIF;
	return brands.some((brand) => /hei[cxms]|hev[cxms]|mif1|msf1/.test(brand)) ? HEIC : undefined;
}

/** Two letters alone begin many a text, so the header behind them has to be one. */
function isBitmap(head: Buffer): boolean {
	return head.length >= 18 && [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14));
}
