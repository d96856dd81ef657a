import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { systemClock } from '../shared/transport/clock';
import { startRun, type Run } from '../shared/run';
import { askForTask } from '../shared/delivery/task';
import { isTool } from '../shared/tool';
import { rowsOfAllItems } from '../shared/errors';
import { parametersOf, type ParametersOfItem, type ReadParameter } from '../shared/parameters';
import { failed } from '../shared/failure';
import { readTaskId } from '../shared/portrait/taskId';
import { rowsOf } from '../shared/delivery/rows';
import { RunningTasks } from '../shared/delivery/runningTasks';
import { readLimits, readSettings } from './settings';
import { waitForTask } from '../shared/delivery/waiting';

/**
 * Items whose parameters are read in one go. n8n takes a millisecond for each that has an expression to evaluate, and what
 * was read before can be asked for meanwhile.
 */
const ITEMS_READ_AT_ONCE = 4;

export async function fetchPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const asTool = isTool(context);
	const stopping = new AbortController();
	const runningTasks = new RunningTasks(systemClock);
	let linksOnly = false;
	const parameters = parametersOf(context);
	const starting = start(context, stopping, parameters);
	// Items that are refused for their parameters never get to wait for it.
	let turnToRead: Promise<unknown> = starting.catch(() => {});

	const rows = await rowsOfAllItems(context, {
		work: async (itemIndex) => {
			if (itemIndex % ITEMS_READ_AT_ONCE === ITEMS_READ_AT_ONCE - 1) {
				turnToRead = turnToRead.then(async () => await systemClock.pause(0, stopping.signal));
			}
			await turnToRead;
			const settings = readSettings(parameters(itemIndex), asTool);
			const run = await starting;
			const ending = await waitForTask(settings.plan, {
				clock: run.clock,
				signal: run.signal,
				ask: async (until) =>
					await askForTask(run, settings.connection, settings.request, {
						...until,
						maxFileSize: settings.maxFileSize,
					}),
				lastAnswerAt: () => run.flight.pace.lastAcceptedAt,
				runningTasks,
			});
			linksOnly ||= ending.kind === 'done' && settings.output === 'url';
			return await rowsOf(run, settings, ending, itemIndex);
		},
		stop: (failure) => stopping.abort(failed(failure)),
		taskIdOf: (itemIndex) => taskIdOf(parameters(itemIndex)),
	}).finally(() => stopping.abort());
	if (linksOnly && !asTool) hintAtExpiry(context);
	return [rows];
}

/** In a promise, so that what is wrong with the settings of the whole run becomes the failure of its items. */
async function start(
	context: IExecuteFunctions,
	stopping: AbortController,
	parameters: ParametersOfItem,
): Promise<Run> {
	const limits = readLimits(parameters, context.getInputData().length);
	return await startRun(context, stopping, limits, TASKS_GO_ON);
}

const TASKS_GO_ON =
	'The tasks go on at 302.AI. Run this node again with the same task IDs to fetch the portraits.';

function taskIdOf(parameter: ReadParameter): string | undefined {
	try {
		return readTaskId(parameter('taskId', ''));
	} catch {
		return undefined;
	}
}

function hintAtExpiry(context: IExecuteFunctions): void {
	context.addExecutionHints?.({
		message:
			"The image links expire, probably within 24 hours. To keep the images, download them now or set 'Output' to Image Links and Files.",
		type: 'info',
		location: 'outputPane',
	});
}
