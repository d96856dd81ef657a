import type { SKRSContext2D } from '@napi-rs/canvas';

import { canWrite, fontFor } from './fonts';

/** The visible watermark, with the API's defaults filled in. */
export interface Logo {
	/** 0 bottom right, 1 bottom left, 2 top left, 3 top right. */
	position: number;
	/** 0 Chinese, 1 English. */
	language: number;
	opacity: number;
	text: string;
}

// "AI生成" by hand: the one text that must be legible on a machine without a Chinese font. Strokes are `x y x y…` in percent.
const HAND_MADE = [
	{ width: 0.8, strokes: ['10 95 50 8 90 95', '25 65 75 65'] },
	{ width: 0.4, strokes: ['50 8 50 95'] },
	{
		width: 1.05,
		strokes: ['30 5 12 40', '22 25 85 25', '25 58 80 58', '50 5 50 92', '6 92 95 92'],
	},
	{
		width: 1,
		strokes: [
			'14 25 93 25',
			'16 25 16 60 5 95',
			'16 50 44 50 42 78 30 74',
			'56 4 62 50 85 93 93 75',
			'86 45 45 95',
			'72 6 84 16',
		],
	},
];
const HAND_MADE_WIDTH = HAND_MADE.reduce((sum, glyph) => sum + glyph.width, 0);

function drawHandMade(context: SKRSContext2D, x: number, y: number, size: number): void {
	context.strokeStyle = '#fff';
	context.lineWidth = size * 0.09;
	context.lineCap = 'round';
	context.lineJoin = 'round';
	let left = x;
	for (const { width, strokes } of HAND_MADE) {
		for (const stroke of strokes) {
			const numbers = stroke.split(' ').map((percent) => (Number(percent) / 100) * size);
			context.beginPath();
			for (let at = 0; at < numbers.length; at += 2) {
				// A narrow glyph is drawn in the same square, pressed together.
				context.lineTo(left + numbers[at] * width, y + numbers[at + 1]);
			}
			context.stroke();
		}
		left += width * size;
	}
}

interface Line {
	text: string;
	size: number;
	width: number;
}

/** The text at a size at which it stays in its half of the picture; what is longer even then is cut. */
function fit(context: SKRSContext2D, text: string, size: number, room: number): Line {
	const measure = (candidate: string, at: number) => {
		context.font = fontFor(text, at, 500);
		return context.measureText(candidate).width;
	};
	const width = measure(text, size);
	if (width <= room) return { text, size, width };
	const smaller = Math.max(9, Math.floor((size * room) / width));
	let cut = text;
	while (measure(cut, smaller) > room && cut.length > 2) cut = `${cut.slice(0, -2)}…`;
	return { text: cut, size: smaller, width: measure(cut, smaller) };
}

export function drawWatermark(
	context: SKRSContext2D,
	width: number,
	height: number,
	logo: Logo,
): void {
	const unit = Math.min(width, height);
	const margin = unit * 0.022;
	const byHand = logo.text === 'AI生成' && !canWrite(logo.text);
	const line = byHand
		? { text: logo.text, size: unit * 0.038, width: HAND_MADE_WIDTH * unit * 0.038 }
		: fit(context, logo.text, Math.max(11, Math.round(unit * 0.038)), width * 0.44);
	const padding = line.size * 0.5;
	const plate = { width: line.width + padding * 2, height: line.size * 1.75 };
	const atRight = logo.position === 0 || logo.position === 3;
	const atBottom = logo.position === 0 || logo.position === 1;
	const x = atRight ? width - margin - plate.width : margin;
	const y = atBottom ? height - margin - plate.height : margin;

	context.save();
	context.globalAlpha = logo.opacity;
	context.fillStyle = 'rgba(20, 22, 40, 0.55)';
	context.beginPath();
	context.roundRect(x, y, plate.width, plate.height, plate.height * 0.3);
	context.fill();
	if (byHand) {
		drawHandMade(context, x + padding, y + (plate.height - line.size) / 2, line.size);
	} else {
		context.fillStyle = '#fff';
		context.font = fontFor(line.text, line.size, 500);
		context.textBaseline = 'middle';
		context.fillText(line.text, x + padding, y + plate.height / 2);
	}
	context.restore();
}
