import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { deliver, hintAtExpiry } from '../shared/delivery/deliver';
import { readDeliveryLimits } from '../shared/delivery/settings';
import { nodeError } from '../shared/errors';
import { failureError } from '../shared/failure';
import { oneForEachItem, workOn } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import { parametersOf } from '../shared/parameters';
import { readTaskId } from '../shared/api/taskId';
import { startRun, type Run } from '../shared/run';
import { readSettings } from './settings';

const TASKS_GO_ON =
	'The tasks go on at 302.AI. Run this node again with the same task IDs to fetch the portraits.';

export async function fetchPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const parameters = parametersOf(context);
	const run = startRun(context, parameters, readDeliveryLimits(parameters(0)), TASKS_GO_ON);
	try {
		const { rows, stoppedBy } = await workOn(
			run,
			oneForEachItem(context),
			async ({ itemIndex }) => await fetchPortrait(run, itemIndex),
		);
		if (stoppedBy) throw nodeError(context.getNode(), stoppedBy);
		hintAtExpiry(run);
		return [rows];
	} finally {
		run.stop();
	}
}

async function fetchPortrait(run: Run, itemIndex: number): Promise<INodeExecutionData[]> {
	const parameter = run.parameters(itemIndex);
	const taskId = readTaskId(parameter('taskId', ''));
	try {
		const { delivery, includeOtherFields } = readSettings(parameter, run.isTool);
		const { rows } = await deliver(run, taskId, delivery, itemIndex);
		return includeOtherFields ? withOtherFields(run, itemIndex, rows) : rows;
	} catch (error) {
		throw failureError(error, { taskId });
	}
}
