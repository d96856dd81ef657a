import type { INodeExecutionData } from 'n8n-workflow';

import { errorRow, type FailedItem } from './errors';
import { failed, failureError, type FailureError } from './failure';
import type { Run } from './run';

/**
 * Milliseconds for which items are begun in one go. n8n takes a millisecond for each parameter with an expression, and what was
 * begun before can be sent meanwhile.
 */
const LONGEST_STRETCH = 4;

/**
 * Works on all items, each at its own pace, and puts their rows in the order of the items. An item that fails becomes an error
 * row, or with 'On Error' set to stop ends the run.
 *
 * @param work the rows of one item; may throw anything.
 * @param whatEnds what is ended when the run ends early: everything, or only what was not sent yet, where what was sent costs
 * money and its outcome is worth having.
 * @returns `stoppedBy` when the run ended early; `rows` are those of the items that were done by then.
 */
export async function workOnItems(
	run: Run,
	work: (itemIndex: number) => Promise<INodeExecutionData[]>,
	whatEnds: 'everything' | 'unsent' = 'everything',
): Promise<{ rows: INodeExecutionData[]; stoppedBy?: FailedItem }> {
	const items: Array<Promise<INodeExecutionData[]>> = [];
	let stoppedBy: FailedItem | undefined;

	const rowsOf = async (itemIndex: number): Promise<INodeExecutionData[]> => {
		try {
			return await work(itemIndex);
		} catch (error) {
			const failedItem = { itemIndex, error: failureError(error) };
			if (goesOnAfter(failedItem, run)) return [errorRow(run, failedItem)];
			stoppedBy ??= failedItem;
			if (whatEnds === 'unsent') run.queue.close(unsent(failedItem.error));
			else run.stop(failedItem.error);
			return [];
		}
	};

	let stretchBegan = run.clock.now();
	for (const itemIndex of run.context.getInputData().keys()) {
		items.push(rowsOf(itemIndex));
		if (run.clock.now() - stretchBegan >= LONGEST_STRETCH) {
			await run.clock.pause(0, run.signal).catch(() => {});
			stretchBegan = run.clock.now();
		}
		if (stoppedBy || run.signal.aborted) break;
	}
	const rows = (await Promise.all(items)).flat();
	// All that were begun may have come to their end before a cancel.
	if (run.signal.aborted) {
		stoppedBy ??= { itemIndex: items.length - 1, error: failureError(run.signal.reason) };
	}
	return { rows, stoppedBy };
}

/** Why nothing is sent any more. What may have become of the one item that failed is not said of the others. */
function unsent({ failure, cause }: FailureError): FailureError {
	return failed({ ...failure, perhapsSubmitted: false }, cause);
}

/** What a tool throws does not reach the model, which would then just try again; a row does. */
function goesOnAfter({ error }: FailedItem, run: Run): boolean {
	return error.failure.kind !== 'cancelled' && (run.context.continueOnFail() || run.isTool);
}
