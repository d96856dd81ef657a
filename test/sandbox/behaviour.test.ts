/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';

import {
	answer,
	compressed,
	endlessBody,
	gzipBomb,
	hang,
	htmlPage,
	redirectTo,
	resetBeforeAnswer,
	resetMidAnswer,
	slowDrip,
	truncatedImage,
	truncatedJson,
	wrongContentLength,
} from '../../sandbox/faults/faults';
import type { Fault, LogEntry, Sandbox } from '../../sandbox/types';
import {
	dataOf,
	fetchResult,
	forEachTest,
	listOf,
	post,
	RESULT,
	send,
	SUBMIT,
	type Reply,
} from './client';

let sandbox: Sandbox;

forEachTest((started) => (sandbox = started));

async function nextEntry(): Promise<LogEntry> {
	return await new Promise((resolve) => sandbox.onEntry(resolve));
}

async function control(path: string, body: unknown): Promise<Reply> {
	return await post(sandbox, `/sandbox/${path}`, body, {
		headers: { 'x-sandbox-control': '1' },
	});
}

describe('limits', () => {
	it('refuse what is more than the calls of one second, and take calls again after it', async () => {
		let now = 1000;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		sandbox.setLimits({ callsPerSecond: 2, retryAfter: 3 });
		const statuses: number[] = [];
		for (now of [1000, 1400, 1500, 1999, 2000, 2001]) {
			statuses.push((await fetchResult(sandbox, '1')).status);
		}
		expect(statuses).toEqual([200, 200, 429, 429, 200, 429]);
		const refused = await fetchResult(sandbox, '1');
		expect(refused.json).toMatchObject({ code: 50429, status: 50429 });
		expect(refused.headers['retry-after']).toBe('3');
	});

	it('refuse what is more than the calls open at once, until one of them is over', async () => {
		sandbox.setLimits({ atOnce: 1 });
		const hanging = new Promise<void>((resolve) => {
			sandbox.inject({ endpoint: 'result', handle: () => resolve() });
		});
		const call = request(sandbox.baseUrl + RESULT, {
			method: 'POST',
			headers: { authorization: `Bearer ${sandbox.key}` },
		});
		call.on('error', () => {});
		call.end('{}');
		await hanging;

		const refused = await fetchResult(sandbox, '1');
		expect(refused.status).toBe(429);
		expect(refused.json.code).toBe(50430);

		const left = nextEntry();
		call.destroy();
		const entry = await left;
		expect(entry.abandonedAt).toBeDefined();
		expect(entry.status).toBe(0);
		expect((await fetchResult(sandbox, '1')).status).toBe(200);
	});

	it('refuse what is more than the submits open at once, and no other call', async () => {
		await control('limits', { submitsAtOnce: 1 });
		const order = { image_input: 'https://example.com/photo.jpg' };
		let release = () => {};
		const held = new Promise<void>((resolve) => {
			sandbox.inject({
				endpoint: 'submit',
				after: true,
				handle: (_request, response, answered) => {
					release = () => response.writeHead(answered?.status ?? 0).end(answered?.body);
					resolve();
				},
			});
		});
		const first = post(sandbox, SUBMIT, order);
		await held;

		const second = await post(sandbox, SUBMIT, order);
		expect(second.status).toBe(429);
		expect(second.json.code).toBe(50430);
		expect((await fetchResult(sandbox, sandbox.addTask())).status).toBe(200);
		expect(sandbox.orders).toHaveLength(1);

		release();
		expect((await first).status).toBe(200);
		expect((await post(sandbox, SUBMIT, order)).status).toBe(200);
		expect(sandbox.orders).toHaveLength(2);
	});
});

