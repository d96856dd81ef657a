import { sleep } from 'n8n-workflow';
import waitForExpect from 'wait-for-expect';

import { hang, slowDrip } from '../../sandbox/faults/faults';
import type { EngineResult } from '../support/engine';
import { heardDuring } from '../support/heard';
import { EVERY_ON_ERROR, failureIn, storedFiles, useBench, type ResultRun } from '../support/bench';

const bench = useBench({ latency: { api: 5 } });

/** Runs until `isTime`, cancels, and checks that all is quiet at once and stays so. */
async function cancelled(run: ResultRun, isTime: () => boolean): Promise<EngineResult> {
	let cancel = (): void => {};
	const cancelWhen = new Promise<void>((resolve) => {
		cancel = resolve;
	});
	const files = storedFiles().filter((name) => name.includes('.tmp.'));
	let result: EngineResult | undefined;
	const uncaught = await heardDuring('uncaughtException', async () => {
		const running = bench.run({ ...run, cancelWhen });
		await waitForExpect(() => expect(isTime()).toBe(true)).finally(cancel);
		result = await running;
	});
	expect(uncaught).toEqual([]);
	// What was on its way may still arrive here, which is the same process; then nothing more comes.
	await bench.closed();
	const requests = bench.log().length;
	await sleep(300);
	expect(bench.log().length - requests).toBe(0);
	expect(storedFiles().filter((name) => name.includes('.tmp.'))).toEqual(files);
	if (!result) throw new Error('the execution did not end');
	return result;
}

describe('an execution that is stopped in n8n', () => {
	it('ends while a hundred tasks wait, and n8n calls it canceled', async () => {
		const tasks = Array.from({ length: 100 }, () => bench.task({ queuedFor: 60_000 }));
		const { execution } = await cancelled({ tasks }, () => bench.log('result').length > 150);
		expect(execution.status).toBe('canceled');
	});

	it('ends while all of its tasks stand in line behind one request', async () => {
		bench.sandbox.inject({ endpoint: 'result', times: Infinity, handle: hang });
		const tasks = Array.from({ length: 20 }, () => bench.task());
		const options = { maxConcurrency: 1 };
		await cancelled({ tasks, options }, () => bench.log('result').length > 0);
		expect(bench.log('result')).toHaveLength(1);
		expect(bench.log('result')[0].abandonedAt).toBeDefined();
	});

	it.each([
		['have begun', 3],
		['begin', 1],
	])('ends while downloads %s, and leaves no part of a file', async (_when, downloads) => {
		const body = await bench.sandbox.imageBytes(bench.task());
		bench.sandbox.inject({
			endpoint: 'image',
			times: Infinity,
			handle: slowDrip(body, 5, 'image/png'),
		});
		const tasks = Array.from({ length: 5 }, () => bench.task());
		await cancelled({ tasks }, () => bench.log('image').length >= downloads);
	});

	it.each(EVERY_ON_ERROR)('is an error that names the task with %s', async (onError) => {
		const taskId = bench.task({ queuedFor: 60_000 });
		const { task } = await cancelled(
			{ tasks: [taskId], onError },
			() => bench.log('result').length > 1,
		);
		// n8n takes an execution for canceled by this very word.
		expect(task.error?.message).toMatch(/canceled/);
		// Whether a person stopped it or n8n's own time-out did, nobody can see here.
		expect(task.error?.description).toMatch(
			/stopped in n8n, or took longer than n8n's own timeout/,
		);
		expect(task.error?.description).toContain(taskId);
	});

	it('sends nothing more although Retry On Fail is on', async () => {
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
		await cancelled(
			{ tasks: [bench.task({ queuedFor: 60_000 })], settings },
			() => bench.log('result').length > 1,
		);
	});

	it('sends nothing at all when it is stopped before the node starts', async () => {
		const cancelWhen = Promise.resolve();
		await bench.run({ tasks: [bench.task()], cancelWhen }).catch(() => {});
		await sleep(200);
		expect(bench.log()).toEqual([]);
	});
});

describe('an item that fails with the workflow set to stop', () => {
	it('ends the waiting for all others at once', async () => {
		const tasks = [
			...Array.from({ length: 10 }, () => bench.task({ queuedFor: 60_000 })),
			bench.task({ queuedFor: 200, outcome: { kind: 'status', status: 'expired' } }),
		];
		const result = await bench.run({ tasks });
		expect(failureIn(result).message).toContain('has expired');
		await bench.closed();
		const requests = bench.log().length;
		await sleep(300);
		expect(bench.log().length - requests).toBe(0);
	});
});

describe('Max Wait', () => {
	it('over is an error with what to do about it', async () => {
		const taskId = bench.task({ queuedFor: 100, generatingFor: 60_000 });
		const { message, description } = await bench.failureOf({
			tasks: [taskId],
			options: { maxWait: 0.5 },
		});
		expect(message).toBe('The portrait was not ready after 0.5 seconds (status "generating")');
		expect(description).toMatch(/The task goes on at 302\.AI.*same task ID.*'Max Wait'/);
		expect(description).toContain(taskId);
	});

	it('over gives the last status with On Timeout set to return', async () => {
		const taskId = bench.task({ generatingFor: 60_000 });
		const row = await bench.rowOf(taskId, { options: { maxWait: 0.4, onTimeout: 'return' } });
		expect(row.json).toStrictEqual({
			task_id: taskId,
			status: 'generating',
			completed: false,
			image_urls: [],
			image_url: null,
			request_id: expect.stringMatching(/^\w{20,}$/),
			timed_out: true,
		});
		expect(row.binary).toBeUndefined();
		expect(row.pairedItem).toEqual({ item: 0 });
	});

	it('over is marked in the raw answer too', async () => {
		const row = await bench.rowOf(bench.task({ queuedFor: 60_000 }), {
			parameters: { simplify: false },
			options: { maxWait: 0.4, onTimeout: 'return' },
		});
		expect(row.json).toMatchObject({ timed_out: true, data: { status: 'in_queue' } });
	});
});
