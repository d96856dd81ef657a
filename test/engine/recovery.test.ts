import type { INodeExecutionData } from 'n8n-workflow';

import {
	answer,
	compressed,
	hang,
	htmlPage,
	resetBeforeAnswer,
	resetMidAnswer,
	halfWithoutLength,
	truncatedJson,
	wrongContentLength,
} from '../../sandbox/faults/faults';
import type { Fault } from '../../sandbox/types';
import { bytesOf } from '../support/engine';
import { heardDuring } from '../support/heard';
import { statusAnswer, useBench } from '../support/bench';

const bench = useBench();

interface Passing {
	what: string;
	handle: Fault['handle'];
	fault?: Partial<Fault>;
}

const refusal = (code: number, message: string): object => ({
	code,
	data: null,
	message,
	request_id: 'REQUEST-1',
	status: code,
});
const gateway = (code: number): object => ({
	error: { err_code: code, message: 'Try again', type: 'api_error' },
});
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

const atTheApi: Passing[] = [
	{ what: 'a reset before the answer', handle: resetBeforeAnswer },
	{ what: 'two resets before the answer', handle: resetBeforeAnswer, fault: { times: 2 } },
	{ what: 'a reset in the middle of the answer', handle: resetMidAnswer(), fault: { after: true } },
	{ what: 'an answer shorter than its length', handle: wrongContentLength, fault: { after: true } },
	{ what: 'JSON that ends in the middle', handle: truncatedJson, fault: { after: true } },
	{ what: 'an empty answer', handle: answer(200) },
	{ what: '500 with JSON', handle: answer(500, refusal(50500, 'Internal Error')) },
	{ what: '500 with HTML', handle: htmlPage(500) },
	{ what: '502 with HTML', handle: htmlPage(502) },
	{ what: '502 with nothing', handle: answer(502) },
	{ what: '503 with JSON', handle: answer(503, gateway(-10008)) },
	{ what: '503 with plain text', handle: answer(503, 'upstream connect error') },
	{ what: '504 with HTML', handle: htmlPage(504) },
	{ what: '408', handle: answer(408) },
	{ what: "the gateway's network error under HTTP 200", handle: answer(200, gateway(-10003)) },
	{ what: 'a time-out inside 302.AI', handle: answer(500, gateway(-10504)) },
	{ what: '50501', handle: answer(500, refusal(50501, 'Internal RPC Error')) },
	{ what: 'data that is null', handle: answer(200, { code: 10000, data: null }) },
	{ what: 'a status that nobody documented', handle: statusAnswer('moonwalking') },
	{
		what: 'a compressed answer',
		handle: compressed({ code: 10000, data: { status: 'in_queue' } }, 'gzip'),
	},
];

const refusingForRate: Passing[] = [
	{ what: '429 without a word', handle: answer(429) },
	{ what: '429 with HTML', handle: htmlPage(429) },
	{
		what: '429 with Retry-After in seconds',
		handle: answer(429, refusal(50429, 'Limit'), { 'retry-after': '1' }),
	},
	{
		what: '429 with Retry-After as a date',
		handle: (request, response) =>
			answer(429, refusal(50429, 'Limit'), { 'retry-after': inSeconds(1) })(request, response),
	},
	{ what: '50429 under HTTP 200', handle: answer(200, refusal(50429, 'Limit')) },
	{ what: '50430', handle: answer(429, refusal(50430, 'Concurrent Limit')), fault: { times: 3 } },
];

const atTheImageHost: Passing[] = [
	{ what: 'a reset before the file', handle: resetBeforeAnswer },
	{ what: 'a reset in the middle of the file', handle: resetMidAnswer(), fault: { after: true } },
	{ what: 'a file shorter than its length', handle: wrongContentLength, fault: { after: true } },
	{ what: 'half a file of unknown length', handle: halfWithoutLength, fault: { after: true } },
	{ what: '500 with nothing', handle: answer(500) },
	{ what: '503 with HTML', handle: htmlPage(503) },
	{ what: '429 with Retry-After', handle: answer(429, '', { 'retry-after': '1' }) },
	{
		what: 'a wrong content type',
		handle: (request, response, real) =>
			answer(200, real?.body, { 'content-type': 'text/plain' })(request, response),
		fault: { after: true },
	},
	{
		what: 'no content type',
		handle: (_request, response, real) => response.writeHead(200).end(real?.body),
		fault: { after: true },
	},
	{
		what: 'no content length',
		handle: (_request, response, real) => {
			response.writeHead(200, { 'content-type': 'image/png', 'transfer-encoding': 'chunked' });
			response.end(real?.body);
		},
		fault: { after: true },
	},
];

