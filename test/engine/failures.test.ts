import type { IDataObject } from 'n8n-workflow';

import { answer, htmlPage } from '../../sandbox/faults/faults';
import type { Outcome } from '../../sandbox/types';
import { EVERY_ON_ERROR, failureIn, statusAnswer, useBench } from '../support/bench';

const bench = useBench();

interface Ending {
	what: string;
	outcome: Outcome;
	/** In the message. */
	says: RegExp;
	/** In the description. */
	advises: RegExp;
	/** Further facts in the row. */
	details: IDataObject;
}

const status = (name: string): Outcome => ({ kind: 'status', status: name });
const refused = (httpStatus: number, code: number, message: string): Outcome => ({
	kind: 'refused',
	httpStatus,
	code,
	message,
});

const endings: Ending[] = [
	{
		what: 'not_found',
		outcome: status('not_found'),
		says: /does not know this task, or its result has expired/,
		advises: /Check 'Task ID'.*12 hours/,
		details: { status: 'not_found', code: 10000, http_code: 200 },
	},
	{
		what: '50411',
		outcome: refused(400, 50411, 'Pre Img Risk Not Pass'),
		says: /Pre Img Risk Not Pass/,
		advises: /different photo/,
		details: { code: 50411, http_code: 400 },
	},
	{
		what: 'a code nobody documented',
		outcome: refused(400, 59999, 'The moon is in the wrong house'),
		says: /The moon is in the wrong house/,
		advises: /not documented.*support/,
		details: { code: 59999, http_code: 400 },
	},
];

describe.each(EVERY_ON_ERROR)('a task that ends without a portrait, with %s', (onError) => {
	it.each(endings)('$what says why and what to do, and is asked for once', async (ending) => {
		const taskId = bench.task({ outcome: ending.outcome });
		const { message, description, details } = await bench.failureOf({ tasks: [taskId], onError });
		expect(message).toMatch(ending.says);
		expect(description).toMatch(ending.advises);
		expect(bench.log('result')).toHaveLength(1);
		if (details === undefined) {
			expect(description).toContain(`Task ID ${taskId}`);
			expect(description).toContain(`code ${String(ending.details.code)}`);
			expect(description).toMatch(/request ID \w{20,}/);
		} else {
			expect(details).toStrictEqual({
				task_id: taskId,
				...ending.details,
				request_id: expect.stringMatching(/^\w{20,}$/),
				description,
			});
		}
	});
});

describe('an item that fails', () => {
	const dead = (): string => bench.task({ outcome: status('expired') });

	it('stops the workflow with an error of n8n that names the item', async () => {
		const { task } = await bench.run({ tasks: [bench.task(), dead()] });
		expect(task.error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 1 } });
		expect(task.data).toBeUndefined();
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'lets the others go on with %s',
		async (onError) => {
			const tasks = [dead(), bench.task(), dead(), bench.task({ queuedFor: 150 })];
			const { success, errors } = await bench.run({
				tasks,
				onError,
				parameters: { output: 'url' },
			});
			const inOrder = [...success, ...errors].sort((a, b) => itemOf(a) - itemOf(b));
			expect(inOrder.map(({ json }) => 'error' in json)).toEqual([true, false, true, false]);
			expect(inOrder.map(itemOf)).toEqual([0, 1, 2, 3]);
			expect(errors).toHaveLength(onError === 'continueErrorOutput' ? 2 : 0);
		},
	);

	it('has the fields of its incoming item beside the error in the error branch', async () => {
		const items = [{ json: { task_id: dead(), customer: 'Anna' } }];
		const { errors } = await bench.run({ items, onError: 'continueErrorOutput' });
		expect(Object.keys(errors[0].json).sort()).toEqual(['customer', 'details', 'error', 'task_id']);
		expect(errors[0].json.customer).toBe('Anna');
	});
});

function itemOf({ pairedItem }: { pairedItem?: unknown }): number {
	return (pairedItem as { item: number }).item;
}

