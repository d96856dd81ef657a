import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { answer } from '../../sandbox/faults/faults';
import { statusAnswer } from '../support/bench';
import { runInEngine, type EngineResult } from '../support/engine';
import { PHOTO, useSubmits } from './submits';

const submits = useSubmits();
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };

const gateway = (code: number, message: string): object => ({ error: { err_code: code, message } });
const PARAMETER_ERROR = gateway(-10003, 'Parameter error');
const NETWORK_ERROR = gateway(-10003, 'Network error, please try again later');
/** As a gateway written in Go tells of it, whose words follow the URL. */
const LOST_UPSTREAM = {
	error: {
		message: `do request failed: Post "https://upstream.example/${'x'.repeat(600)}": context deadline exceeded`,
	},
};

async function fetchTask(taskId: string): Promise<EngineResult> {
	return await runInEngine({
		node: new DoubaoPortraitResult(),
		parameters: { taskId, output: 'url', options: { maxWait: 3, pollInterval: 0.1 } },
		credential: { apiKey: submits.sandbox.key, baseUrl: submits.sandbox.baseUrl },
	});
}

describe('a code is judged together with its HTTP status: -10003', () => {
	it('under 400 refuses a submit for sure, and Retry On Fail may go on', async () => {
		submits.sandbox.inject({ endpoint: 'submit', handle: answer(400, PARAMETER_ERROR) });
		const { success, runs } = await submits.run({}, { settings: RETRY });
		expect(runs).toBe(2);
		expect(success[0].json).toHaveProperty('task_id');
		expect(submits.sandbox.orders).toHaveLength(1);
	});

	it('under 400 says what it is, and not that the submit may have been taken', async () => {
		submits.sandbox.inject({ endpoint: 'submit', handle: answer(400, PARAMETER_ERROR) });
		const { task } = await submits.run();
		expect(task.error?.message).toBe('302.AI answered: Parameter error');
	});

	it('under 400 ends a result request at once', async () => {
		const taskId = submits.sandbox.addTask();
		submits.sandbox.inject({
			endpoint: 'result',
			times: Infinity,
			handle: answer(400, PARAMETER_ERROR),
		});
		const { task } = await fetchTask(taskId);
		expect(task.error?.message).toBe('302.AI answered: Parameter error');
		expect(submits.calls('result')).toBe(1);
	});

	it.each([500, 429])('under %i passes by itself', async (status) => {
		const taskId = submits.sandbox.addTask();
		submits.sandbox.inject({ endpoint: 'result', handle: answer(status, NETWORK_ERROR) });
		const { success } = await fetchTask(taskId);
		expect(success[0].json).toMatchObject({ completed: true });
	});

	it('under 500 leaves a submit in doubt', async () => {
		submits.sandbox.inject({
			endpoint: 'submit',
			after: true,
			handle: answer(500, NETWORK_ERROR),
		});
		const { task } = await submits.run({}, { settings: RETRY });
		expect(task.error?.message).toContain('may have been taken');
		expect(submits.sandbox.orders).toHaveLength(1);
	});
});

it('a submit for which no model was routed (503, -10008) was not taken, and is sent again', async () => {
	const none = gateway(-10008, 'No available models currently');
	submits.sandbox.inject({ endpoint: 'submit', handle: answer(503, none) });
	const { success } = await submits.run();
	expect(success[0].json).toHaveProperty('task_id');
	expect(submits.calls('submit')).toBe(2);
});

it('a lost answer of the service behind the gateway leaves a submit in doubt, however long the words before it', async () => {
	submits.sandbox.inject({ endpoint: 'submit', after: true, handle: answer(400, LOST_UPSTREAM) });
	const { task } = await submits.run({}, { settings: RETRY });
	expect(task.error?.message).toContain('may have been taken');
	expect(submits.sandbox.orders).toHaveLength(1);
});

it.each(['https://cdn.example.com/w_300,https://example.com/a.jpg', `${PHOTO}?a=b;c|d,e`])(
	'a Photo Link goes out as typed: %s',
	async (imageUrl) => {
		await submits.run({ imageUrl });
		expect(submits.sandbox.orders.map(({ body }) => body.image_input)).toEqual([imageUrl]);
	},
);

describe('a status of a task', () => {
	it.each(['unblocked', 'terminating_queue', 'not_failed_yet'])(
		'%s, which only holds a word of an end, does not end it',
		async (status) => {
			const taskId = submits.sandbox.addTask();
			submits.sandbox.inject({ endpoint: 'result', handle: statusAnswer(status) });
			const { success } = await fetchTask(taskId);
			expect(success[0].json).toMatchObject({ completed: true });
		},
	);

	it.each(['failed', 'error', 'canceled', 'rejected'])('%s ends it', async (status) => {
		const taskId = submits.sandbox.addTask();
		submits.sandbox.inject({ endpoint: 'result', times: Infinity, handle: statusAnswer(status) });
		const { task } = await fetchTask(taskId);
		expect(task.error?.message).toContain(`status "${status}"`);
		expect(submits.calls('result')).toBe(1);
	});
});
