import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { errorRow, type FailedItem } from './errors';
import { failureError, type FailureError } from './failure';
import type { Run } from './run';

/**
 * Milliseconds for which jobs are begun in one go. n8n takes a millisecond for each parameter with an expression, and what was
 * begun before can be sent meanwhile.
 */
const LONGEST_STRETCH = 4;

/** A piece of work, which ends in rows of its own. */
export interface Job {
	/** The item that it is done for. */
	itemIndex: number;
}

/** One for each incoming item. */
export function oneForEachItem(context: IExecuteFunctions): Job[] {
	return context.getInputData().map((_item, itemIndex) => ({ itemIndex }));
}

/**
 * Does all jobs, each at its own pace, and puts their rows in the order of the jobs. One that fails becomes an error row, or with
 * 'On Error' set to stop ends the run.
 *
 * @param work the rows of one job; may throw anything.
 * @param end ends what is under way when the run ends early.
 * @returns `stoppedBy` when the run ended early; `rows` are those of the jobs that were done by then.
 */
export async function workOn<OneJob extends Job>(
	run: Run,
	jobs: Iterable<OneJob>,
	work: (job: OneJob) => Promise<INodeExecutionData[]>,
	end: (why: FailureError) => void = (why) => run.stop(why),
): Promise<{ rows: INodeExecutionData[]; stoppedBy?: FailedItem }> {
	const begun: Array<Promise<INodeExecutionData[]>> = [];
	let stoppedBy: FailedItem | undefined;

	const rowsOf = async (job: OneJob): Promise<INodeExecutionData[]> => {
		try {
			return await work(job);
		} catch (error) {
			const failedItem = { itemIndex: job.itemIndex, error: failureError(error) };
			if (failedItem.error.failure.kind !== 'cancelled' && !stopsAtFailure(run))
				return [errorRow(run, failedItem)];
			stoppedBy ??= failedItem;
			end(failedItem.error);
			return [];
		}
	};

	let lastBegun = 0;
	let stretchBegan = run.clock.now();
	for (const job of jobs) {
		lastBegun = job.itemIndex;
		begun.push(rowsOf(job));
		if (run.clock.now() - stretchBegan >= LONGEST_STRETCH) {
			await run.clock.pause(0, run.signal).catch(() => {});
			stretchBegan = run.clock.now();
		}
		if (stoppedBy || run.signal.aborted) break;
	}
	const rows = (await Promise.all(begun)).flat();
	// All that were begun may have come to their end before a cancel.
	if (run.signal.aborted) {
		stoppedBy ??= { itemIndex: lastBegun, error: failureError(run.signal.reason) };
	}
	return { rows, stoppedBy };
}

/** What a tool throws does not reach the model, which would then just try again; a row does. */
export function stopsAtFailure({ context, isTool }: Run): boolean {
	return !context.continueOnFail() && !isTool;
}
