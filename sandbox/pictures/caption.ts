import type { SKRSContext2D } from '@napi-rs/canvas';

import { fontFor } from './fonts';

/** What was submitted and which task it became. */
export interface Caption {
	id: string;
	prompt: string;
	genMode?: string;
}

const NOTICE = 'Sandbox picture: an invented person, not a real portrait';
const LINES = 3;
const LINE_HEIGHT = 1.4;
const PADDING = 0.7;

function sizeOfText(width: number, height: number): number {
	return Math.max(8, Math.min(width, height) * 0.026);
}

/**
 * How much of the picture's height the caption takes. The same for every prompt, so that a prompt moves nothing else.
 * A picture of no task has no caption.
 */
export function captionHeight(width: number, height: number, { id }: Caption): number {
	if (!id) return 0;
	return Math.ceil(sizeOfText(width, height) * (LINES * LINE_HEIGHT + PADDING * 2));
}

/** What does not fit ends with an ellipsis. */
function cut(context: SKRSContext2D, text: string, room: number): string {
	if (context.measureText(text).width <= room) return text;
	const characters = [...text];
	while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > room) {
		characters.pop();
	}
	return `${characters.join('')}…`;
}

/**
 * A plain strip along the bottom edge, like the label under a print. A watermark is a box on the portrait itself, so that
 * nobody takes one for the other.
 */
export function drawCaption(
	context: SKRSContext2D,
	width: number,
	height: number,
	caption: Caption,
): void {
	const strip = captionHeight(width, height, caption);
	if (strip === 0) return;
	const { id, prompt, genMode } = caption;
	const size = sizeOfText(width, height);
	const top = height - strip;
	const words = prompt.replace(/\s+/g, ' ').trim();

	context.save();
	context.fillStyle = '#f4f4f7';
	context.fillRect(0, top, width, strip);
	context.textBaseline = 'middle';
	const lines: Array<[text: string, color: string, weight: number]> = [
		[NOTICE, '#b3261e', 600],
		[words === '' ? 'No prompt' : `Prompt: ${words}`, '#262338', 400],
		[genMode ? `Task ${id} · ${genMode}` : `Task ${id}`, '#5d5a70', 400],
	];
	lines.forEach(([text, color, weight], index) => {
		context.fillStyle = color;
		context.font = fontFor(text, size, weight);
		const middle = top + size * (PADDING + LINE_HEIGHT * (index + 0.5));
		context.fillText(cut(context, text, width - size * 2), size, middle);
	});
	context.restore();
}
