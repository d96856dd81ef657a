import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { hintAtExpiry } from '../shared/delivery/deliver';
import { nodeError, type FailedItem } from '../shared/errors';
import { failureError } from '../shared/failure';
import { forEachItem, stopsAtFailure } from '../shared/items';
import { startRun } from '../shared/run';
import { ofOthers } from '../shared/sentences';
import { hintAfterSubmit } from './hints';
import { Ledger } from './ledger';
import { checkItem, portraitsOf, type CheckedItem, type SubmitRun } from './portraits';
import { notSubmitted } from './submit';

const SUBMITS_MAY_GO_ON =
	'Submits that had already been sent may be carried out and billed. Look at the usage records at 302.ai before you run this node again.';

export async function submitPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startRun(context, SUBMITS_MAY_GO_ON);
	const ledger = new Ledger(context, run.isTool);
	const submitRun: SubmitRun = {
		run,
		ledger,
		throughProxy: new Map(),
		uploads: new Map(),
		lacksPrompt: false,
	};
	try {
		const checked = new Map<number, CheckedItem>();
		const check = async (itemIndex: number): Promise<CheckedItem> =>
			await checkItem(submitRun, itemIndex).catch((error: unknown) => {
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
		if (rows.every(({ json }) => !json.error && !json.timed_out)) ledger.handedOut();
		hintAtExpiry(run);
		hintAfterSubmit(submitRun);
		return [rows];
	} finally {
		// Of a node that is stopped by hand n8n keeps neither rows nor error.
		const paidFor = run.cancelled.aborted ? ofOthers(ledger) : '';
		if (paidFor) context.logger.warn(`"${context.getNode().name}" was stopped. ${paidFor}`);
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
