import { createCanvas } from '@napi-rs/canvas';

import type { Logo } from './logo';
import { drawPortrait } from './portrait';
import { drawCaption } from './caption';
import { drawWatermark } from './watermark';

export interface PictureSpec {
	id: string;
	index: number;
	width: number;
	height: number;
	format: 'png' | 'jpeg';
	seed: number;
	prompt: string;
	genMode?: string;
}

/** The picture of a task: a made-up portrait, what was ordered, and the watermark when one is asked for. */
export async function drawPicture(spec: PictureSpec, logo: Logo | undefined): Promise<Buffer> {
	const canvas = createCanvas(spec.width, spec.height);
	const context = canvas.getContext('2d');
	drawPortrait(context, spec.width, spec.height, spec.seed + spec.index);
	drawCaption(context, spec);
	if (logo) drawWatermark(context, spec.width, spec.height, logo);
	return spec.format === 'png' ? await canvas.encode('png') : await canvas.encode('jpeg', 90);
}
