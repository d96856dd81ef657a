import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { hintAtExpiry } from '../shared/delivery/deliver';
import { readDeliveryLimits } from '../shared/delivery/settings';
import { nodeError, type FailedItem } from '../shared/errors';
import { failureError } from '../shared/failure';
import { forEachItem, stopsAtFailure } from '../shared/items';
import { startRun } from '../shared/run';
import { hintAtRetryOnFail } from './hints';
import { Ledger } from './ledger';
import { checkItem, portraitsOf, type CheckedItem } from './portraits';
import { notSubmitted, type SubmitRun } from './submit';

const SUBMITS_MAY_GO_ON =
	'Submits that had already been sent may be carried out and billed. Look at the usage records at 302.ai before you run this node again.';

export async function submitPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startRun(context, (of) => readDeliveryLimits(of(0)), SUBMITS_MAY_GO_ON);
	const ledger = new Ledger(context, run.isTool);
	const submitRun: SubmitRun = {
		run,
		ledger,
		throughProxy: new Map(),
		uploads: new Map(),
		isUnfulfilled: false,
	};
	try {
		const checked = new Map<number, CheckedItem>();
		const check = async (itemIndex: number): Promise<CheckedItem> =>
			await checkItem(submitRun, itemIndex).catch((error: unknown) => {
				submitRun.isUnfulfilled = true;
				throw notSubmitted(error);
			});
		// With 'On Error' set to stop, one bad item ends the node before money is spent on the others.
		if (stopsAtFailure(run)) {
			await forEachItem(run, async (itemIndex) => {
				checked.set(itemIndex, await check(itemIndex));
				return [];
			});
		}
		const rows = run.stoppedBy
			? []
			: await forEachItem(run, async (itemIndex) => {
					const item = checked.get(itemIndex) ?? (await check(itemIndex));
					return await portraitsOf(submitRun, item);
				});
		if (run.stoppedBy) throw nodeError(context.getNode(), withOthers(run.stoppedBy, ledger));
		if (!submitRun.isUnfulfilled) ledger.handedOut();
		hintAtExpiry(run);
		hintAtRetryOnFail(context);
		return [rows];
	} finally {
		if (run.cancelled.aborted) logWhatIsPaidFor(context, ledger);
		run.stop();
	}
}

/** The same failure, naming what was submitted for the other items. */
function withOthers({ itemIndex, error }: FailedItem, { taskIds, inDoubt }: Ledger): FailedItem {
	const { taskId: own, submitted } = error.failure;
	const others = {
		taskIds: taskIds.filter((taskId) => taskId !== own),
		inDoubt: inDoubt - (submitted === 'unknown' ? 1 : 0),
	};
	return { itemIndex, error: failureError(error, { others }) };
}

/** Of a node that is stopped by hand n8n keeps neither rows nor error. */
function logWhatIsPaidFor(context: IExecuteFunctions, { taskIds, inDoubt }: Ledger): void {
	if (taskIds.length === 0 && inDoubt === 0) return;
	const taken =
		taskIds.length > 0
			? ` These portraits are paid for: fetch them with Doubao Portrait Result, within 12 hours. Task IDs: ${taskIds.join(', ')}.`
			: '';
	const lost =
		inDoubt > 0
			? ` Of ${inDoubt} more nobody knows whether they were submitted: look at the usage records at 302.ai.`
			: '';
	context.logger.warn(`"${context.getNode().name}" was stopped.${taken}${lost}`);
}
