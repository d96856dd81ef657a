/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The examples that order portraits, as a user imports them, with nothing changed but the photo links. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { answer } from '../../../sandbox/faults/faults';
import { sleep } from '../../../real-n8n/driver/process';
import { execute, fileOf, setUp, type Stage } from '../stage';
import { expectNoOrderTwice, ordersOf, variantOf } from './orders';

const ANNA = 'https://example.com/photo-of-anna.jpg';
const BEN = 'https://example.com/photo-of-ben.jpg';
const LINK_TO_FILE = '4-photo-link-to-portrait-file.json';
const photo = (name: string) => `https://photos.example/${name}.jpg`;

let stage: Stage;

beforeAll(async () => {
	stage = await setUp({ submitted: { queuedFor: 700, generatingFor: 700 } });
	await stage.n8n.importWorkflows([
		variantOf(LINK_TO_FILE, 'link-to-file', { [ANNA]: photo('four') }),
		variantOf('5-upload-to-portrait-response.json', 'upload'),
		variantOf('6-table-of-photos-with-error-branch.json', 'table', {
			[ANNA]: photo('six-anna'),
			[BEN]: photo('six-ben'),
		}),
		variantOf('7-with-and-without-watermark.json', 'watermark', { [ANNA]: photo('seven') }),
	]);
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => await stage?.stop());

const saved = (fileName: string) => readFileSync(path.join(stage.n8n.filesFolder, fileName));

test('4: a photo link becomes a portrait on disk, for one order', async () => {
	const execution = await execute(stage, 'link-to-file');

	expect(execution.error).toBeUndefined();
	const orders = ordersOf(stage.sandbox, photo('four'));
	expect(orders.map(({ body }) => body)).toEqual([
		{ image_input: photo('four'), prompt: 'Studio portrait, soft light, dark blue suit' },
	]);
	const [{ taskId }] = orders;
	const [result] = execution.items('Doubao Portrait Submit');
	expect(result.json).toMatchObject({
		task_id: taskId,
		status: 'done',
		completed: true,
		image_url: expect.stringContaining(`${stage.sandbox.imageBaseUrl}/`),
		image_input: photo('four'),
	});
	const served = await stage.sandbox.imageBytes(taskId);
	expect(fileOf(stage, result).equals(served)).toBe(true);
	expect(saved(`${taskId}.png`).equals(served)).toBe(true);
});

test('6: finished portraits, what was not ordered and what was not made, each in its report', async () => {
	const { sandbox } = stage;
	// The first order is refused for its rate, and is to be sent again. Ben's task ends without a portrait.
	const limit = { code: 50429, message: 'Request Has Reached API Limit, Please Try Later' };
	sandbox.inject({ endpoint: 'submit', handle: answer(429, limit) });
	sandbox.onEntry(({ endpoint, taskId, body }) => {
		if (endpoint !== 'submit' || !taskId || !body.includes(photo('six-ben'))) return;
		const message = 'Post Img Risk Not Pass';
		sandbox.addTask({
			id: taskId,
			outcome: { kind: 'refused', httpStatus: 400, code: 50511, message },
		});
	});

	const execution = await execute(stage, 'table');

	expect(execution.error).toBeUndefined();
	const [anna, ...noMoreAnna] = ordersOf(sandbox, photo('six-anna'));
	const [ben, ...noMoreBen] = ordersOf(sandbox, photo('six-ben'));
	expect([...noMoreAnna, ...noMoreBen]).toEqual([]);
	const [portrait, ...noMore] = execution.items('Finished Portraits');
	expect(noMore).toEqual([]);
	expect(portrait.json).toMatchObject({
		name: 'Anna',
		photo: photo('six-anna'),
		task_id: anna.taskId,
		image_url: expect.stringContaining(`${sandbox.imageBaseUrl}/`),
	});
	expect(fileOf(stage, portrait).equals(await sandbox.imageBytes(anna.taskId))).toBe(true);
	expect(execution.items('Submitted').map(({ json }) => json)).toEqual([
		{
			name: 'Ben',
			task_id: ben.taskId,
			problem: expect.stringContaining('Post Img Risk Not Pass'),
			what_to_do: expect.stringMatching(/\w{3,}/),
		},
	]);
	expect(execution.items('Not Submitted').map(({ json }) => json)).toEqual([
		{
			name: 'Carla',
			problem: expect.stringContaining("'Photo Link' is not a web link"),
			what_to_do: expect.stringMatching(/\w{3,}/),
		},
	]);
});

test('7: one order, one file without and one with the watermark', async () => {
	const { sandbox } = stage;

	const execution = await execute(stage, 'watermark');

	expect(execution.error).toBeUndefined();
	const orders = ordersOf(sandbox, photo('seven'));
	expect(orders).toHaveLength(1);
	const [{ taskId }] = orders;
	const [plain] = execution.items('Without Watermark');
	const [marked] = execution.items('With Watermark');
	expect(fileOf(stage, plain).equals(await sandbox.imageBytes(taskId))).toBe(true);
	const logo = { add_logo: true, position: 2, language: 1, opacity: 0.8 };
	expect(fileOf(stage, marked).equals(await sandbox.imageBytes(taskId, 0, logo))).toBe(true);
	expect(fileOf(stage, marked).equals(fileOf(stage, plain))).toBe(false);
	expect(saved(`${taskId}.png`).equals(fileOf(stage, plain))).toBe(true);
	expect(saved(`${taskId}-watermark.png`).equals(fileOf(stage, marked))).toBe(true);
});

describe('5: a photo that is uploaded', () => {
	let address: string;

	beforeAll(async () => {
		await stage.n8n.activate('upload');
		address = `${(await stage.n8n.serve()).baseUrl}/webhook/portrait`;
	});

	/** Uploads like a browser's form. n8n answers 404 until it has its webhooks ready, and nothing is ordered then. */
	async function upload(file: Blob, fields: Record<string, string> = {}): Promise<Response> {
		for (;;) {
			const form = new FormData();
			form.set('photo', file, 'me.png');
			for (const [name, value] of Object.entries(fields)) form.set(name, value);
			const response = await fetch(address, { method: 'POST', body: form });
			if (response.status !== 404) return response;
			await sleep(200);
		}
	}

	test('is answered with its portrait', async () => {
		const { sandbox } = stage;
		const bytes = await sandbox.imageBytes(sandbox.addTask({ width: 640, height: 640 }));
		const before = sandbox.orders.length;

		const response = await upload(new Blob([bytes], { type: 'image/png' }), {
			prompt: 'As an oil painting',
		});

		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('image/png');
		const orders = sandbox.orders.slice(before);
		expect(orders).toHaveLength(1);
		const [{ body, taskId }] = orders;
		expect(body.prompt).toBe('As an oil painting');
		const uploaded = await fetch(String(body.image_input));
		expect(Buffer.from(await uploaded.arrayBuffer()).equals(bytes)).toBe(true);
		const portrait = Buffer.from(await response.arrayBuffer());
		expect(portrait.equals(await sandbox.imageBytes(taskId))).toBe(true);
	});

	test('is answered with the reason when it is not an image, and nothing is ordered', async () => {
		const { log } = stage.sandbox;
		const before = log.length;

		const response = await upload(new Blob(['not a photo'], { type: 'image/png' }));

		expect(response.status).toBe(422);
		expect(await response.json()).toEqual({
			error: expect.stringContaining('is not an image'),
			what_to_do: expect.any(String),
		});
		const paid = log.slice(before).filter(({ endpoint }) => endpoint !== 'models');
		expect(paid).toEqual([]);
	});
});

test('no order of all these runs was placed twice', () => {
	expectNoOrderTwice(stage.sandbox);
});