/** All in one run, at the same time: a task and its fault each. */
function everyOneRecovers(
	faults: Passing[],
	endpoint: 'result' | 'image',
	mostSeconds: number,
): void {
	let tasks: string[];
	let rows: INodeExecutionData[];
	let seconds: number;
	let uncaught: string[];

	beforeAll(async () => {
		const first = bench.task();
		tasks = [first].concat(
			faults.map(({ handle, fault }) => bench.faultyTask(handle, { endpoint, ...fault })),
		);
		const startedAt = Date.now();
		uncaught = await heardDuring('uncaughtException', async () => {
			({ success: rows } = await bench.run({ tasks, onError: 'continueRegularOutput' }));
		});
		seconds = (Date.now() - startedAt) / 1000;
	});

	it.each(faults.map(({ what }, index) => ({ what, index })))('$what', async ({ index }) => {
		const row = rows[index + 1];
		const taskId = tasks[index + 1];
		expect(row.json).toMatchObject({ task_id: taskId, completed: true, status: 'done' });
		expect(row.json).not.toHaveProperty('error');
		expect(row.binary?.data.mimeType).toBe('image/png');
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId));
	});

	it('and all of them together within seconds', () => {
		expect(seconds).toBeLessThan(mostSeconds);
	});

	it('and no error goes past n8n', () => {
		expect(uncaught).toEqual([]);
	});
}

// The log is cleared and faults are dropped before each test, and the runs are made before them.
describe('Doubao Portrait Result gets the portrait all the same after, at the API,', () => {
	everyOneRecovers(atTheApi, 'result', 10);
});

describe('Doubao Portrait Result waits and asks again after', () => {
	everyOneRecovers(refusingForRate, 'result', 15);
});

describe('Doubao Portrait Result gets the file all the same after, at the image host,', () => {
	everyOneRecovers(atTheImageHost, 'image', 10);
});

describe('Doubao Portrait Result', () => {
	it('asks again after a hang, once Request Timeout is over', async () => {
		const taskId = bench.faultyTask(hang);
		const row = await bench.rowOf(taskId, {
			parameters: { output: 'url' },
			options: { requestTimeout: 0.3 },
		});
		expect(row.json).toMatchObject({ completed: true });
		expect(bench.log('result')).toHaveLength(2);
	});

	it('downloads again after a hang of the image host', async () => {
		const taskId = bench.faultyTask(hang, { endpoint: 'image' });
		const row = await bench.rowOf(taskId, { options: { requestTimeout: 0.3 } });
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId));
	});

	it('asks again for what was refused no sooner than Retry-After says', async () => {
		const first = bench.faultyTask(answer(429, refusal(50429, 'Limit'), { 'retry-after': '1' }));
		const { success } = await bench.run({
			tasks: [first, ...Array.from({ length: 5 }, () => bench.task())],
			parameters: { output: 'url' },
			options: { maxConcurrency: 1 },
		});
		expect(success.every(({ json }) => json.completed === true)).toBe(true);
		const [refused, next] = bench.log('result', first);
		expect(next.at - (refused.finishedAt ?? 0)).toBeGreaterThan(950);
	});

	it('is not slowed down for long by a single refusal at the beginning', async () => {
		const tasks = Array.from({ length: 60 }, () => bench.task({ bytes: 2000 }));
		const handle = answer(429, refusal(50429, 'Limit'));
		bench.sandbox.inject({ endpoint: 'result', skip: 1, handle });
		const startedAt = Date.now();
		await bench.run({ tasks, parameters: { output: 'url' } });
		// Without the refusal it takes one second.
		expect(Date.now() - startedAt).toBeLessThan(8000);
	});

	it('lets no task fail because an API takes few at a time', async () => {
		bench.sandbox.setLimits({ callsPerSecond: 20, atOnce: 3 });
		const tasks = Array.from({ length: 40 }, () => bench.task({ queuedFor: 100, bytes: 2000 }));
		const { success } = await bench.run({ tasks, options: { pollInterval: undefined } });
		expect(success).toHaveLength(40);
	});
});
