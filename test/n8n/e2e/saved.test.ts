/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Workflows that were saved with version 1 of the nodes do today what they did then. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import { hang } from '../../../sandbox/faults/faults';
import { startSandbox } from '../../../sandbox/sandbox';
import type { LogEntry, Sandbox } from '../../../sandbox/types';
import type { Execution } from '../../../real-n8n/driver/runData';
import { startProxy, type Proxy } from '../../support/proxy';
import { setUp, type Stage } from '../stage';
import { readSaved } from './saved/files';

const EVERYTHING = 'v1-everything-set.json';
const DEFAULTS = 'v1-defaults.json';

const RESULT_PATH = '/doubao/drawing/portrait_result';

/** The watermark of the saved workflow, as the API takes it. */
const LOGO = {
	add_logo: true,
	position: 3,
	language: 1,
	opacity: 0.5,
	logo_text_content: 'Made with AI',
};

/** Its content label, in the order in which it is sent: the sandbox writes it into the image as it came. */
const LABEL = {
	producer_id: 'order-2026-0042',
	content_producer: 'Example Studio',
	content_propagator: 'Example Magazine',
	propagate_id: 'post-2026-0042',
};

/** What matters of a request. */
function asked({ method, path: target, headers, body }: LogEntry) {
	const { 'content-type': type, accept, authorization } = headers;
	const { req_json: settings, ...fields }: { req_json?: string } = JSON.parse(body);
	return {
		call: `${method} ${target}`,
		headers: { type, accept, authorization },
		body: settings === undefined ? fields : { ...fields, settings: JSON.parse(settings) },
	};
}

function filesOf(stage: Stage, { binary = {} }: INodeExecutionData) {
	return Object.fromEntries(
		Object.entries(binary).map(([field, file]) => [
			field,
			{ name: file.fileName, type: file.mimeType, bytes: stage.n8n.readBinary(file) },
		]),
	);
}

let stage: Stage;

beforeAll(async () => {
	stage = await setUp({ submitted: { queuedFor: 300, generatingFor: 300 } });
});

afterAll(async () => await stage?.stop());

describe('a workflow in which nothing is set', () => {
	let sandbox: Sandbox;
	let execution: Execution;
	let headers: object;

	beforeAll(async () => {
		({ sandbox } = stage);
		headers = {
			type: 'application/json',
			accept: 'application/json',
			authorization: `Bearer ${sandbox.key}`,
		};
		const workflow = readSaved(DEFAULTS);
		await stage.n8n.importWorkflows([workflow]);
		execution = await stage.n8n.execute(workflow.id);
	});

	test('orders with the photo alone and hands on the portrait', () => {
		expect(execution.error).toBeUndefined();
		const link = 'https://example.com/photo-of-carla.jpg';
		const orders = sandbox.log.filter(({ endpoint }) => endpoint === 'submit');
		expect(orders.map(asked)).toEqual([
			{ call: 'POST /doubao/drawing/portrait', headers, body: { image_input: link } },
		]);
		expect(execution.items('Doubao Portrait Submit').map(({ json }) => json)).toEqual([
			expect.objectContaining({
				task_id: sandbox.orders[0].taskId,
				completed: true,
				image_input: link,
			}),
		]);
	});

	test.each(['Doubao Portrait Result', 'Without Options'])(
		'waits for the portrait and hands on its links and its file (%s)',
		async (node) => {
			const [{ taskId }] = sandbox.orders;
			expect(execution.items(node).map(({ json }) => json)).toEqual([
				{
					task_id: taskId,
					status: 'done',
					completed: true,
					image_urls: [expect.stringContaining(`${sandbox.imageBaseUrl}/`)],
					image_url: expect.stringContaining(`${sandbox.imageBaseUrl}/`),
					request_id: expect.stringMatching(/^\w+$/),
					generation: { seed: expect.any(Number), width: 1328, height: 1328 },
				},
			]);
			const bytes = await sandbox.imageBytes(taskId);
			expect(filesOf(stage, execution.items(node)[0])).toEqual({
				data: { name: `${taskId}.png`, type: 'image/png', bytes },
			});
		},
	);

	test('asks for links and for nothing else', () => {
		const [{ taskId }] = sandbox.orders;
		const checks = sandbox.log.filter(({ endpoint }) => endpoint === 'result');
		expect(checks.length).toBeGreaterThanOrEqual(3);
		for (const check of checks) {
			expect(asked(check)).toEqual({
				call: `POST ${RESULT_PATH}?response_format=url`,
				headers,
				body: { task_id: taskId, settings: { return_url: true } },
			});
		}
	});
});

