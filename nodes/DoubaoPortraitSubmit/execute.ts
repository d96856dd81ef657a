import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { hintAtExpiry } from '../shared/delivery/deliver';
import { nodeError, type FailedItem } from '../shared/errors';
import { failed, withAdvice, type FailureError } from '../shared/failure';
import { oneForEachItem, stopsAtFailure, workOn } from '../shared/items';
import type { EarlierTries } from './earlierTries';
import { hintAtRetryOnFail } from './hints';
import { checkedItem } from './item';
import { makePortrait, portraitsOf } from './portrait';
import { startSubmitRun, type SubmitRun } from './submitRun';

export async function submitPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startSubmitRun(context);
	try {
		// With 'On Error' set to stop, one bad item ends the node before money is spent on the others.
		if (stopsAtFailure(run.submitting) && run.earlierTries.isFirst) {
			const { stoppedBy } = await workOn(run.submitting, oneForEachItem(context), async (item) => {
				await checkedItem(run, item.itemIndex);
				return [];
			});
			if (stoppedBy) throw nodeError(context.getNode(), stoppedBy);
		}
		const { rows, stoppedBy } = await workOn(
			run.submitting,
			portraitsOf(run),
			async (portrait) => await makePortrait(run, portrait),
			(why) => endEarly(run, why),
		);
		if (stoppedBy) throw nodeError(context.getNode(), withTasks(stoppedBy, run.earlierTries));
		hintAtExpiry(run.waiting);
		hintAtRetryOnFail(context);
		return [rows];
	} finally {
		run.earlierTries.end();
		run.submitting.stop();
		run.waiting.stop();
	}
}

/** Submits on their way are waited for: each may be billed, and its task ID is worth having. */
function endEarly({ submitting, waiting }: SubmitRun, why: FailureError): void {
	// What may have become of the one item that failed is not said of the others.
	submitting.queue.close(failed({ ...why.failure, perhapsSubmitted: false }, why.cause));
	waiting.stop(why);
}

/** The same failure, naming what was submitted for the other items, which is paid for and would be lost. */
function withTasks({ itemIndex, error }: FailedItem, earlierTries: EarlierTries): FailedItem {
	const { failure, cause } = error;
	const taskIds = earlierTries.taskIds.filter((taskId) => taskId !== failure.taskId);
	const inDoubt = earlierTries.inDoubt - (failure.perhapsSubmitted ? 1 : 0);
	const taken =
		taskIds.length > 0
			? `Submits already taken, to be fetched with Doubao Portrait Result: task IDs ${taskIds.join(', ')}.`
			: '';
	const lost =
		inDoubt > 0
			? `Of ${inDoubt} more the answer was lost; they may have been taken: look at the usage records at 302.ai before you run this node again.`
			: '';
	return { itemIndex, error: failed(withAdvice(failure, taken, lost), cause) };
}
