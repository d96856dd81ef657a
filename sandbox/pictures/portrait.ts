import type { SKRSContext2D } from '@napi-rs/canvas';

import { ellipse, line, shade } from './brush';
import { drawBackHair, drawFrontHair, HAIR_STYLES } from './hair';

const SKINS = ['#f9dcc4', '#f2c9a8', '#e3ad86', '#c98d63', '#9c6644', '#74482f'];
const HAIRS = ['#2b2230', '#4a2f27', '#7a4a2b', '#b5793f', '#d8b26e', '#8b8f9c', '#9c3f32'];
const CLOTHES = ['#ef6f6c', '#3d7ea6', '#5b8e7d', '#f2b84b', '#7a5ea8', '#33415c', '#e07a5f'];

/** Mulberry32: the same seed always gives the same face. */
export function seeded(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

function drawBackground(
	context: SKRSContext2D,
	width: number,
	height: number,
	random: () => number,
): void {
	const hue = random() * 360;
	const sky = context.createLinearGradient(0, 0, width, height);
	sky.addColorStop(0, `hsl(${hue}, 72%, 84%)`);
	sky.addColorStop(0.55, `hsl(${hue + 35}, 66%, 74%)`);
	sky.addColorStop(1, `hsl(${hue + 75}, 58%, 62%)`);
	context.fillStyle = sky;
	context.fillRect(0, 0, width, height);
	const unit = Math.min(width, height);
	for (let index = 0; index < 7; index++) {
		const radius = unit * (0.05 + random() * 0.17);
		const color = `hsla(${hue + random() * 90}, 80%, 94%, ${0.1 + random() * 0.16})`;
		ellipse(context, [random() * width, random() * height, radius, radius], color);
	}
}

function drawShoulders(context: SKRSContext2D, cloth: string, skin: string): void {
	const fabric = context.createLinearGradient(0, 18, 0, 60);
	fabric.addColorStop(0, shade(cloth, 1.12));
	fabric.addColorStop(1, shade(cloth, 0.78));
	context.fillStyle = fabric;
	context.beginPath();
	context.moveTo(-44, 160);
	context.bezierCurveTo(-44, 40, -38, 29, -14, 24);
	context.quadraticCurveTo(0, 34, 14, 24);
	context.bezierCurveTo(38, 29, 44, 40, 44, 160);
	context.fill();

	context.fillStyle = shade(skin, 0.9);
	context.beginPath();
	context.roundRect(-8.2, 4, 16.4, 23, 7);
	context.fill();
	ellipse(context, [0, 24.5, 10.6, 5.6], shade(skin, 0.9));
	// The shadow that the chin throws on the neck.
	ellipse(context, [0, 14.5, 8.2, 4], shade(skin, 0.78));
	line(context, [-14, 24.2, 0, 35.5, 14, 24.2], 2, shade(cloth, 0.7));
}

function drawFace(context: SKRSContext2D, skin: string): void {
	for (const side of [-1, 1]) {
		ellipse(context, [side * 20.4, -6, 3.6, 5], shade(skin, 0.94));
		ellipse(context, [side * 20.6, -6, 1.9, 3], shade(skin, 0.82));
	}
	const light = context.createLinearGradient(-18, -30, 18, 20);
	light.addColorStop(0, shade(skin, 1.22));
	light.addColorStop(1, shade(skin, 0.97));
	context.fillStyle = light;
	context.beginPath();
	context.moveTo(-20.5, -12);
	context.bezierCurveTo(-21, -40, 21, -40, 20.5, -12);
	context.bezierCurveTo(20.5, 6, 10, 17.5, 0, 17.5);
	context.bezierCurveTo(-10, 17.5, -20.5, 6, -20.5, -12);
	context.fill();
}

function drawFeatures(
	context: SKRSContext2D,
	random: () => number,
	skin: string,
	hair: string,
): void {
	const iris = ['#3b2a20', '#4f6d4a', '#3f6587', '#5b3a29'][Math.floor(random() * 4)];
	const brow = shade(hair, 0.85);
	for (const side of [-1, 1]) {
		const x = side * 8.4;
		ellipse(context, [side * 12, 3, 4.2, 2.7], 'rgba(240, 90, 90, 0.22)');
		ellipse(context, [x, -5, 3.7, 3.1], '#fffdfa');
		ellipse(context, [x, -4.8, 2.5, 2.6], iris);
		ellipse(context, [x, -4.8, 1.3, 1.4], '#16121a');
		ellipse(context, [x + 0.9, -5.9, 0.75, 0.75], '#fff');
		line(context, [x - 3.9, -5.6, x, -10, x + 3.9, -5.6], 1, '#2a2028');
		line(context, [x - 4.6, -12.2 - side * 0.3, x, -14.6, x + 4.6, -12.2 + side * 0.3], 1.5, brow);
	}
	line(context, [-1.2, 3, 0.4, 5, 2, 3.3], 1.1, shade(skin, 0.74));
	const smile = 2.6 + random() * 2.2;
	if (random() < 0.5) {
		context.fillStyle = '#8e2f3a';
		context.beginPath();
		context.moveTo(-6, 8.2);
		context.quadraticCurveTo(0, 9.4, 6, 8.2);
		context.quadraticCurveTo(4, 8.8 + smile * 1.3, 0, 8.8 + smile * 1.3);
		context.quadraticCurveTo(-4, 8.8 + smile * 1.3, -6, 8.2);
		context.fill();
		line(context, [-4.4, 9, 0, 10, 4.4, 9], 1.3, '#fff');
	} else {
		line(context, [-5.6, 8.6, 0, 8.6 + smile * 1.6, 5.6, 8.6], 1.5, '#b0474f');
	}
}

function drawGlasses(context: SKRSContext2D): void {
	context.strokeStyle = '#2d2a3c';
	context.lineWidth = 1.1;
	for (const side of [-1, 1]) {
		context.beginPath();
		context.roundRect(side * 8.6 - 6.2, -10, 12.4, 10.4, 4.6);
		context.fillStyle = 'rgba(255, 255, 255, 0.16)';
		context.fill();
		context.stroke();
		line(context, [side * 14.8, -6, side * 18, -7, side * 20.4, -6.6], 1.1, '#2d2a3c');
	}
	line(context, [-2.4, -5.6, 0, -7.4, 2.4, -5.6], 1.1, '#2d2a3c');
}

/** Fills the picture with a made-up person in front of a soft background; all of it follows from the seed. */
export function drawPortrait(
	context: SKRSContext2D,
	width: number,
	height: number,
	seed: number,
): void {
	const random = seeded(seed);
	const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)];
	drawBackground(context, width, height, random);
	const [skin, hair, cloth] = [pick(SKINS), pick(HAIRS), pick(CLOTHES)];
	const style = HAIR_STYLES[Math.floor(random() * HAIR_STYLES.length)];

	context.save();
	const scale = Math.min(width, height) / 100;
	context.translate(width / 2, height / 2);
	context.scale(scale, scale);
	const halo = context.createRadialGradient(0, -6, 8, 0, -6, 46);
	halo.addColorStop(0, 'rgba(255, 255, 255, 0.6)');
	halo.addColorStop(1, 'rgba(255, 255, 255, 0)');
	ellipse(context, [0, -6, 46, 46], 'rgba(255, 255, 255, 0.14)');
	context.fillStyle = halo;
	context.fillRect(-50, -56, 100, 100);

	drawBackHair(context, style, hair);
	drawShoulders(context, cloth, skin);
	drawFace(context, skin);
	drawFeatures(context, random, skin, hair);
	drawFrontHair(context, style, hair);
	if (random() < 0.35) drawGlasses(context);
	context.restore();
}