describe('a workflow in which everything is set', () => {
	/** The task IDs in the file. */
	const TWO_IMAGES = '7512345678901234571';
	const TOO_LARGE = '7512345678901234572';
	const RUNNING = '7512345678901234573';
	const SLOW = '7512345678901234574';
	const LINKS = '7512345678901234575';
	const ANNA = 'https://example.com/photo-of-anna.jpg';
	const BEN = 'https://example.com/photo-of-ben.jpg';

	/** The API behind a proxy, and the API with a certificate that nobody trusts: each part of the file has its own. */
	let proxied: Sandbox;
	let secure: Sandbox;
	let proxy: Proxy;
	let execution: Execution;
	let photo: Buffer;

	const headersOf = ({ key }: Sandbox) => ({
		type: 'application/json',
		accept: 'application/json',
		authorization: `Bearer ${key}`,
	});
	const requestsFor = (taskId: string) =>
		[...proxied.log, ...secure.log].filter(
			(entry) => entry.endpoint === 'result' && entry.taskId === taskId,
		);

	beforeAll(async () => {
		proxy = await startProxy();
		proxied = await startSandbox({ key: 'sk-test-behind-proxy', latency: { api: 100 } });
		secure = await startSandbox({ key: 'sk-test-own-certificate', tls: true });
		proxied.addTask({ id: TWO_IMAGES, images: 2 });
		proxied.addTask({ id: TOO_LARGE, bytes: 2_000_000 });
		proxied.addTask({ id: RUNNING, generatingFor: 3_600_000 });
		proxied.addTask({ id: SLOW, generatingFor: 3_600_000 });
		secure.addTask({ id: LINKS, images: 2 });
		// The second order is taken, but its answer never comes; nor does the first answer about the last task.
		secure.inject({ endpoint: 'submit', skip: 1, after: true, handle: hang });
		secure.inject({ endpoint: 'result', taskId: LINKS, handle: hang });

		photo = await proxied.imageBytes(proxied.addTask({ width: 600, height: 600 }));
		writeFileSync(path.join(stage.n8n.filesFolder, 'photo.png'), photo);
		await stage.n8n.importCredentials(
			[
				{ id: '302ai-behind-proxy', sandbox: proxied },
				{ id: '302ai-own-certificate', sandbox: secure },
			].map(({ id, sandbox: { key, baseUrl } }) => ({
				id,
				name: id,
				type: 'ai302Api',
				data: { apiKey: key, baseUrl },
			})),
		);
		const workflow = readSaved(EVERYTHING, { '127.0.0.1:3128': new URL(proxy.url).host });
		await stage.n8n.importWorkflows([workflow]);
		execution = await stage.n8n.execute(workflow.id);
	});

	afterAll(async () => {
		await proxied?.stop();
		await secure?.stop();
		await proxy?.stop();
	});

	test('runs to its end, and sends through the proxy what is to go there, by the names that its nodes give', () => {
		expect(execution.error).toBeUndefined();
		expect(execution.log).not.toContain(proxied.key);
		expect(execution.log).not.toContain(secure.key);
		expect(proxy.seen).toEqual(
			proxied.log.map((entry) => `${entry.method} ${proxied.baseUrl}${entry.path}`),
		);
		const users = proxy.authorizations.map((text = '') =>
			Buffer.from(text.replace('Basic ', ''), 'base64').toString(),
		);
		expect([...new Set(users)]).toEqual(
			expect.arrayContaining(['order-file:p@ss', 'check:p@ss', 'wait:p@ss']),
		);
		expect(new Set(users).size).toBe(3);
	});

	test('orders from a file with every field', async () => {
		const [{ body, taskId }] = proxied.orders;
		expect(proxied.orders).toHaveLength(1);
		expect(body).toEqual({
			image_input: expect.stringContaining(`${proxied.imageBaseUrl}/uploads/`),
			prompt: 'Oil painting, warm colours',
			gen_mode: 'reference_char',
			width: 640,
			height: 960,
			gpen: 0.7,
			skin: 0.6,
			skin_unifi: 0.2,
			seed: 4242,
		});
		const [upload, ...others] = proxied.log.filter(({ endpoint }) => endpoint === 'upload');
		expect(others).toEqual([]);
		expect(`${upload.method} ${upload.path}`).toBe('POST /302/upload-file');
		expect(upload.headers).toMatchObject({
			authorization: `Bearer ${proxied.key}`,
			'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
		});
		const uploaded = await fetch(String(body.image_input));
		expect(Buffer.from(await uploaded.arrayBuffer()).equals(photo)).toBe(true);
		expect(execution.items('Order by File').map(({ json }) => json)).toEqual([
			{
				task_id: taskId,
				request_id: expect.stringMatching(/^\w+$/),
				image_input: body.image_input,
			},
		]);
	});

	test('orders from a link, by a host whose certificate is not to be trusted', () => {
		const orders = secure.log.filter(({ endpoint }) => endpoint === 'submit');
		expect(orders.map(asked)).toEqual(
			[
				{ image_input: ANNA, prompt: 'As a king', gen_mode: 'creative' },
				{ image_input: BEN, gen_mode: 'reference' },
			].map((body) => ({
				call: 'POST /doubao/drawing/portrait',
				headers: headersOf(secure),
				body,
			})),
		);
		expect(execution.items('Order by Link').map(({ json }) => json)).toEqual([
			{
				task_id: secure.orders[0].taskId,
				request_id: expect.stringMatching(/^\w+$/),
				image_input: ANNA,
			},
		]);
	});

	test('gives up an order after its time, and sends the item to the error branch', () => {
		expect(execution.items('Order Without Answer')).toEqual([]);
		const [{ json }, ...others] = execution.items('Order Without Answer', 1);
		expect(others).toEqual([]);
		expect(json).toMatchObject({
			error: expect.stringMatching(/within 2 seconds.*may have been taken all the same/),
			details: { description: expect.stringContaining('usage records at 302.ai') },
			// n8n adds the fields of the incoming item.
			image_input: ANNA,
		});
	});

	test('checks tasks once, with every field, one after the other', () => {
		const checks = [TWO_IMAGES, TOO_LARGE, RUNNING].flatMap(requestsFor);
		expect(checks.map(asked)).toEqual(
			[TWO_IMAGES, TOO_LARGE, RUNNING].map((taskId) => ({
				call: `POST ${RESULT_PATH}`,
				headers: headersOf(proxied),
				body: {
					task_id: taskId,
					settings: {
						logo_info: LOGO,
						aigc_meta: LABEL,
					},
				},
			})),
		);
		const inOrder = [...checks].sort((a, b) => a.at - b.at);
		for (const [index, { at }] of inOrder.slice(1).entries()) {
			expect(at).toBeGreaterThan(inOrder[index].finishedAt ?? Infinity);
		}
	});

	test('hands on the raw answer, one item for each image, in the field and with the name that were chosen', async () => {
		const rows = execution.items('Check Once');
		const raw = (more: object, data: object) => ({
			code: 10_000,
			status: 10_000,
			data: expect.objectContaining(data),
			message: 'Success',
			request_id: expect.any(String),
			time_elapsed: expect.any(String),
			...more,
		});
		const done = { status: 'done', binary_data_base64: [], image_urls: null };
		expect(rows.map(({ json }) => json)).toEqual([
			raw({ task_id: TWO_IMAGES, image_index: 0, image_url: null }, done),
			raw({ task_id: TWO_IMAGES, image_index: 1, image_url: null }, done),
			raw({ task_id: RUNNING }, { status: 'generating' }),
		]);
		const file = async (index: number, name: string) => ({
			portrait: {
				name,
				type: 'image/png',
				bytes: await proxied.imageBytes(TWO_IMAGES, index, LOGO, LABEL),
			},
		});
		expect(rows.map((row) => filesOf(stage, row))).toEqual([
			await file(0, 'portrait-of-anna.png'),
			await file(1, 'portrait-of-anna_1.png'),
			{},
		]);
	});

	test('sends an image that is larger than allowed to the error branch', () => {
		expect(execution.items('Check Once', 1).map(({ json }) => json)).toEqual([
			{
				portrait: TOO_LARGE,
				error: 'The image is larger than 1.5 MB',
				details: expect.objectContaining({ task_id: TOO_LARGE, description: expect.any(String) }),
			},
		]);
	});

	test('waits as long as it is told to, checks as often, and hands on the status then', () => {
		expect(execution.items('Wait for Slow Task').map(({ json }) => json)).toEqual([
			{
				task_id: SLOW,
				status: 'generating',
				completed: false,
				image_urls: [],
				image_url: null,
				request_id: expect.any(String),
				timed_out: true,
			},
		]);
		const checks = requestsFor(SLOW);
		for (const check of checks) {
			expect(asked(check)).toEqual({
				call: `POST ${RESULT_PATH}?response_format=url`,
				headers: headersOf(proxied),
				body: {
					task_id: SLOW,
					settings: {
						return_url: true,
						logo_info: { add_logo: true, position: 2, language: 1, opacity: 0 },
					},
				},
			});
		}
		// Left alone, the node would look three times in this time.
		expect(checks.length).toBeGreaterThanOrEqual(5);
		const waited = checks[checks.length - 1].at - checks[0].at;
		expect(waited).toBeGreaterThan(2_500);
		expect(waited).toBeLessThan(5_500);
	});

	test('gives up a check after its time, asks again, and hands on links without downloading them', () => {
		const [first, second, ...others] = requestsFor(LINKS);
		expect(others).toEqual([]);
		for (const check of [first, second]) {
			expect(asked(check)).toEqual({
				call: `POST ${RESULT_PATH}?response_format=url`,
				headers: headersOf(secure),
				body: {
					task_id: LINKS,
					settings: {
						return_url: true,
						logo_info: { add_logo: true, position: 1, language: 0, opacity: 1 },
					},
				},
			});
		}
		const hungFor = (first.abandonedAt ?? Infinity) - first.at;
		expect(hungFor).toBeGreaterThan(1_500);
		expect(hungFor).toBeLessThan(4_000);

		const rows = execution.items('Links Only');
		expect(rows.map(({ binary }) => binary)).toEqual([undefined, undefined]);
		const links = [0, 1].map((index) => expect.stringContaining(`${LINKS}_${index}.png`));
		expect(rows.map(({ json }) => json)).toEqual(
			links.map((link, index) => ({
				task_id: LINKS,
				status: 'done',
				completed: true,
				image_urls: links,
				image_index: index,
				image_url: link,
				request_id: expect.any(String),
				generation: expect.any(Object),
			})),
		);
		const images = secure.log.filter(({ endpoint }) => endpoint === 'image');
		expect(images).toEqual([]);
	});
});

