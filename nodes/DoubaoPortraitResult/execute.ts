import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isRecord } from '../shared/api/isRecord';
import { readTaskId } from '../shared/api/taskId';
import { readConnection } from '../shared/connection';
import { accessOf } from '../shared/credential';
import { deliver, hintAtExpiry } from '../shared/delivery/deliver';
import { readDeliverySettings } from '../shared/delivery/settings';
import { nodeError } from '../shared/errors';
import { failureError } from '../shared/failure';
import { forEachItem } from '../shared/items';
import { readIncludeOtherFields, withOtherFields } from '../shared/otherFields';
import { isNothing, readBoolean, readOptions } from '../shared/parameters';
import { startRun, type Run } from '../shared/run';
import { TASK_ID_BY_DEFAULT } from './description';

const TASKS_GO_ON =
	'The tasks go on at 302.AI. Run this node again with the same task IDs to fetch the portraits.';

export async function fetchPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const run = startRun(context, TASKS_GO_ON);
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
		const options = readOptions(parameter);
		const settings = readDeliverySettings(parameter, options, {
			isTool: run.isTool,
			waitForCompletion: readBoolean(parameter('waitForCompletion', true), 'Wait for Completion'),
			fileField: 'binaryPropertyName',
		});
		const connection = readConnection(options);
		const isKept = readIncludeOtherFields(options);
		const access = await accessOf(run.context, itemIndex);
		const rows = await deliver({ run, itemIndex, access, connection }, taskId, settings);
		return isKept ? withOtherFields(run, itemIndex, rows) : rows;
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
