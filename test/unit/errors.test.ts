import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { errorRow, nodeError, type FailedItem } from '../../nodes/shared/errors';
import { failed, failureError, type Failure } from '../../nodes/shared/failure';
import { forEachItem } from '../../nodes/shared/items';
import { startRun, type Run } from '../../nodes/shared/run';
import { contextWith, node } from '../support/context';

const taskId = '6682608976809320374';
const failure: Failure = {
	kind: 'task',
	message: '302.AI answered: Post Text Risk Not Pass',
	remedy: 'Submit a new task with a different prompt.',
	taskId,
	status: 'done',
	code: 50413,
	httpStatus: 400,
	requestId: 'request-1',
};
const failing = (given: Partial<Failure> = {}, cause?: unknown): FailedItem => ({
	itemIndex: 3,
	error: failed({ ...failure, ...given }, cause),
});

interface Surroundings {
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
	onError?: INode['onError'];
}

function runWith({ onError, ...settings }: Surroundings = {}): Run {
	const context = Object.assign(contextWith({}, settings), {
		getNode: () => ({ ...node, onError }),
	});
	return startRun(context, 'Run it again.');
}

describe('the error that n8n shows', () => {
	it.each(['account', 'task', 'api', 'network', 'image', 'timeout'] as const)(
		'is one of the API for a failure of the kind %s',
		(kind) => {
			expect(nodeError(node, failing({ kind }))).toBeInstanceOf(NodeApiError);
		},
	);

	it.each(['parameter', 'cancelled', 'unexpected'] as const)(
		'is one of the node for a failure of the kind %s',
		(kind) => {
			expect(nodeError(node, failing({ kind }))).toBeInstanceOf(NodeOperationError);
		},
	);

	it('holds what to do, the task ID, the code, the HTTP status and the request ID', () => {
		const error = nodeError(node, failing());
		expect(error.message).toBe(failure.message);
		expect(error.description).toContain(failure.remedy);
		for (const fact of [taskId, '50413', '400', 'request-1']) {
			expect(error.description).toContain(fact);
		}
		expect(error.context.itemIndex).toBe(3);
		expect(error).toHaveProperty('httpCode', '400');
	});

	it.each([
		'No answer from api.302.ai: connect ECONNREFUSED 127.0.0.1',
		'302.AI answered: preexisting task',
		'302.AI answered: EACCES ETIMEDOUT ENOTFOUND 404 500',
		'302.AI answered: 余额不足',
	])('keeps the words of the message: %s', (message) => {
		for (const kind of ['network', 'parameter'] as const) {
			expect(nodeError(node, failing({ kind, message })).message).toBe(message);
		}
	});

	it('says nothing about what is not known', () => {
		const bare = failed({ kind: 'api', message: 'm', remedy: 'Do this.' });
		const error = nodeError(node, { itemIndex: 0, error: bare });
		expect(error.description).toBe('Do this.');
	});

	it('keeps its cause and shows where that was thrown, in no place that n8n stores as a whole', () => {
		const cause = Object.assign(new TypeError('x is undefined'), { config: { key: 'sk-test' } });
		const error = nodeError(node, failing({ kind: 'unexpected' }, cause));
		expect(error.cause).toBe(cause);
		expect(error.stack).toMatch(/Caused by: TypeError\n\s+at .*errors\.test/);
		expect(JSON.stringify({ ...error, stack: error.stack })).not.toContain('sk-test');
	});
});

describe('an error row', () => {
	it('has the keys error and details and no others, and knows its item', () => {
		const row = errorRow(runWith(), failing());
		expect(row).toEqual({
			json: {
				error: failure.message,
				details: {
					task_id: taskId,
					status: 'done',
					code: 50413,
					http_code: 400,
					request_id: 'request-1',
					description: failure.remedy,
				},
			},
			pairedItem: { item: 3 },
		});
		expect(Object.keys(row.json).sort()).toEqual(['details', 'error']);
	});

	it('leaves out what is not known', () => {
		const error = failed({ kind: 'api', message: 'm', remedy: '' });
		expect(errorRow(runWith(), { itemIndex: 0, error }).json).toEqual({ error: 'm', details: {} });
	});

	it('carries an error to the error branch, which n8n before 2.36 knows it by, and not into the copy that n8n makes', () => {
		const row = errorRow(runWith({ onError: 'continueErrorOutput' }), failing());
		expect(row.error).toBeInstanceOf(NodeApiError);
		expect({ ...row }).toEqual(errorRow(runWith(), failing()));
		expect('error' in { ...row }).toBe(false);
	});

	it('lets n8n before 1.120 take that error away', () => {
		const row = errorRow(runWith({ onError: 'continueErrorOutput' }), failing());
		row.error = undefined;
		expect(row.error).toBeUndefined();
	});

	it.each(['continueRegularOutput', undefined] as const)(
		'carries none with On Error set to %s, where n8n would put it in the place of the data',
		(onError) => {
			expect('error' in errorRow(runWith({ onError }), failing())).toBe(false);
		},
	);
});

