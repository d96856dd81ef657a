import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { startRun } from '../shared/api/run';
import { askForTask } from '../shared/api/task';
import { isTool } from '../shared/asTool';
import { testCredential } from '../shared/credentialTest';
import { rowsOfAllItems } from '../shared/nodeErrors';
import { failed } from '../shared/portrait/failure';
import { readTaskId } from '../shared/portrait/taskId';
import { resultProperties } from './description';
import { rowsOf } from './rows';
import { readMaxConcurrency, readSettings } from './settings';
import { waitForTask } from './waiting';

/** Answers that carry whole images are held in memory, so fewer of them are on their way at once. */
const BASE64_CALLS_AT_ONCE = 8;

export class DoubaoPortraitResult implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Doubao Portrait Result',
		name: 'doubaoPortraitResult',
		icon: {
			light: 'file:../../icons/doubaoPortrait.svg',
			dark: 'file:../../icons/doubaoPortrait.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["waitForCompletion"] ? "wait for the portrait" : "check once" }}',
		description: 'Wait for a portrait made with 302.AI and get its image links and files',
		defaults: { name: 'Doubao Portrait Result' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'ai302Api', required: true, testedBy: 'testAi302Api' }],
		properties: resultProperties,
	};

	methods = { credentialTest: { testAi302Api: testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const asTool = isTool(this);
		const stopping = new AbortController();
		const waitingTasks = new Set<object>();
		const limits = {
			maxConcurrency: readMaxConcurrency(this),
			callsAtOnce:
				this.getNodeParameter('output', 0, 'both') === 'binary' ? BASE64_CALLS_AT_ONCE : undefined,
		};
		const starting = startRun(this, stopping, limits, TASKS_GO_ON);
		// Items that are refused for their parameters never get to wait for it.
		starting.catch(() => {});

		const rows = await rowsOfAllItems(this, {
			work: async (itemIndex) => {
				const settings = readSettings(this, itemIndex, asTool);
				const run = await starting;
				const ending = await waitForTask(settings.plan, {
					clock: run.clock,
					signal: run.signal,
					ask: async (expiresAt) =>
						await askForTask(run, settings.connection, settings.request, {
							expiresAt,
							maxFileSize: settings.maxFileSize,
						}),
					lastAnswerAt: () => run.flight.pace.lastAcceptedAt,
					waitingTasks,
				});
				return await rowsOf(run, settings, ending, itemIndex);
			},
			stop: (failure) => stopping.abort(failed(failure)),
			taskIdOf: (itemIndex) => taskIdOf(this, itemIndex),
		});
		if (!asTool) hintAtExpiry(this, rows);
		return [rows];
	}
}

const TASKS_GO_ON =
	'The tasks go on at 302.AI. Run this node again with the same task IDs to fetch the portraits.';

function taskIdOf(context: IExecuteFunctions, itemIndex: number): string | undefined {
	try {
		return readTaskId(context.getNodeParameter('taskId', itemIndex, ''));
	} catch {
		return undefined;
	}
}

function hintAtExpiry(context: IExecuteFunctions, rows: INodeExecutionData[]): void {
	const linksOnly = rows.some(
		({ json, binary }) =>
			binary === undefined && json.error === undefined && json.completed !== false,
	);
	if (!linksOnly) return;
	context.addExecutionHints?.({
		message:
			"The image links expire, probably within 24 hours. To keep the images, download them now or set 'Output' to Image Links and Files.",
		type: 'info',
		location: 'outputPane',
	});
}
