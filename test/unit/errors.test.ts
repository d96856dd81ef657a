import {
	NodeApiError,
	NodeOperationError,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { errorRow, nodeError, type FailedItem } from '../../nodes/shared/errors';
import { failed, type Failure } from '../../nodes/shared/failure';
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

function runWith(onError?: INode['onError'], items: INodeExecutionData[] = []): Run {
	const context = contextWith({}, { items });
	Object.assign(context, { getNode: () => ({ ...node, onError }) });
	return startRun(context, 'Run it again.');
}

describe('the error that n8n shows', () => {
	it.each([
		[NodeApiError, ['account', 'task', 'unknownTask', 'api', 'network', 'image', 'timeout']],
		[NodeOperationError, ['parameter', 'cancelled', 'unexpected']],
	] as const)('is an %p for failures of some kinds', (type, kinds) => {
		for (const kind of kinds) expect(nodeError(node, failing({ kind }))).toBeInstanceOf(type);
	});

	it('holds what to do and the facts that are known', () => {
		const error = nodeError(node, failing());
		expect(error.message).toBe(failure.message);
		expect(error.description).toBe(
			`${failure.remedy} (Task ID ${taskId}, code 50413, HTTP status 400, request ID request-1)`,
		);
		expect(error.context.itemIndex).toBe(3);
		expect(error).toHaveProperty('httpCode', '400');
		const bare = failed({ kind: 'api', message: 'm', remedy: 'Do this.' });
		expect(nodeError(node, { itemIndex: 0, error: bare }).description).toBe('Do this.');
	});

	it('keeps the words of the message, also those that n8n knows', () => {
		const message = '302.AI answered: preexisting ECONNREFUSED ENOTFOUND 404 余额不足';
		for (const kind of ['network', 'parameter'] as const) {
			expect(nodeError(node, failing({ kind, message })).message).toBe(message);
		}
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
		const error = failed({ kind: 'api', message: 'm', remedy: '' });
		expect(errorRow(runWith(), { itemIndex: 0, error }).json).toEqual({ error: 'm', details: {} });
	});

	it('carries an error to the error branch, which n8n before 2.36 knows it by, and not into the copy that n8n makes', () => {
		const row = errorRow(runWith('continueErrorOutput'), failing());
		expect(row.error).toBeInstanceOf(NodeApiError);
		expect({ ...row }).toEqual(errorRow(runWith(), failing()));
		expect('error' in { ...row }).toBe(false);
		// n8n before 1.120 takes it away.
		row.error = undefined;
		expect(row.error).toBeUndefined();
		// There n8n would put it in the place of the data.
		expect('error' in errorRow(runWith('continueRegularOutput'), failing())).toBe(false);
	});
});

describe('the rows of all items', () => {
	const items = [{ json: {} }, { json: {} }, { json: {} }];
	it('end with the first failure when the run is to stop at an error, and with it all that is free', async () => {
		const run = runWith(undefined, items);
		await forEachItem(run, async (itemIndex) => {
			if (itemIndex === 1) throw failed(failure);
			return await Promise.resolve([]);
		});
		expect(run.stoppedBy).toMatchObject({ itemIndex: 1, error: { failure } });
		expect(run.stopped.aborted).toBe(true);
		// Others do not pass for the task of the one that failed.
		expect(run.stopped.reason).toMatchObject({ failure: { kind: 'cancelled' } });
		expect(run.stopped.reason).not.toHaveProperty('failure.taskId');
		expect(run.cancelled.aborted).toBe(false);
	});

	it('are none when the execution was stopped although every item that was begun had come to its end', async () => {
		const run = runWith(undefined, items);
		await forEachItem(run, async (itemIndex) => {
			if (itemIndex === 0) run.stop(failed({ ...failure, kind: 'cancelled' }));
			return await Promise.resolve([]);
		});
		expect(run.stoppedBy?.error.failure.kind).toBe('cancelled');
	});
});