describe('an error that nobody foresaw', () => {
	it.each([
		[new TypeError('x is undefined'), 'x is undefined'],
		['a text', 'a text'],
		[undefined, 'undefined'],
		[new Error(''), 'Something unexpected happened'],
	])(
		'keeps its words and is the cause, and is not called one of the parameters: %p',
		(thrown, message) => {
			const error = failureError(thrown);
			expect(error.failure).toMatchObject({ kind: 'unexpected', message });
			expect(error.failure.remedy).toContain('report');
			expect(error.cause).toBe(thrown);
		},
	);

	it('is not made of one that was foreseen', () => {
		const foreseen = failed(failure);
		expect(failureError(foreseen)).toBe(foreseen);
	});

	it('keeps its cause when it is told of which task it is', () => {
		const cause = new TypeError('x is undefined');
		const error = failureError(cause, { taskId: '123' });
		expect(error.failure).toMatchObject({ kind: 'unexpected', taskId: '123' });
		expect(error.cause).toBe(cause);
	});
});

describe('the rows of all items', () => {
	const items = [{ json: {} }, { json: {} }, { json: {} }];
	const row = (itemIndex: number) => ({ json: { itemIndex }, pairedItem: { item: itemIndex } });
	const failingAt =
		(index: number, kind: Failure['kind'] = 'task') =>
		async (itemIndex: number) => {
			if (itemIndex === index) throw failed({ ...failure, kind });
			return await Promise.resolve([row(itemIndex)]);
		};

	it('come in the order of the items, whichever is ready first', async () => {
		const rows = await forEachItem(runWith({ items }), async (itemIndex) => {
			for (let turn = itemIndex; turn < 5; turn += 1) await Promise.resolve();
			return [row(itemIndex), row(itemIndex)];
		});
		expect(rows.map(({ json }) => json.itemIndex)).toEqual([0, 0, 1, 1, 2, 2]);
	});

	it('hold an error row for the item that failed, and the others go on', async () => {
		const run = runWith({ items, continueOnFail: true });
		const rows = await forEachItem(run, failingAt(1));
		const failedRow = errorRow(run, { itemIndex: 1, error: failed(failure) });
		expect(rows).toEqual([row(0), failedRow, row(2)]);
		expect(run.stoppedBy).toBeUndefined();
		expect(run.stopped.aborted).toBe(false);
	});

	it('end with the first failure when the run is to stop at an error, and with it all that is free', async () => {
		const run = runWith({ items });
		await forEachItem(run, failingAt(1));
		expect(run.stoppedBy).toMatchObject({ itemIndex: 1, error: { failure } });
		expect(run.stopped.aborted).toBe(true);
		// Others do not pass for the task of the one that failed.
		expect(run.stopped.reason).toMatchObject({ failure: { kind: 'cancelled' } });
		expect(run.stopped.reason).not.toHaveProperty('failure.taskId');
		expect(run.cancelled.aborted).toBe(false);
	});

	it.each([true, false])(
		'are none when the execution was canceled, even if errors are to be continued with (%s)',
		async (continueOnFail) => {
			const run = runWith({ items, continueOnFail });
			await forEachItem(run, failingAt(0, 'cancelled'));
			expect(run.stoppedBy?.error.failure.kind).toBe('cancelled');
		},
	);

	it('are none when the execution was stopped although every item that was begun had come to its end', async () => {
		const run = runWith({ items });
		await forEachItem(run, async (itemIndex) => {
			if (itemIndex === 0) run.stop(failed({ ...failure, kind: 'cancelled' }));
			return await Promise.resolve([row(itemIndex)]);
		});
		expect(run.stoppedBy?.error.failure.kind).toBe('cancelled');
	});
});
