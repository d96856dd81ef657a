import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { hintAtExpiry } from '../shared/delivery/deliver';
import { nodeError, type FailedItem } from '../shared/errors';
import { failed, failureError, type FailureError } from '../shared/failure';
import { oneForEachItem, stopsAtFailure, workOn } from '../shared/items';
import type { EarlierTries } from './earlierTries';
import { hintAtRetryOnFail } from './hints';
import { checkedItem } from './item';
import { beforeSubmit, makePortrait, portraitsOf } from './portrait';
import { startSubmitRun, type SubmitRun } from './submitRun';

export async function submitPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startSubmitRun(context);
	try {
		// With 'On Error' set to stop, one bad item ends the node before money is spent on the others.
		if (stopsAtFailure(run.submitting) && run.earlierTries.isFirst) {
			const { stoppedBy } = await workOn(run.submitting, oneForEachItem(context), async (item) => {
				await checkedItem(run, item.itemIndex).catch((error: unknown) => {
					throw beforeSubmit(error);
				});
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
		if (stoppedBy) throw nodeError(context.getNode(), withOthers(stoppedBy, run.earlierTries));
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
	// What became of the one item that failed is not said of the others.
	const { failure, cause } = why;
	submitting.queue.close(failed({ ...failure, taskId: undefined, submitted: 'no' }, cause));
	waiting.stop(why);
}

/** The same failure, naming what was submitted for the other items. */
function withOthers({ itemIndex, error }: FailedItem, earlierTries: EarlierTries): FailedItem {
	const { taskId: own, submitted } = error.failure;
	const taskIds = earlierTries.taskIds.filter((taskId) => taskId !== own);
	const inDoubt = earlierTries.inDoubt - (submitted === 'unknown' ? 1 : 0);
	return { itemIndex, error: failureError(error, { others: { taskIds, inDoubt } }) };
}
