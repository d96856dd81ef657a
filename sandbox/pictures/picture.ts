import { createCanvas } from '@napi-rs/canvas';

import { drawPortrait } from './portrait';
import { captionHeight, drawCaption, type Caption } from './caption';
import { drawWatermark, type Logo } from './watermark';

export interface PictureSpec extends Caption {
	index: number;
	width: number;
	height: number;
	format: 'png' | 'jpeg';
	seed: number;
}

/** The picture of a task: an invented person with the watermark when one is asked for, and below it what was submitted. */
export async function drawPicture(spec: PictureSpec, logo: Logo | undefined): Promise<Buffer> {
	const canvas = createCanvas(spec.width, spec.height);
	const context = canvas.getContext('2d');
	const portraitHeight = spec.height - captionHeight(spec.width, spec.height, spec);
	drawPortrait(context, spec.width, portraitHeight, spec.seed + spec.index);
	if (logo) drawWatermark(context, spec.width, portraitHeight, logo);
	drawCaption(context, spec.width, spec.height, spec);
	return spec.format === 'png' ? await canvas.encode('png') : await canvas.encode('jpeg', 90);
}
