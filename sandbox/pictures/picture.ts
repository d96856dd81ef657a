import { createCanvas } from '@napi-rs/canvas';

import { drawPortrait } from './portrait';
import { drawCaption, type Caption } from './caption';
import { drawWatermark, type Logo } from './watermark';

export interface PictureSpec extends Caption {
	index: number;
	width: number;
	height: number;
	format: 'png' | 'jpeg';
	seed: number;
}

/** The picture of a task: a made-up portrait, what was ordered, and the watermark when one is asked for. */
export async function drawPicture(spec: PictureSpec, logo: Logo | undefined): Promise<Buffer> {
	const canvas = createCanvas(spec.width, spec.height);
	const context = canvas.getContext('2d');
	drawPortrait(context, spec.width, spec.height, spec.seed + spec.index);
	drawCaption(context, spec.width, spec.height, spec);
	if (logo) drawWatermark(context, spec.width, spec.height, logo);
	return spec.format === 'png' ? await canvas.encode('png') : await canvas.encode('jpeg', 90);
}
