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
const BEGINNINGS: ReadonlyArray<ImageFormat & { begins: RegExp }> = [
	{ name: 'PNG', extension: 'png', mimeType: 'image/png', begins: /^\x89PNG\r\n[^]\n/ },
	{ name: 'JPEG', extension: 'jpg', mimeType: 'image/jpeg', begins: /^\xff\xd8\xff/ },
	{ name: 'GIF', extension: 'gif', mimeType: 'image/gif', begins: /^GIF8[79]a/ },
	{ name: 'WebP', extension: 'webp', mimeType: 'image/webp', begins: /^RIFF[^]{4}WEBP/ },
	// The first box names the brands that the file is of; a picture of HEIC's kind may name AVIF behind it.
	{
		name: 'AVIF',
		extension: 'avif',
		mimeType: 'image/avif',
		begins: /^[^]{4}ftyp[^]{0,32}avi[fs]/,
	},
	{
		name: 'HEIC',
		extension: 'heic',
		mimeType: 'image/heic',
		begins: /^[^]{4}ftyp(he[iv][cxms]|mif1|msf1)/,
	},
	// Two letters alone begin many a text, so the size of the header behind them has to be one.
	{
		name: 'BMP',
		extension: 'bmp',
		mimeType: 'image/bmp',
		begins: /^BM[^]{12}[\f(48@l|]\0{3}/,
	},
	{ name: 'TIFF', extension: 'tif', mimeType: 'image/tiff', begins: /^(II[*+]\0|MM\0[*+])/ },
];

/** The format of a file that starts with `head`; undefined when it is no image. */
export function imageFormatOf(head: Buffer): ImageFormat | undefined {
	const text = head.toString('latin1', 0, HEAD_BYTES);
	return BEGINNINGS.find(({ begins }) => begins.test(text));
}
