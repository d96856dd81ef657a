import type { SKRSContext2D } from '@napi-rs/canvas';

import { fontFor } from './fonts';

/** What was submitted and which task it became. */
export interface Caption {
	id: string;
	prompt: string;
	genMode?: string;
}

const LINES = 2;

/** Broken where there is a space, or anywhere in writing without spaces; what does not fit ends with an ellipsis. */
function breakLines(context: SKRSContext2D, text: string, room: number): string[] {
	const lines: string[] = [];
	let line = '';
	const pieces = text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+|\s+/gu) ?? [];
	for (const piece of pieces) {
		if (line !== '' && context.measureText(line + piece).width > room) {
			lines.push(line.trim());
			line = piece.trimStart();
		} else {
			line += piece;
		}
		if (lines.length === LINES) break;
	}
	if (lines.length < LINES) {
		if (line.trim()) lines.push(line.trim());
		return lines;
	}
	let last = lines[LINES - 1];
	while (last.length > 1 && context.measureText(`${last}…`).width > room) last = last.slice(0, -1);
	return [...lines.slice(0, LINES - 1), `${last}…`];
}

/** A card on the shoulders, clear of the four corners where a watermark may come: what was ordered and which task. */
export function drawCaption(
	context: SKRSContext2D,
	width: number,
	height: number,
	{ id, prompt, genMode }: Caption,
): void {
	if (!id) return;
	const unit = Math.min(width, height);
	const small = Math.max(8, unit * 0.024);
	const large = Math.max(9, unit * 0.034);
	const footer = genMode ? `${id}  ·  ${genMode}` : id;
	const room = Math.min(width * 0.86, unit * 0.9);

	context.save();
	context.font = fontFor(prompt, large, 600);
	const lines = breakLines(context, prompt, room - large * 2);
	const widths = lines.map((line) => context.measureText(line).width);
	context.font = fontFor(footer, small);
	widths.push(context.measureText(footer).width);

	const card = {
		width: Math.max(...widths) + large * 2,
		height: lines.length * large * 1.35 + small * 1.3 + large * 0.9,
	};
	const x = (width - card.width) / 2;
	const y = height - unit * 0.105 - card.height;
	context.fillStyle = 'rgba(255, 255, 255, 0.82)';
	context.beginPath();
	context.roundRect(x, y, card.width, card.height, large * 0.7);
	context.fill();

	context.textAlign = 'center';
	context.textBaseline = 'top';
	context.fillStyle = '#262338';
	context.font = fontFor(prompt, large, 600);
	lines.forEach((line, index) => {
		context.fillText(line, width / 2, y + large * 0.45 + index * large * 1.35);
	});
	context.fillStyle = '#6b6880';
	context.font = fontFor(footer, small);
	context.fillText(footer, width / 2, y + card.height - small * 1.3 - large * 0.35);
	context.restore();
}