describe('Retry On Fail', () => {
	const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

	it('tries a failing task as often as it says', async () => {
		const result = await bench.run({
			tasks: [bench.task({ outcome: status('expired') })],
			settings,
		});
		expect(result.runs).toBe(3);
		expect(failureIn(result).message).toContain('has expired');
	});

	it('ends as soon as the task is there after all', async () => {
		const taskId = bench.faultyTask(statusAnswer('not_found'));
		const { runs, success } = await bench.run({
			tasks: [taskId],
			parameters: { output: 'url' },
			settings,
		});
		expect(runs).toBe(2);
		expect(success[0].json).toMatchObject({ task_id: taskId, completed: true });
	});

	it('takes an unfinished task of a single check for no failure', async () => {
		const { runs } = await bench.run({
			tasks: [bench.task({ queuedFor: 60_000 })],
			parameters: { waitForCompletion: false },
			settings,
		});
		expect(runs).toBe(1);
	});
});

describe('a wrong key', () => {
	const hundred = (): string[] => Array.from({ length: 100 }, () => bench.task());
	// Requests of the run before may still arrive.
	const requestsFor = (tasks: string[]): number =>
		bench.log().filter(({ taskId = '' }) => tasks.includes(taskId)).length;
	const credential = { apiKey: 'sk-wrong-key-for-tests' };

	it('is one message and no more requests than leave before the first answer', async () => {
		const tasks = hundred();
		const { message, description } = await bench.failureOf({ tasks, credential });
		expect(message).toBe('302.AI does not accept this key: Invalid 302 Apikey');
		expect(description).toContain("Check 'API Key' in the 302.AI credential");
		expect(requestsFor(tasks)).toBeLessThanOrEqual(32);
	});

	it('is no more requests and the same row for every item with Continue On Fail', async () => {
		const tasks = hundred();
		const { errors, success } = await bench.run({
			tasks,
			credential,
			onError: 'continueErrorOutput',
		});
		expect(success).toEqual([]);
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(
			new Set(['302.AI does not accept this key: Invalid 302 Apikey']),
		);
		expect(errors.map(({ json }) => (json.details as IDataObject).task_id)).toEqual(tasks);
		expect(errors.map(({ json }) => (json.details as IDataObject).code)).toEqual(
			tasks.map(() => -10001),
		);
		expect(requestsFor(tasks)).toBeLessThanOrEqual(32);
	});
});

describe('a refusal that is not about the key, the balance or a quota', () => {
	it.each([
		['a page of a firewall under 403', htmlPage(403)],
		['50400', answer(403, { code: 50400, message: 'Access Denied', data: null })],
	])('fails its item alone: %s', async (_what, handle) => {
		const tasks = Array.from({ length: 20 }, () => bench.task({ queuedFor: 300, bytes: 2000 }));
		bench.sandbox.inject({ endpoint: 'result', taskId: tasks[3], handle });
		const { success, errors } = await bench.run({ tasks, onError: 'continueErrorOutput' });
		expect(errors.map(itemOf)).toEqual([3]);
		expect(success).toHaveLength(19);
	});
});

describe('an empty account in the middle of a run', () => {
	it('ends all asking at once, and keeps what is finished', async () => {
		const tasks = Array.from({ length: 20 }, (_, index) =>
			bench.task({ queuedFor: index < 5 ? 0 : 60_000, bytes: 2000 }),
		);
		bench.sandbox.inject({
			endpoint: 'result',
			skip: 22,
			times: Infinity,
			handle: answer(402, {
				error: { err_code: -10004, message: 'Insufficient account balance', type: 'api_error' },
			}),
		});
		const { success, errors } = await bench.run({ tasks, onError: 'continueErrorOutput' });
		expect(success).toHaveLength(5);
		expect(success.every(({ binary }) => binary?.data)).toBe(true);
		expect(errors).toHaveLength(15);
		for (const { json } of errors) {
			expect(json.error).toBe('302.AI answered: Insufficient account balance');
			expect(json.details).toMatchObject({ code: -10004, http_code: 402 });
			expect((json.details as IDataObject).description).toContain('Top up');
		}
		// Those in flight together with the first refusal may be refused too.
		const refusals = bench.log('result').filter(({ status: answered }) => answered === 402);
		expect(refusals.length).toBeLessThanOrEqual(16);
	});
});
