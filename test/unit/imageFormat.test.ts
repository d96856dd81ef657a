import { createCanvas } from '@napi-rs/canvas';

import { HEAD_BYTES, imageFormatOf, type ImageFormat } from '../../nodes/shared/api/imageFormat';

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

describe('an image', () => {
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
		['TIFF', latin1(`II+\0${'x'.repeat(80)}`), 'tif', 'image/tiff'],
		['TIFF', latin1(`MM\0+${'x'.repeat(80)}`), 'tif', 'image/tiff'],
		...['hei', 'hev'].flatMap((kind) =>
			['c', 'x', 'm', 's'].map((last): [string, Buffer, string, string] => [
				'HEIC',
				branded(`${kind}${last}`),
				'heic',
				'image/heic',
			]),
		),
		['HEIC', branded('msf1'), 'heic', 'image/heic'],
		['HEIC', branded('mif1'), 'heic', 'image/heic'],
	])('is known by its first bytes: %s', (name, file, extension, mimeType) => {
		const format = imageFormatOf(file.subarray(0, HEAD_BYTES));
		expect(format).toMatchObject({ name, extension, mimeType });
	});
});

const kinds: Array<['png' | 'jpeg' | 'webp' | 'gif', ImageFormat]> = [
	['png', { name: 'PNG', extension: 'png', mimeType: 'image/png' }],
	['jpeg', { name: 'JPEG', extension: 'jpg', mimeType: 'image/jpeg' }],
	['webp', { name: 'WebP', extension: 'webp', mimeType: 'image/webp' }],
	['gif', { name: 'GIF', extension: 'gif', mimeType: 'image/gif' }],
];

it.each(kinds)('a real %s is known by its bytes', (kind, format) => {
	expect(imageFormatOf(drawn(kind))).toMatchObject(format);
	expect(imageFormatOf(drawn(kind, 8))).toMatchObject(format);
});

describe('the beginning of a file', () => {
	it.each(['GIF87a', 'GIF89a'])('begins with %s as a GIF, and with no other number', (start) => {
		expect(imageFormatOf(latin1(start))).toMatchObject({ name: 'GIF', mimeType: 'image/gif' });
		expect(imageFormatOf(latin1(start.replace(/[79]a/, '8a')))).toBeUndefined();
		expect(imageFormatOf(latin1(`x${start}`))).toBeUndefined();
		expect(imageFormatOf(latin1(start.replace('a', 'b')))).toBeUndefined();
	});

	it.each([12, 40, 52, 56, 64, 108, 124])('as a BMP may have a header of %i bytes', (header) => {
		const head = Buffer.alloc(18);
		head.write('BM', 'latin1');
		head.writeUInt32LE(header, 14);
		expect(imageFormatOf(head)?.name).toBe('BMP');
		expect(imageFormatOf(head.subarray(0, 17))).toBeUndefined();
		expect(imageFormatOf(Buffer.concat([latin1('x'), head]))).toBeUndefined();
		expect(imageFormatOf(Buffer.concat([latin1('xx'), head.subarray(2)]))).toBeUndefined();
	});
});

describe('a file of brands', () => {
	it.each([
		['of a film', branded('isom', 'mp42')],
		['that only resemble those of images', branded('avix', 'xavif'.slice(0, 4), 'heiz', 'mif2')],
		['behind the box of brands', Buffer.concat([branded('isom'), latin1('avif')])],
		['without its box', latin1('\0\0\0\x18ftyqavif\0\0\0\0')],
	])('is no image by brands %s', (_which, file) => {
		expect(imageFormatOf(file.subarray(0, HEAD_BYTES))).toBeUndefined();
	});

	it('is AVIF rather than HEIC where it has both', () => {
		expect(imageFormatOf(branded('heic', 'avif'))?.name).toBe('AVIF');
	});

	it('may hold a line break in its version', () => {
		expect(imageFormatOf(latin1('\0\0\0\x18ftypmif1\n\n\n\nmiafavif'))?.name).toBe('AVIF');
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
		['a name of an image in another file', 'RIFX\u0000\u0000\u0000\u0000WEBPVP8 1234'],
		['a WAV file', 'RIFF\u0000\u0000\u0000\u0000WAVEfmt 1234'],
		['half a signature', '\u0089PNG'],
		['the word GIF', 'GIF is a format'],
		['a text about cars', 'BMW is a make of cars, and this is a text about them.'],
		['a film', `\0\0\0\u0018ftypmp42\0\0\0\0isommp42${'x'.repeat(40)}`],
	])('is not taken for one: %s', (_name, text) => {
		const bytes = Buffer.from(text, 'latin1');
		expect(imageFormatOf(bytes.subarray(0, HEAD_BYTES))).toBeUndefined();
	});
});
