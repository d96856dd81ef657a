/** What an image file is, told by its bytes and never by a header or a file name. */
export interface ImageFormat {
	/** As people call it. */
	name: 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'AVIF' | 'HEIC' | 'BMP' | 'TIFF';
	/** Without the dot. */
	extension: string;
	mimeType: string;
}

/** Bytes from the start that {@link imageFormatOf} wants to see. */
export const HEAD_BYTES = 64;

/** How the files of a format begin, as Latin-1. Source: the specifications of the formats. */
const BEGINNINGS: ReadonlyArray<[ImageFormat['name'], extension: string, begins: RegExp]> = [
	['PNG', 'png', /^\x89PNG\r\n[^]\n/],
	['JPEG', 'jpg', /^\xff\xd8\xff/],
	['GIF', 'gif', /^GIF8[79]a/],
	['WebP', 'webp', /^RIFF[^]{4}WEBP/],
	// The first box names the brands that the file is of; a picture of HEIC's kind may name AVIF behind it.
	['AVIF', 'avif', /^[^]{4}ftyp[^]{0,32}avi[fs]/],
	['HEIC', 'heic', /^[^]{4}ftyp(he[iv][cxms]|mif1|msf1)/],
	// Two letters alone begin many a text, so the size of the header behind them has to be one.
	['BMP', 'bmp', /^BM[^]{12}[\f(48@l|]\0{3}/],
	['TIFF', 'tif', /^(II[*+]\0|MM\0[*+])/],
];

/** The format of a file that starts with `head`; undefined when it is no image. */
export function imageFormatOf(head: Buffer): ImageFormat | undefined {
	const text = head.toString('latin1', 0, HEAD_BYTES);
	const [name, extension] = BEGINNINGS.find(([, , begins]) => begins.test(text)) ?? [];
	if (name === undefined || extension === undefined) return undefined;
	return { name, extension, mimeType: `image/${name.toLowerCase()}` };
}
