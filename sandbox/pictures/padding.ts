/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { createCipheriv, createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { imageTypeOf } from '../../test/support/imageType';

const PNG_END_BYTES = 12;
const CHUNK_OVERHEAD = 12;
const SEGMENT_OVERHEAD = 4;
const LARGEST_SEGMENT = 65_533;
// What real images are made of does not compress, so padding that did would flatter whoever compresses.
const noises = new Map<string, Buffer>();

function noise(length: number): Buffer {
	const key = createHash('sha256').update(`noise ${length}`).digest();
	const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
	return cipher.update(Buffer.alloc(length));
}

function pngChunk(type: string, data: Buffer): Buffer {
	const chunk = Buffer.alloc(data.length + CHUNK_OVERHEAD);
	chunk.writeUInt32BE(data.length, 0);
	chunk.write(type, 4, 'latin1');
	data.copy(chunk, 8);
	chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
	return chunk;
}

function jpegSegment(marker: number, data: Buffer): Buffer {
	const head = Buffer.from([0xff, marker, 0, 0]);
	head.writeUInt16BE(data.length + 2, 2);
	return Buffer.concat([head, data]);
}

function jpegPadding(length: number): Buffer {
	const segments: Buffer[] = [];
	let left = length;
	while (left >= SEGMENT_OVERHEAD) {
		const size = Math.min(left, LARGEST_SEGMENT + 2);
		segments.push(jpegSegment(0xef, noise(size - SEGMENT_OVERHEAD)));
		left -= size;
	}
	return Buffer.concat(segments);
}

/** Made once per size: hundreds of benchmark images of 8 MB share one such buffer. */
function shared(kind: 'png' | 'jpeg', length: number): Buffer {
	const key = `${kind} ${length}`;
	const known = noises.get(key);
	if (known) return known;
	const made =
		kind === 'png' ? pngChunk('npAd', noise(length - CHUNK_OVERHEAD)) : jpegPadding(length);
	noises.set(key, made);
	return made;
}

/**
 * The image with a name in it, which tells apart the files of tasks that share a picture, and filled up to `bytes`. The
 * parts, one after the other, are a valid file that decodes to the same pixels.
 */
export function padded(image: Buffer, name: string, bytes = 0): Buffer[] {
	const isPng = imageTypeOf(image) === 'png';
	const cut = isPng ? image.length - PNG_END_BYTES : 2;
	const label = isPng
		? pngChunk('tEXt', Buffer.from(`Comment\0${name}`, 'latin1'))
		: jpegSegment(0xfe, Buffer.from(name, 'latin1'));
	const missing = bytes - image.length - label.length;
	const parts = [image.subarray(0, cut), label];
	if (missing >= CHUNK_OVERHEAD) parts.push(shared(isPng ? 'png' : 'jpeg', missing));
	parts.push(image.subarray(cut));
	return parts;
}