describe('a workflow in which portraits are made in one step', () => {
	const TASK = '7512345678901234581';
	let execution: Execution;
	let bodies: Array<Record<string, unknown>>;

	beforeAll(async () => {
		stage.sandbox.addTask({ id: TASK });
		const before = stage.sandbox.orders.length;
		const workflow = readSaved('v1-one-step.json');
		await stage.n8n.importWorkflows([workflow]);
		execution = await stage.n8n.execute(workflow.id);
		bodies = stage.sandbox.orders.slice(before).map(({ body }) => body);
	});

	test('runs to its end, and orders in the shapes that were chosen', () => {
		expect(execution.error).toBeUndefined();
		const image_input = 'https://example.com/photo-of-anna.jpg';
		expect(bodies).toEqual(
			[
				[1792, 1008],
				[1792, 1008],
				[1632, 1088],
				[1536, 1152],
				[1088, 1632],
				[1152, 1536],
				[600, 1792],
			].map(([width, height]) => ({ image_input, width, height })),
		);
	});

	test('hands on both portraits with their watermark, in the raw form, beside the fields that came in', () => {
		const rows = execution.items('Two to Choose From').map(({ json }) => json);
		expect(rows).toHaveLength(2);
		for (const row of rows) {
			expect(row).toMatchObject({ name: 'Anna', code: 10_000, image_index: 0 });
			expect(row.image_url).toContain(stage.sandbox.imageBaseUrl);
			expect(row.task_id).not.toBe(TASK);
		}
		const [first] = stage.sandbox.log.filter(
			({ endpoint, taskId }) => endpoint === 'result' && taskId === rows[0].task_id,
		);
		expect(asked(first).body).toMatchObject({ settings: { logo_info: { ...LOGO, position: 1 } } });
	});

	test('hands on the file in the field and with the name that were chosen', () => {
		const [row] = execution.items('File');
		const files = filesOf(stage, row);
		expect(files.portrait).toMatchObject({ name: 'portrait-of-anna.png', type: 'image/png' });
		expect(row.json.image_urls).toEqual([]);
	});

	test('says of another path that it is not there', () => {
		const [{ json }] = execution.items('Another Path');
		expect(json).toMatchObject({
			error: expect.stringContaining('/doubao/drawing/another'),
			details: { description: expect.stringContaining("'API Path'") },
		});
	});

	test('fetches a task beside the fields that came in', () => {
		const [{ json }] = execution.items('Fetch');
		expect(json).toMatchObject({ name: 'Anna', task_id: TASK, completed: true });
	});
});

test('a workflow with one portrait at most orders one, and says of the next item that no more are allowed', async () => {
	const { sandbox, n8n } = stage;
	const ordered = sandbox.orders.length;
	const workflow = readSaved('v1-most-portraits.json');
	await n8n.importWorkflows([workflow]);
	const execution = await n8n.execute(workflow.id);
	expect(sandbox.orders.length - ordered).toBe(1);
	expect(execution.items('Doubao Portrait Submit').map(({ json }) => json)).toEqual([
		expect.objectContaining({ task_id: sandbox.orders[ordered].taskId }),
		expect.objectContaining({
			error: "'Max Portraits per Execution' is reached: 1",
			details: expect.objectContaining({ submitted: 'no' }),
		}),
	]);
});
