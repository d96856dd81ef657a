import { createCanvas } from '@napi-rs/canvas';

/** A small picture, different from call to call in nothing. */
export function drawPicture(size = 64, type: 'image/png' | 'image/jpeg' = 'image/png'): Buffer {
	const canvas = createCanvas(size, size);
	const context = canvas.getContext('2d');
	context.fillStyle = '#357';
	context.fillRect(0, 0, size, size);
	context.fillStyle = '#fc9';
	context.fillRect(size / 4, size / 4, size / 2, size / 2);
	return type === 'image/png' ? canvas.toBuffer(type) : canvas.toBuffer(type);
}
