import { createCanvas, loadImage, type ImageData } from '@napi-rs/canvas';

import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox, TaskSpec } from '../../sandbox/types';

const SMALL: TaskSpec = { width: 256, height: 256 };

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

afterAll(async () => {
	await sandbox.stop();
});

async function decode(file: Buffer): Promise<ImageData> {
	const image = await loadImage(file);
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext('2d');
	context.drawImage(image, 0, 0);
	return context.getImageData(0, 0, image.width, image.height);
}

/** How much two pictures differ in each quarter: bottom right, bottom left, top left, top right, as the API counts. */
function difference(one: ImageData, other: ImageData): number[] {
	const quarters = [0, 0, 0, 0];
	for (let y = 0; y < one.height; y++) {
		for (let x = 0; x < one.width; x++) {
			const right = x >= one.width / 2;
			const quarter = y >= one.height / 2 ? (right ? 0 : 1) : right ? 3 : 2;
			const at = (y * one.width + x) * 4;
			for (let channel = 0; channel < 3; channel++) {
				quarters[quarter] += Math.abs(one.data[at + channel] - other.data[at + channel]);
			}
		}
	}
	return quarters;
}

async function changeBy(
	task: string,
	logo: Record<string, unknown>,
	than?: Record<string, unknown>,
): Promise<number[]> {
	const marked = await decode(await sandbox.imageBytes(task, 0, { add_logo: true, ...logo }));
	const reference = than && { add_logo: true, ...than };
	return difference(marked, await decode(await sandbox.imageBytes(task, 0, reference)));
}

describe('the watermark', () => {
	it.each([0, 1, 2, 3])(
		'at position %i shows in that corner and nowhere else',
		async (position) => {
			const quarters = await changeBy(sandbox.addTask({ ...SMALL, prompt: 'A portrait' }), {
				position,
			});
			const marked = quarters.flatMap((change, quarter) => (change > 0 ? [quarter] : []));
			expect(marked).toEqual([position]);
		},
	);

	it('is bottom right unless told otherwise, and absent when add_logo is false', async () => {
		const task = sandbox.addTask(SMALL);
		const [bottomRight] = await changeBy(task, {});
		expect(bottomRight).toBeGreaterThan(0);
		expect(await changeBy(task, { add_logo: false })).toEqual([0, 0, 0, 0]);
	});

	it('fades with its opacity down to nothing', async () => {
		const task = sandbox.addTask(SMALL);
		const changes: number[] = [];
		for (const opacity of [1, 0.5, 0.2, 0]) changes.push((await changeBy(task, { opacity }))[0]);
		expect([...changes].sort((a, b) => b - a)).toEqual(changes);
		expect(new Set(changes).size).toBe(4);
		expect(changes[3]).toBe(0);
	});

	it('looks different in either language and with a text of its own', async () => {
		const task = sandbox.addTask(SMALL);
		const [byLanguage] = await changeBy(task, { language: 1 }, { language: 0 });
		const [byText] = await changeBy(task, { logo_text_content: 'my own text' }, { language: 1 });
		expect(byLanguage).toBeGreaterThan(0);
		expect(byText).toBeGreaterThan(0);
	});
});

describe('the picture', () => {
	it('has the size asked for and is the same each time', async () => {
		const spec: TaskSpec = { width: 640, height: 520, seed: 5, format: 'jpeg' };
		const task = sandbox.addTask(spec);
		const file = await sandbox.imageBytes(task);
		expect(file.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
		expect(await decode(file)).toMatchObject({ width: 640, height: 520 });
		expect((await sandbox.imageBytes(task)).equals(file)).toBe(true);
	});

	it('shows another face for another seed', async () => {
		const [one, other] = [1, 2].map((seed) => sandbox.addTask({ ...SMALL, seed }));
		const face = await decode(await sandbox.imageBytes(one));
		const changes = difference(face, await decode(await sandbox.imageBytes(other)));
		expect(changes.every((change) => change > 0)).toBe(true);
	});

	it.each(['png', 'jpeg'] as const)(
		'can be a %s of any size that is still valid',
		async (format) => {
			const spec: TaskSpec = { ...SMALL, format, bytes: 700_000 };
			const [one, other] = [sandbox.addTask(spec), sandbox.addTask(spec)];
			const file = await sandbox.imageBytes(one);
			expect(Math.abs(file.length - 700_000)).toBeLessThan(16);
			expect(await decode(file)).toMatchObject({ width: 256, height: 256 });
			expect((await sandbox.imageBytes(other)).equals(file)).toBe(false);
		},
	);
});