describe('faults', () => {
	async function struck(handle: Fault['handle']): Promise<Reply> {
		sandbox.inject({ endpoint: 'result', handle });
		return await fetchResult(sandbox, '1');
	}

	it('strike the matching requests only, as often as they were told', async () => {
		const [first, second] = [sandbox.addTask(), sandbox.addTask()];
		sandbox.inject({
			endpoint: 'result',
			taskId: second,
			skip: 1,
			times: 2,
			handle: answer(503, { busy: true }),
		});
		const statuses: number[] = [];
		for (const task of [first, second, second, first, second, second]) {
			statuses.push((await fetchResult(sandbox, task, { return_url: true })).status);
		}
		expect(statuses).toEqual([200, 200, 503, 200, 503, 200]);
	});

	it('can lose the answer to an order that was taken', async () => {
		sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		const order = { image_input: 'https://example.com/photo.jpg' };
		await expect(post(sandbox, SUBMIT, order)).rejects.toThrow(/ECONNRESET|hang up/);
		expect(sandbox.orders).toHaveLength(1);
		const [{ taskId }] = sandbox.orders;
		expect(dataOf(await fetchResult(sandbox, taskId)).status).toBe('in_queue');
	});

	it('can reset the connection before the work is done', async () => {
		sandbox.inject({ endpoint: 'submit', handle: resetBeforeAnswer });
		const order = { image_input: 'https://example.com/photo.jpg' };
		const cut = nextEntry();
		await expect(post(sandbox, SUBMIT, order)).rejects.toThrow(/ECONNRESET|hang up/);
		expect(sandbox.orders).toHaveLength(0);
		const entry = await cut;
		expect(entry.status).toBe(0);
		expect(entry.abandonedAt).toBeUndefined();
	});

	it.each([
		['reset', resetMidAnswer('{"code":10000}')],
		['ended', wrongContentLength],
	])('can break an answer off that is %s in the middle', async (_how, handle) => {
		const cut = nextEntry();
		await expect(struck(handle)).rejects.toThrow(/aborted|ECONNRESET|hang up/);
		const entry = await cut;
		expect(entry.bytesSent).toBeGreaterThan(0);
		expect(entry.abandonedAt).toBeUndefined();
		expect(entry.finishedAt).toBeUndefined();
	});

	it('can send what is whole for HTTP but wrong in itself', async () => {
		const json = await struck(truncatedJson);
		expect(json.status).toBe(200);
		expect(() => JSON.parse(json.body.toString())).toThrow();
		const page = await struck(htmlPage(502));
		expect(page.status).toBe(502);
		expect(page.headers['content-type']).toMatch(/^text\/html/);
		expect((await struck(answer(200))).body).toHaveLength(0);
		const moved = await struck(redirectTo('https://example.com/', 307));
		expect([moved.status, moved.headers.location]).toEqual([307, 'https://example.com/']);
		const packed = await struck(compressed({ code: 10000 }, 'br'));
		expect(packed.headers['content-encoding']).toBe('br');
		expect(brotliDecompressSync(packed.body).toString()).toBe('{"code":10000}');
		expect((await struck(slowDrip('{"slow":true}', 1))).json).toEqual({ slow: true });
	});

	it('can serve the first half of an image as if it were all', async () => {
		const task = sandbox.addTask();
		const reply = await fetchResult(sandbox, task, { return_url: true });
		sandbox.inject({ endpoint: 'image', after: true, handle: truncatedImage });
		const half = await send(listOf(dataOf(reply).image_urls)[0]);
		const whole = await sandbox.imageBytes(task);
		expect(half.headers['content-type']).toBe('image/png');
		expect(half.body.equals(whole.subarray(0, Math.ceil(whole.length / 2)))).toBe(true);
	});

	it('leaves no connection or timer behind when the client gives up on it', async () => {
		for (const handle of [hang, slowDrip('{}', 60_000), endlessBody('image/png'), gzipBomb()]) {
			sandbox.inject({ endpoint: 'models', handle });
			const over = nextEntry();
			const call = request(`${sandbox.baseUrl}/v1/models`, { agent: false });
			call.on('error', () => {});
			call.on('socket', (socket) => socket.on('connect', () => setImmediate(() => call.destroy())));
			call.end();
			expect((await over).abandonedAt).toBeDefined();
		}
	});
});

describe('the log', () => {
	it('shows headers, what was answered and how much, and no control calls', async () => {
		const task = sandbox.addTask();
		const reply = await fetchResult(sandbox, task, { return_url: true });
		const [link] = listOf(dataOf(reply).image_urls);
		const image = await send(link, { headers: { Authorization: 'Bearer sk-test-leaked' } });
		const control = { 'x-sandbox-control': '1' };
		const log = await send(`${sandbox.baseUrl}/sandbox/log`, { headers: control });
		expect(log.json.value).toMatchObject([
			{ endpoint: 'result', taskId: task, taskStatus: 'done', status: 200 },
			{
				endpoint: 'image',
				taskId: task,
				headers: { authorization: 'Bearer sk-test-leaked' },
				bytesSent: image.body.length,
				finishedAt: expect.any(Number),
			},
		]);
	});

	it('keeps the beginning of a long body only', async () => {
		await post(sandbox, RESULT, { task_id: 'x'.repeat(10_000) });
		expect(sandbox.log[0].body).toHaveLength(4096);
	});
});

describe('control from another process', () => {
	it('adds tasks, sets limits and starts afresh', async () => {
		const spec = { outcome: { kind: 'status', status: 'expired' } };
		const ids = listOf((await control('tasks', { count: 3, spec })).json.ids);
		expect(new Set(ids).size).toBe(3);
		expect(dataOf(await fetchResult(sandbox, ids[2])).status).toBe('expired');
		await control('limits', { callsPerSecond: 1 });
		expect((await fetchResult(sandbox, ids[2])).status).toBe(200);
		expect((await fetchResult(sandbox, ids[2])).status).toBe(429);
		await control('reset', {});
		expect(sandbox.log).toHaveLength(0);
		expect(dataOf(await fetchResult(sandbox, ids[2])).status).toBe('not_found');
	});

	it('says what the next orders become, one after the other', async () => {
		const order = { image_input: 'https://example.com/photo.jpg' };
		const specs = [{ outcome: { kind: 'status', status: 'expired' } }, { images: 2 }];
		expect((await control('coming', specs)).status).toBe(200);
		const statuses: unknown[] = [];
		for (let count = 0; count < 3; count += 1) {
			const taskId = dataOf(await post(sandbox, SUBMIT, order)).task_id;
			statuses.push(dataOf(await fetchResult(sandbox, taskId)).status);
		}
		expect(statuses).toEqual(['expired', 'done', 'in_queue']);
		await control('coming', [{}]);
		await control('reset', {});
		const taskId = dataOf(await post(sandbox, SUBMIT, order)).task_id;
		expect(dataOf(await fetchResult(sandbox, taskId)).status).toBe('in_queue');
	});

	it('refuses a task it cannot read, and calls without its header', async () => {
		expect((await control('tasks', { images: 'two' })).status).toBe(400);
		expect((await control('coming', { images: 1 })).status).toBe(400);
		expect((await post(sandbox, '/sandbox/reset', {})).status).toBe(404);
	});
});
