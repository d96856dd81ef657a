/** What an image file is, told by its bytes and never by a header or a file name. */
export interface ImageFormat {
	/** Without the dot. */
	extension: 'png' | 'jpg' | 'webp' | 'gif';
	mimeType: string;
	/**
	 * Whether a file of this format that has `size` bytes and ends in `tail` is whole. Needed because a server or a proxy may
	 * cut a file short and still send a matching length.
	 */
	isWhole(tail: Buffer, size: number): boolean;
}

/** Bytes from the start that {@link imageFormatOf} wants to see. */
export const HEAD_BYTES = 16;
/** Bytes from the end that {@link ImageFormat.isWhole} wants to see. Some encoders pad behind the end mark. */
export const TAIL_BYTES = 64;

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_END = Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
const JPEG_END = Buffer.from([0xff, 0xd9]);
const GIF_END = 0x3b;

/** Whether `head`, which is all there is, may be the first bytes of an image that was cut short. */
export function mayBeCutImage(head: Buffer): boolean {
	return [PNG_SIGNATURE, JPEG_START, Buffer.from('RIFF'), Buffer.from('GIF8')].some((start) =>
		head.subarray(0, start.length).equals(start.subarray(0, head.length)),
	);
}

/** The format of a file that starts with `head`; undefined when it is no image this package hands on. */
export function imageFormatOf(head: Buffer): ImageFormat | undefined {
	if (head.subarray(0, 8).equals(PNG_SIGNATURE)) {
		return {
			extension: 'png',
			mimeType: 'image/png',
			isWhole: (tail) => tail.includes(PNG_END),
		};
	}
	if (head.subarray(0, 3).equals(JPEG_START)) {
		return {
			extension: 'jpg',
			mimeType: 'image/jpeg',
			isWhole: (tail) => tail.includes(JPEG_END),
		};
	}
	const ascii = head.toString('latin1');
	if (ascii.startsWith('RIFF') && ascii.slice(8, 12) === 'WEBP') {
		const size = head.readUInt32LE(4) + 8;
		return { extension: 'webp', mimeType: 'image/webp', isWhole: (_tail, bytes) => bytes >= size };
	}
	if (ascii.startsWith('GIF87a') || ascii.startsWith('GIF89a')) {
		return {
			extension: 'gif',
			mimeType: 'image/gif',
			isWhole: (tail) => tail.findLast((byte) => byte !== 0) === GIF_END,
		};
	}
	return undefined;
}
