import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { errorRow, failureOf, nodeError, rowsOfAllItems } from '../../nodes/shared/errors';
import { failed, type Failure } from '../../nodes/shared/failure';
import { contextWith, node } from './context';

const taskId = '6682608976809320374';
const failure: Failure = {
	kind: 'task',
	message: '302.AI answered: Post Text Risk Not Pass',
	remedy: 'Submit a new task with a different prompt.',
	status: 'done',
	code: 50413,
	httpStatus: 400,
	requestId: 'request-1',
};
const subject = { itemIndex: 3, taskId };

describe('the error that n8n shows', () => {
	it.each(['account', 'task', 'api', 'network', 'image', 'timeout'] as const)(
		'is one of the API for a failure of the kind %s',
		(kind) => {
			expect(nodeError(node, { ...failure, kind }, subject)).toBeInstanceOf(NodeApiError);
		},
	);

	it.each(['parameter', 'cancelled'] as const)(
		'is one of the node for a failure of the kind %s',
		(kind) => {
			expect(nodeError(node, { ...failure, kind }, subject)).toBeInstanceOf(NodeOperationError);
		},
	);

	it('holds what to do, the task ID, the code, the HTTP status and the request ID', () => {
		const error = nodeError(node, failure, subject);
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
			expect(nodeError(node, { ...failure, kind, message }, subject).message).toBe(message);
		}
	});

	it('says nothing about what is not known', () => {
		const error = nodeError(
			node,
			{ kind: 'api', message: 'm', remedy: 'Do this.' },
			{ itemIndex: 0 },
		);
		expect(error.description).toBe('Do this.');
	});
});

describe('an error row', () => {
	it('has the keys error and details and no others, and knows its item', () => {
		const row = errorRow(failure, subject);
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
		const row = errorRow({ kind: 'api', message: 'm', remedy: '' }, { itemIndex: 0 });
		expect(row.json).toEqual({ error: 'm', details: {} });
	});
});

describe('an error of somebody else', () => {
	it.each([
		[new Error('from n8n'), 'from n8n', ''],
		[
			new NodeOperationError(node, 'no such field', { description: 'look' }),
			'no such field',
			'look',
		],
		['a text', 'a text', ''],
		[undefined, 'undefined', ''],
	])('keeps its words: %p', (error, message, remedy) => {
		expect(failureOf(error)).toMatchObject({ message, remedy });
	});

	it('is not made of a failure', () => {
		expect(failureOf(failed(failure))).toBe(failure);
	});
});

describe('the rows of all items', () => {
	const items = [{ json: {} }, { json: {} }, { json: {} }];
	const row = (itemIndex: number) => ({ json: { itemIndex }, pairedItem: { item: itemIndex } });
	const failingAt =
		(index: number, kind: Failure['kind'] = 'task') =>
		async (itemIndex: number) => {
			if (itemIndex === index) throw failed({ ...failure, kind });
			return [row(itemIndex)];
		};

	it('come in the order of the items, whichever is ready first', async () => {
		const rows = await rowsOfAllItems(contextWith({}, { items }), {
			work: async (itemIndex) => {
				for (let turn = itemIndex; turn < 5; turn += 1) await Promise.resolve();
				return [row(itemIndex), row(itemIndex)];
			},
			stop: () => {},
		});
		expect(rows.map(({ json }) => json.itemIndex)).toEqual([0, 0, 1, 1, 2, 2]);
	});

	it('hold an error row for the item that failed, and the others go on', async () => {
		const stop = jest.fn();
		const context = contextWith({}, { items, continueOnFail: true });
		const rows = await rowsOfAllItems(context, {
			work: failingAt(1),
			stop,
			taskIdOf: () => taskId,
		});
		expect(rows).toEqual([row(0), errorRow(failure, { itemIndex: 1, taskId }), row(2)]);
		expect(stop).not.toHaveBeenCalled();
	});

	it('are none when the run is to stop at an error: the first failure ends it', async () => {
		const stop = jest.fn();
		const rows = rowsOfAllItems(contextWith({}, { items }), {
			work: failingAt(1),
			stop,
			taskIdOf: () => taskId,
		});
		await expect(rows).rejects.toMatchObject({
			message: failure.message,
			context: { itemIndex: 1 },
		});
		expect(stop).toHaveBeenCalledTimes(1);
		expect(stop).toHaveBeenCalledWith(failure);
	});

	it('are none when the execution was stopped, even if errors are to be continued with', async () => {
		const context = contextWith({}, { items, continueOnFail: true });
		const rows = rowsOfAllItems(context, { work: failingAt(0, 'cancelled'), stop: () => {} });
		await expect(rows).rejects.toBeInstanceOf(NodeOperationError);
	});

	describe('in n8n 1, which knows an error row by the error that it carries,', () => {
		const rowsIn1 = async (onError: INode['onError']) => {
			const old = { getNode: () => ({ ...node, onError }), isToolExecution: undefined };
			return await rowsOfAllItems(Object.assign(contextWith({}, { continueOnFail: true }), old), {
				work: failingAt(0),
				stop: () => {},
				taskIdOf: () => taskId,
			});
		};
		const plain = errorRow(failure, { itemIndex: 0, taskId });

		it('carry one to the error branch, and not into the copy that n8n makes of them there', async () => {
			const [failedRow] = await rowsIn1('continueErrorOutput');
			expect(failedRow.error).toBeInstanceOf(NodeApiError);
			expect({ ...failedRow }).toEqual(plain);
			expect('error' in { ...failedRow }).toBe(false);
		});

		it('carry none elsewhere, where n8n would put it in the place of their data', async () => {
			const [failedRow] = await rowsIn1('continueRegularOutput');
			expect(failedRow).toEqual(plain);
			expect('error' in failedRow).toBe(false);
		});
	});
});
