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
	resetBeforeAnswer,
	resetMidAnswer,
	slowDrip,
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

	it.each([
		['after', 1],
		['before', 0],
	])('can reset the connection %s an order was taken', async (when, taken) => {
		const after = when === 'after';
		sandbox.inject({ endpoint: 'submit', after, handle: resetBeforeAnswer });
		const order = { image_input: 'https://example.com/photo.jpg' };
		const cut = nextEntry();
		await expect(post(sandbox, SUBMIT, order)).rejects.toThrow(/ECONNRESET|hang up/);
		expect(sandbox.orders).toHaveLength(taken);
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
		const packed = await struck(compressed({ code: 10000 }, 'br'));
		expect(brotliDecompressSync(packed.body).toString()).toBe('{"code":10000}');
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
	it('shows headers, what was answered and how much', async () => {
		const task = sandbox.addTask();
		const reply = await fetchResult(sandbox, task, { return_url: true });
		const [link] = listOf(dataOf(reply).image_urls);
		const image = await send(link, { headers: { Authorization: 'Bearer sk-test-leaked' } });
		expect(sandbox.log).toMatchObject([
			{ endpoint: 'result', taskId: task, taskStatus: 'done', status: 200 },
			{
				endpoint: 'image',
				taskId: task,
				headers: { authorization: 'Bearer sk-test-leaked' },
				finishedAt: expect.any(Number),
			},
		]);
		const head = sandbox.log[1].bytesSent - image.body.length;
		expect(head).toBeGreaterThan(0);
		expect(head).toBeLessThan(1_000);
	});
});
