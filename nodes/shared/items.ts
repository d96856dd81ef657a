import type { INodeExecutionData } from 'n8n-workflow';

import { errorRow } from './errors';
import { failed, failureError } from './failure';
import type { Run } from './run';

/** Items that are begun in one go; then those that were get a chance to send their requests. */
const AT_ONCE = 20;

/**
 * Does `work` for all items, each at its own pace, and puts their rows in the order of the items. `stoppedBy` of the run tells when
 * it ended early.
 */
export async function forEachItem(
	run: Run,
	work: (itemIndex: number) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const { clock, stopped } = run;
	const begun: Array<Promise<INodeExecutionData[]>> = [];
	for (const itemIndex of run.context.getInputData().keys()) {
		begun.push(attempt(run, itemIndex, async () => await work(itemIndex)));
		if (itemIndex % AT_ONCE === AT_ONCE - 1) await clock.pause(0, stopped).catch(() => {});
		if (stopped.aborted) break;
	}
	const rows = (await Promise.all(begun)).flat();
	// All that were begun may have come to their end before a cancel.
	if (stopped.aborted) {
		run.stoppedBy ??= { itemIndex: begun.length - 1, error: failureError(stopped.reason) };
	}
	return rows;
}

/** The rows of a piece of work for one item. When it fails they are an error row, or with 'On Error' set to stop the run ends. */
export async function attempt(
	run: Run,
	itemIndex: number,
	work: () => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	try {
		return await work();
	} catch (error) {
		const failedItem = { itemIndex, error: failureError(error) };
		const { failure, cause } = failedItem.error;
		if (failure.kind !== 'cancelled' && !stopsAtFailure(run)) return [errorRow(run, failedItem)];
		run.stoppedBy ??= failedItem;
		// The others did not fail, and what became of this item is not said of them.
		const { message, remedy } = failure;
		run.stop(failed({ kind: 'cancelled', message, remedy }, cause));
		return [];
	}
}

/** What a tool throws does not reach the model, which would then just try again; a row does. */
export function stopsAtFailure({ context, isTool }: Run): boolean {
	return !context.continueOnFail() && !isTool;
}
