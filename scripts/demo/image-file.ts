/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a tool for development, never shipped */
/** Says what an image file really holds, from its first bytes. */
import { existsSync, readFileSync } from 'node:fs';

const MAGIC = {
	PNG: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
	JPEG: Buffer.from([0xff, 0xd8, 0xff]),
};

export function imageFormat(bytes: Buffer): 'PNG' | 'JPEG' | undefined {
	if (bytes.subarray(0, MAGIC.PNG.length).equals(MAGIC.PNG)) return 'PNG';
	if (bytes.subarray(0, MAGIC.JPEG.length).equals(MAGIC.JPEG)) return 'JPEG';
	return undefined;
}

/** E.g. `PNG, 312 KB`; undefined where there is no image. */
export function describeImage(file: string): string | undefined {
	if (!existsSync(file)) return undefined;
	const bytes = readFileSync(file);
	const format = imageFormat(bytes);
	return format && `${format}, ${Math.ceil(bytes.length / 1024)} KB`;
}
