import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { isTool } from './tool';
import { FailureError, type Failure } from './failure';

/** What an error names besides its message. */
export interface Subject {
	itemIndex: number;
	/** Absent where no task is known yet. */
	taskId?: string;
}

/** Any error as a {@link Failure}. What n8n itself threw (an expression that does not resolve, say) keeps n8n's words. */
export function failureOf(error: unknown): Failure {
	if (error instanceof FailureError) return error.failure;
	const message = error instanceof Error ? error.message : String(error);
	const description =
		error instanceof Error && 'description' in error && typeof error.description === 'string'
			? error.description
			: '';
	return { kind: 'parameter', message, remedy: description };
}

/**
 * The error that n8n shows. The message is set once more at the end because n8n's error classes replace every message that
 * happens to contain the name of a network error ("preexisting" contains EEXIST).
 */
export function nodeError(
	node: INode,
	failure: Failure,
	subject: Subject,
): NodeApiError | NodeOperationError {
	const { itemIndex } = subject;
	const description = describe(failure, subject);
	const error =
		failure.kind === 'parameter' || failure.kind === 'cancelled'
			? new NodeOperationError(node, failure.message, { description, itemIndex })
			: new NodeApiError(
					node,
					{ message: failure.message },
					{
						message: failure.message,
						description,
						itemIndex,
						...(failure.httpStatus === undefined ? {} : { httpCode: String(failure.httpStatus) }),
					},
				);
	error.message = failure.message;
	return error;
}

/** The row of an item that failed. n8n sends it to the error branch only as long as it has no keys but these two. */
export function errorRow(failure: Failure, { itemIndex, taskId }: Subject): INodeExecutionData {
	const details: IDataObject = {};
	if (taskId !== undefined) details.task_id = taskId;
	if (failure.status !== undefined) details.status = failure.status;
	if (failure.code !== undefined) details.code = failure.code;
	if (failure.httpStatus !== undefined) details.http_code = failure.httpStatus;
	if (failure.requestId !== undefined) details.request_id = failure.requestId;
	if (failure.remedy !== '') details.description = failure.remedy;
	return { json: { error: failure.message, details }, pairedItem: { item: itemIndex } };
}

/** What to do with the items of a run. */
export interface ItemWork {
	/** The rows of one item; throws FailureError. */
	work(itemIndex: number): Promise<INodeExecutionData[]>;
	/** Ends the work on all other items, because the node is going to fail as a whole. */
	stop(failure: Failure): void;
	/** To be named in the error rows; absent where there is no task yet. */
	taskIdOf?(itemIndex: number): string | undefined;
	/** What else the person must know when the node fails as a whole. */
	addToRemedy?(): string;
}

/**
 * Works on all items at once and puts their rows in the order of the items. An item that fails becomes an error row, or with
 * 'On Error' set to stop ends the run.
 */
export async function rowsOfAllItems(
	context: IExecuteFunctions,
	{ work, stop, taskIdOf = () => undefined, addToRemedy = () => '' }: ItemWork,
): Promise<INodeExecutionData[]> {
	let ended: { failure: Failure; itemIndex: number } | undefined;
	const rows = await Promise.all(
		context.getInputData().map(async (_item, itemIndex) => {
			try {
				return await work(itemIndex);
			} catch (error) {
				const failure = failureOf(error);
				// What a tool throws does not reach the model, which would then just try again; a row does.
				const goesOn = context.continueOnFail() || isTool(context);
				if (failure.kind === 'cancelled' || !goesOn) {
					ended ??= { failure, itemIndex };
					stop(failure);
					return [];
				}
				const subject = { itemIndex, taskId: taskIdOf(itemIndex) };
				const row = errorRow(failure, subject);
				return [
					needsError(context)
						? withHiddenError(row, nodeError(context.getNode(), failure, subject))
						: row,
				];
			}
		}),
	);
	if (ended) {
		const { failure, itemIndex } = ended;
		const remedy = [failure.remedy, addToRemedy()].filter((part) => part !== '').join(' ');
		const subject = { itemIndex, taskId: taskIdOf(itemIndex) };
		throw nodeError(context.getNode(), { ...failure, remedy }, subject);
	}
	return rows.flat();
}

/**
 * n8n 1 sends a row with `details` to the error branch only when it carries an error as well. n8n 2 does not need that; the two
 * are told apart by a method that n8n 1 does not have.
 */
function needsError(context: IExecuteFunctions): boolean {
	return (
		context.isToolExecution === undefined && context.getNode().onError === 'continueErrorOutput'
	);
}

/**
 * In the end n8n puts the error that a row carries in place of the row's own data. On the way to the error branch it copies the
 * row, though, and what is not enumerable stays behind.
 */
function withHiddenError(
	row: INodeExecutionData,
	error: NodeApiError | NodeOperationError,
): INodeExecutionData {
	return Object.defineProperty(row, 'error', { value: error, enumerable: false });
}

/** The remedy, then what support asks for. */
function describe(failure: Failure, { taskId }: Subject): string {
	const facts = [
		taskId === undefined ? undefined : `Task ID ${taskId}`,
		failure.code === undefined ? undefined : `code ${failure.code}`,
		failure.httpStatus === undefined ? undefined : `HTTP status ${failure.httpStatus}`,
		failure.requestId === undefined ? undefined : `request ID ${failure.requestId}`,
	].filter((fact) => fact !== undefined);
	const named = facts.length > 0 ? `(${facts.join(', ')})` : '';
	return [failure.remedy, named].filter((part) => part !== '').join(' ');
}
