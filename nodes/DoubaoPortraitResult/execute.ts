import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readTaskId } from '../shared/api/taskId';
import { accessOf } from '../shared/credential';
import { deliver, hintAtExpiry } from '../shared/delivery/deliver';
import { readDeliveryLimits } from '../shared/delivery/settings';
import { nodeError } from '../shared/errors';
import { failureError } from '../shared/failure';
import { forEachItem } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import { isNothing, isRecord } from '../shared/parameters';
import { startRun, type Run } from '../shared/run';
import { TASK_ID_BY_DEFAULT } from './description';
import { readSettings } from './settings';

const TASKS_GO_ON =
	'The tasks go on at 302.AI. Run this node again with the same task IDs to fetch the portraits.';

export async function fetchPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startRun(context, (of) => readDeliveryLimits(of(0)), TASKS_GO_ON);
	try {
		const rows = await forEachItem(run, async (itemIndex) => await fetchPortrait(run, itemIndex));
		if (run.stoppedBy) throw nodeError(context.getNode(), run.stoppedBy);
		hintAtExpiry(run);
		return [rows];
	} finally {
		run.stop();
	}
}

async function fetchPortrait(run: Run, itemIndex: number): Promise<INodeExecutionData[]> {
	const parameter = run.parameters(itemIndex);
	const taskId = readTaskId(taskIdOf(run, itemIndex));
	try {
		const { delivery, connection, includeOtherFields } = readSettings(parameter, run.isTool);
		const access = await accessOf(run.context, itemIndex);
		const { rows } = await deliver({ run, itemIndex, access, connection }, taskId, delivery);
		return includeOtherFields ? withOtherFields(run, itemIndex, rows) : rows;
	} catch (error) {
		throw failureError(error, { taskId });
	}
}

/** What 'Task ID' gives; where its default finds nothing, the ID in an error row of these nodes, whose error output leads here. */
function taskIdOf({ context, parameters }: Run, itemIndex: number): unknown {
	const given = parameters(itemIndex)('taskId', '');
	const { taskId: typed = TASK_ID_BY_DEFAULT } = context.getNode().parameters;
	if (!isNothing(given) || typed !== TASK_ID_BY_DEFAULT) return given;
	const { details } = context.getInputData()[itemIndex]?.json ?? {};
	return isRecord(details) ? details.task_id : given;
}
