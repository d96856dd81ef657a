import type { SKRSContext2D } from '@napi-rs/canvas';

/** Darker below 1, lighter above. */
export function shade(hex: string, factor: number): string {
	const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
	const mixed = channels.map((value) =>
		Math.round(factor <= 1 ? value * factor : value + (255 - value) * (factor - 1)),
	);
	return `rgb(${mixed.join(', ')})`;
}

export function ellipse(
	context: SKRSContext2D,
	[x, y, radiusX, radiusY]: [number, number, number, number],
	color: string,
): void {
	context.fillStyle = color;
	context.beginPath();
	context.ellipse(x, y, radiusX, radiusY, 0, 0, Math.PI * 2);
	context.fill();
}

/** A curve from the first point to the last, drawn towards the middle one. */
export function line(context: SKRSContext2D, points: number[], width: number, color: string): void {
	const [x, y, controlX, controlY, endX, endY] = points;
	context.strokeStyle = color;
	context.lineWidth = width;
	context.lineCap = 'round';
	context.beginPath();
	context.moveTo(x, y);
	context.quadraticCurveTo(controlX, controlY, endX, endY);
	context.stroke();
}
