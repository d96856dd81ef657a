import { createCanvas } from '@napi-rs/canvas';

import { HEAD_BYTES, imageFormatOf } from '../../nodes/shared/api/imageFormat';
import { drawPicture } from '../support/photo';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** The first box of an ISO media file. */
const branded = (major: string, ...others: string[]): Buffer =>
	latin1(`\0\0\0\x18ftyp${major}\0\0\0\0${others.join('')}${'\0'.repeat(90)}`);
const bitmap = (header: number): Buffer => {
	const head = latin1(`BM${'\0'.repeat(16)}`);
	head.writeUInt32LE(header, 14);
	return head;
};
const canvas = createCanvas(8, 8);

it.each<[string, string, Buffer[]]>([
	['PNG', 'png', [drawPicture()]],
	['JPEG', 'jpg', [drawPicture(64, 'image/jpeg')]],
	['WebP', 'webp', [canvas.toBuffer('image/webp')]],
	['GIF', 'gif', [canvas.toBuffer('image/gif'), latin1('GIF87a'), latin1('GIF89a')]],
	[
		'AVIF',
		'avif',
		[
			...[canvas.toBuffer('image/avif'), branded('mif1', 'mif1', 'avif', 'miaf')],
			...[branded('avis'), branded('heic', 'avif')],
			latin1('\0\0\0\x18ftypmif1\n\n\n\nmiafavif'),
		],
	],
	['HEIC', 'heic', ['heic', 'heix', 'heim', 'heis'].map((brand) => branded(brand))],
	['HEIC', 'heic', ['hevc', 'hevx', 'hevm', 'hevs'].map((brand) => branded(brand))],
	['HEIC', 'heic', ['msf1', 'mif1'].map((brand) => branded(brand))],
	['BMP', 'bmp', [12, 40, 52, 56, 64, 108, 124].map(bitmap)],
	['TIFF', 'tif', ['II*\0', 'II+\0', 'MM\0*', 'MM\0+'].map(latin1)],
])('a file is known by its first bytes: %s', (name, extension, files) => {
	const mimeType = `image/${name.toLowerCase()}`;
	for (const file of files) {
		expect(imageFormatOf(file.subarray(0, HEAD_BYTES))).toEqual({ name, extension, mimeType });
		expect(imageFormatOf(Buffer.concat([latin1('x'), file]))).toBeUndefined();
	}
});

it.each([
	['nothing', ''],
	['a text about cars', 'BMW is a make of cars, and this is a text about them.'],
	['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
	['a name of an image in another file', 'RIFX\0\0\0\0WEBPVP8 1234'],
	['a WAV file', 'RIFF\0\0\0\0WAVEfmt 1234'],
	['half a signature', '\x89PNG'],
	['a GIF of no version', 'GIF88a'],
	['half a BMP', bitmap(40).toString('latin1', 0, 17)],
	['a film', branded('isom', 'mp42').toString('latin1')],
	['brands that resemble those of images', branded('avix', 'heiz', 'mif2').toString('latin1')],
	['a brand behind its box', `${branded('isom').toString('latin1')}avif`],
	['brands without their box', '\0\0\0\x18ftyqavif\0\0\0\0'],
])('what is no image is not taken for one: %s', (_name, text) => {
	expect(imageFormatOf(latin1(text).subarray(0, HEAD_BYTES))).toBeUndefined();
});
