export type ImageType = 'png' | 'jpeg' | 'webp';

/** What a file is by its first bytes. */
export function imageTypeOf(file: Buffer): ImageType | undefined {
	if (file.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
	if (file.toString('latin1', 0, 3) === '\xff\xd8\xff') return 'jpeg';
	const isRiff = file.toString('latin1', 0, 4) === 'RIFF';
	return isRiff && file.toString('latin1', 8, 12) === 'WEBP' ? 'webp' : undefined;
}
