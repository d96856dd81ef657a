import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';

import {
	HEAD_BYTES,
	imageFormatOf,
	TAIL_BYTES,
	type ImageFormat,
} from '../../nodes/shared/portrait/imageFormat';

function drawn(type: 'png' | 'jpeg' | 'webp' | 'gif', size = 120): Buffer {
	const canvas = createCanvas(size, size);
	const context = canvas.getContext('2d');
	for (let step = 0; step < size; step += 4) {
		context.fillStyle = `hsl(${step * 7}, 80%, ${30 + (step % 40)}%)`;
		context.fillRect(step, (step * 13) % size, 30, 30);
	}
	switch (type) {
		case 'png':
			return canvas.toBuffer('image/png');
		case 'jpeg':
			return canvas.toBuffer('image/jpeg');
		case 'webp':
			return canvas.toBuffer('image/webp');
		case 'gif':
			return canvas.toBuffer('image/gif');
	}
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** The first box of an ISO media file. */
const branded = (...brands: string[]): Buffer => {
	const [major = '', ...others] = brands;
	const size = Buffer.alloc(4);
	size.writeUInt32BE(16 + 4 * others.length);
	return Buffer.concat([size, latin1(`ftyp${major}\0\0\0\0${others.join('')}`), Buffer.alloc(90)]);
};
const bitmap = Buffer.alloc(120);
bitmap.write('BM', 'latin1');
bitmap.writeUInt32LE(120, 2);
bitmap.writeUInt32LE(40, 14);

describe('an image without an end mark', () => {
	it.each([
		['AVIF', createCanvas(64, 64).toBuffer('image/avif'), 'avif', 'image/avif'],
		['AVIF', branded('mif1', 'mif1', 'avif', 'miaf'), 'avif', 'image/avif'],
		['AVIF', branded('avis'), 'avif', 'image/avif'],
		['HEIC', branded('heic', 'mif1', 'heic'), 'heic', 'image/heic'],
		['HEIC', branded('mif1', 'mif1', 'heic'), 'heic', 'image/heic'],
		['HEIC', branded('hevc'), 'heic', 'image/heic'],
		['BMP', bitmap, 'bmp', 'image/bmp'],
		['TIFF', latin1(`II*\0${'x'.repeat(80)}`), 'tif', 'image/tiff'],
		['TIFF', latin1(`MM\0*${'x'.repeat(80)}`), 'tif', 'image/tiff'],
	])('is known by its first bytes: %s', (name, file, extension, mimeType) => {
		const format = imageFormatOf(file.subarray(0, HEAD_BYTES));
		expect(format).toMatchObject({ name, extension, mimeType });
	});
});

/** Whether the package takes `file` for a whole image. */
function isWhole(file: Buffer): boolean {
	const format = imageFormatOf(file.subarray(0, HEAD_BYTES));
	return format?.isWhole?.(file.subarray(-TAIL_BYTES), file.length) ?? false;
}

const kinds: Array<['png' | 'jpeg' | 'webp' | 'gif', ImageFormat['extension'], string]> = [
	['png', 'png', 'image/png'],
	['jpeg', 'jpg', 'image/jpeg'],
	['webp', 'webp', 'image/webp'],
	['gif', 'gif', 'image/gif'],
];

describe.each(kinds)('a real %s', (kind, extension, mimeType) => {
	it('is known by its bytes and whole', () => {
		const file = drawn(kind);
		expect(imageFormatOf(file.subarray(0, HEAD_BYTES))).toMatchObject({ extension, mimeType });
		expect(isWhole(file)).toBe(true);
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('cut at %i tenths is not whole', (tenths) => {
		const file = drawn(kind);
		expect(isWhole(file.subarray(0, Math.floor((file.length * tenths) / 10)))).toBe(false);
	});

	it('without its last byte is not whole', () => {
		expect(isWhole(drawn(kind).subarray(0, -1))).toBe(false);
	});

	it('with zeros padded behind its end is whole', () => {
		expect(isWhole(Buffer.concat([drawn(kind), Buffer.alloc(8)]))).toBe(true);
	});
});

describe('a real JPEG with a thumbnail in it', () => {
	it('is not whole when it ends with the thumbnail', () => {
		const thumbnail = drawn('jpeg', 32);
		const file = drawn('jpeg', 900);
		const app1 = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 0]), thumbnail]);
		app1.writeUInt16BE(thumbnail.length + 2, 2);
		const nested = Buffer.concat([file.subarray(0, 2), app1, file.subarray(2)]);
		expect(isWhole(nested)).toBe(true);
		const cut = nested.subarray(0, 2 + app1.length + 4096);
		expect(isWhole(cut)).toBe(false);
	});
});

describe('what is no image', () => {
	it.each([
		['nothing', ''],
		['text', 'The link has expired.'],
		['HTML', '<!doctype html><html><body>Sign in</body></html>'],
		['an error in JSON', '{"error":{"err_code":-10001}}'],
		['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
		['a PDF', '%PDF-1.7 and so on and on'],
		['a WAV file', 'RIFF\u0000\u0000\u0000\u0000WAVEfmt 1234'],
		['half a signature', '\u0089PNG'],
		['the word GIF', 'GIF is a format'],
		['a text about cars', 'BMW is a make of cars, and this is a text about them.'],
		['a film', `\0\0\0\u0018ftypmp42\0\0\0\0isommp42${'x'.repeat(40)}`],
	])('is not taken for one: %s', (_name, text) => {
		const bytes = Buffer.from(text, 'latin1');
		expect(imageFormatOf(bytes.subarray(0, HEAD_BYTES))).toBeUndefined();
	});

	it('never makes the check throw, however few bytes there are', () => {
		const starts = [
			'\u0089PNG\r\n\u001a\n',
			'\u00ff\u00d8\u00ff',
			'RIFF',
			'RIFF1234WEBP',
			'GIF89a',
			'',
		].map((text) => Buffer.from(text, 'latin1'));
		fc.assert(
			fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 64 }), (start, rest) => {
				const bytes = Buffer.concat([start, rest]);
				expect(typeof isWhole(bytes)).toBe('boolean');
			}),
			{ numRuns: 2000 },
		);
	});
});
