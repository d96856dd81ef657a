import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { Failure, FailureError } from './failure';
import { descriptionOf, messageOf } from './sentences';

/** An item that came to nothing. */
export interface FailedItem {
	itemIndex: number;
	error: FailureError;
}

/**
 * The error that n8n shows. The message is set once more at the end because n8n's error classes replace every message that
 * happens to contain the name of a network error ("preexisting" contains EEXIST).
 */
export function nodeError(
	node: INode,
	{ itemIndex, error }: FailedItem,
	isTool = false,
): NodeApiError | NodeOperationError {
	const { failure } = error;
	const message = messageOf(failure);
	const description = `${descriptionOf(failure, isTool)} ${factsOf(failure)}`.trim();
	const { httpStatus } = failure;
	const shown = OF_THE_NODE.includes(failure.kind)
		? new NodeOperationError(node, message, { description, itemIndex })
		: new NodeApiError(
				node,
				{ message },
				{
					message,
					description,
					itemIndex,
					...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }),
				},
			);
	shown.message = message;
	keepCause(shown, error.cause);
	return shown;
}

/**
 * The cause and where it was thrown, so that a report of the error can be read. In n8n before 2.34 the classes of its errors take
 * no cause. It must not be enumerable: n8n stores every enumerable property of an error, and a request's holds the key.
 */
function keepCause(shown: NodeApiError | NodeOperationError, cause: unknown): void {
	if (!(cause instanceof Error)) return;
	const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at\s/.test(line));
	shown.stack = [shown.stack, `Caused by: ${cause.name}`, ...frames].join('\n');
	Object.defineProperty(shown, 'cause', { value: cause, writable: true, configurable: true });
}

const OF_THE_NODE: ReadonlyArray<Failure['kind']> = ['parameter', 'cancelled', 'unexpected'];

/** The row of an item that failed. n8n sends it to the error branch only as long as it has no keys but these two. */
export function errorRow(
	{ context, isTool }: { context: IExecuteFunctions; isTool: boolean },
	failedItem: FailedItem,
): INodeExecutionData {
	const { itemIndex, error } = failedItem;
	const { failure } = error;
	const facts: Record<string, string | number | undefined> = {
		task_id: failure.taskId,
		submitted: failure.submitted,
		portrait: failure.portrait,
		status: failure.status,
		code: failure.code,
		http_code: failure.httpStatus,
		request_id: failure.requestId,
		description: descriptionOf(failure, isTool) || undefined,
	};
	const details: IDataObject = Object.fromEntries(
		Object.entries(facts).filter(([, value]) => value !== undefined),
	);
	const row = { json: { error: messageOf(failure), details }, pairedItem: { item: itemIndex } };
	if (context.getNode().onError !== 'continueErrorOutput') return row;
	// n8n before 2.36 (2.34.6 and 2.35.3 are exceptions) sends a row with `details` to the error branch only when it carries an error
	// as well. It would put that in place of the row's own data in the end; but it copies the row before, and what is not enumerable
	// stays behind. n8n before 1.120 sets it to undefined, so it must be possible to write it.
	return Object.defineProperty(row, 'error', {
		value: nodeError(context.getNode(), failedItem, isTool),
		enumerable: false,
		writable: true,
		configurable: true,
	});
}

/** What support asks for. */
function factsOf({ taskId, code, httpStatus, requestId }: Failure): string {
	const named = { 'Task ID': taskId, code, 'HTTP status': httpStatus, 'request ID': requestId };
	const facts = Object.entries(named).flatMap(([name, fact]) =>
		fact === undefined ? [] : [`${name} ${fact}`],
	);
	return facts.length > 0 ? `(${facts.join(', ')})` : '';
}
