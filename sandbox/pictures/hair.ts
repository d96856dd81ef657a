import type { SKRSContext2D } from '@napi-rs/canvas';

import { ellipse, shade } from './brush';

export type HairStyle = 'long' | 'bob' | 'short' | 'bun' | 'curly' | 'side';

export const HAIR_STYLES: HairStyle[] = ['long', 'bob', 'short', 'bun', 'curly', 'side'];

function fillPath(context: SKRSContext2D, color: string, path: () => void): void {
	context.fillStyle = color;
	context.beginPath();
	path();
	context.fill();
}

/** The part behind head and shoulders. */
export function drawBackHair(context: SKRSContext2D, style: HairStyle, hair: string): void {
	const dark = shade(hair, 0.8);
	if (style === 'long') {
		fillPath(context, dark, () => {
			context.moveTo(-25, -10);
			context.bezierCurveTo(-28, -48, 28, -48, 25, -10);
			context.bezierCurveTo(26, 10, 32, 24, 29, 40);
			context.quadraticCurveTo(0, 46, -29, 40);
			context.bezierCurveTo(-32, 24, -26, 10, -25, -10);
		});
	} else if (style === 'bob') {
		fillPath(context, dark, () => {
			context.moveTo(-25, -10);
			context.bezierCurveTo(-28, -48, 28, -48, 25, -10);
			context.bezierCurveTo(25, 2, 30, 10, 25, 16);
			context.quadraticCurveTo(0, 22, -25, 16);
			context.bezierCurveTo(-30, 10, -25, 2, -25, -10);
		});
	} else if (style === 'bun') {
		ellipse(context, [0, -38.5, 9, 8], dark);
		ellipse(context, [0, -16, 23, 23], dark);
	} else if (style === 'curly') {
		for (let index = 0; index < 15; index++) {
			const angle = Math.PI * (0.88 + (index / 14) * 1.24);
			const [x, y] = [Math.cos(angle) * 22, -11 + Math.sin(angle) * 22];
			ellipse(context, [x, y, 8.4, 8.4], dark);
		}
	}
}

function cap(context: SKRSContext2D, hair: string, fringe: () => void): void {
	const shine = context.createLinearGradient(-14, -38, 10, -8);
	shine.addColorStop(0, shade(hair, 1.18));
	shine.addColorStop(0.5, hair);
	shine.addColorStop(1, shade(hair, 0.86));
	context.fillStyle = shine;
	context.beginPath();
	context.moveTo(-22, -6);
	context.bezierCurveTo(-27, -46, 27, -46, 22, -6);
	fringe();
	context.closePath();
	context.fill();
}

/** The part over the forehead. */
export function drawFrontHair(context: SKRSContext2D, style: HairStyle, hair: string): void {
	cap(context, hair, () => {
		if (style === 'bob') {
			context.bezierCurveTo(20, -14, 19, -17, 16, -19);
			context.quadraticCurveTo(0, -16, -16, -19);
			context.bezierCurveTo(-19, -17, -20, -14, -22, -6);
		} else if (style === 'side' || style === 'short') {
			context.bezierCurveTo(20, -12, 20, -18, 17, -22);
			context.bezierCurveTo(8, -20, -4, -22, -9, -28);
			context.bezierCurveTo(-11, -22, -18, -20, -22, -6);
		} else {
			context.bezierCurveTo(20, -16, 12, -22, 2, -29);
			context.bezierCurveTo(-6, -22, -18, -18, -22, -6);
		}
	});
	if (style === 'curly') {
		for (let index = 0; index < 8; index++) {
			const angle = Math.PI * (1.12 + (index / 7) * 0.76);
			const [x, y] = [Math.cos(angle) * 17, -11 + Math.sin(angle) * 18];
			ellipse(context, [x, y, 5.6, 5.2], shade(hair, index % 2 ? 1.08 : 0.94));
		}
	}
	if (style === 'short') {
		fillPath(context, shade(hair, 1.08), () => {
			context.moveTo(-12, -33);
			context.quadraticCurveTo(4, -46, 20, -30);
			context.quadraticCurveTo(6, -34, -12, -33);
		});
	}
}
