/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/** Stop in a real n8n: what the Stop button of the editor does, with a hundred tasks waiting and with downloads in flight. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import waitForExpect from 'wait-for-expect';

import { slowDrip } from '../../../sandbox/faults/faults';
import type { LogEntry } from '../../../sandbox/types';
import type { WorkflowFile } from '../../../real-n8n/driver/instance';
import { manifest } from '../../../real-n8n/driver/package';
import { sleep } from '../../../real-n8n/driver/process';
import type { RestClient } from '../../../real-n8n/driver/rest';
import { exampleCredential } from '../../../real-n8n/demo/examples';
import { clockOf } from '../clock';
import { setUp, type Stage } from '../stage';
import { begin, nodeOf, webhookNode } from './webhooks';
import { keepFigures, type CancelFigures } from '../../support/figures';

/** How soon after a stop all is quiet (milliseconds): the promise. */
const PROMISE = 1_000;
/** How long nothing more may come. Longer than the node would wait between two checks of a task. */
const WATCHED = 12_000;
const TASKS = 100;
/** How long anything may take to come about (milliseconds). */
const PATIENCE = 120_000;

let stage: Stage;
let rest: RestClient;
let timeOf: (entry: LogEntry) => number;
const figures: Record<string, CancelFigures> = {};

beforeAll(async () => {
	// As n8n 2 does it by itself; n8n 1 keeps files in its memory unless it is told this.
	stage = await setUp({}, { env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' } });
	const { sandbox, n8n } = stage;
	timeOf = await clockOf(sandbox);
	await n8n.importWorkflows([waitingWorkflow()]);
	await n8n.activate('cancel');
	rest = await n8n.serve();
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => {
	keepFigures('cancel', figures);
	await stage?.stop();
});

/** A webhook with a list of task IDs, one item for each, and the result node with its defaults. */
function waitingWorkflow(): WorkflowFile & { id: string } {
	const { id, name } = exampleCredential('', '');
	const to = (target: string) => ({ main: [[{ node: target, type: 'main' as const, index: 0 }]] });
	return {
		id: 'cancel',
		name: 'cancel',
		nodes: [
			webhookNode('Task IDs', 'cancel'),
			nodeOf('One by One', 'n8n-nodes-base.splitOut', 1, {
				fieldToSplitOut: 'body.tasks',
				options: { destinationFieldName: 'task_id' },
			}),
			{
				...nodeOf('Result', `${manifest().name}.doubaoPortraitResult`, 1, {}),
				credentials: { ai302Api: { id, name } },
			},
		],
		connections: { 'Task IDs': to('One by One'), 'One by One': to('Result') },
	};
}

/**
 * Parts of files that n8n has not taken into its binary data storage yet. n8n 2 gives a file its name when it is whole; n8n 1
 * writes it under its name, and then says in a second file what it is.
 */
function temporaryFiles(): string[] {
	const folders = ['storage', 'binaryData'].map((name) =>
		path.join(stage.n8n.userFolder, '.n8n', name),
	);
	const files = folders
		.filter((folder) => existsSync(folder))
		.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name));
	return files.filter(
		(file) =>
			/\.tmp\b/.test(file) || (!file.endsWith('.metadata') && !files.includes(`${file}.metadata`)),
	);
}

const requestsOf = (endpoint: LogEntry['endpoint'], since: number) =>
	stage.sandbox.log.slice(since).filter((entry) => entry.endpoint === endpoint);

const taskIdOf = ({ taskId }: LogEntry) => taskId;

const inFlight = (entry: LogEntry) =>
	entry.finishedAt === undefined && entry.abandonedAt === undefined;

/** Stops the execution as the editor does, and watches what still happens. */
async function stopAndWatch(executionId: string, since: number): Promise<CancelFigures> {
	const { sandbox } = stage;
	const temporaryFilesBefore = temporaryFiles().length;
	const downloadsInFlight = requestsOf('image', since).filter(inFlight).length;
	const asked = performance.now();
	await rest.post(`/rest/executions/${executionId}/stop`, {});
	const stopped = performance.now();
	const requestsBefore = sandbox.log.length - since;
	let socketsClosedMs = Infinity;
	while (performance.now() - stopped < WATCHED) {
		const passed = performance.now() - stopped;
		if (sandbox.openSockets() > 0) socketsClosedMs = Infinity;
		else if (socketsClosedMs === Infinity) socketsClosedMs = passed;
		await sleep(5);
	}
	const lastRequest = Math.max(...sandbox.log.slice(since).map(timeOf));
	return {
		tasks: TASKS,
		requestsBefore,
		downloadsInFlight,
		stopCallTookMs: Math.round(stopped - asked),
		lastRequestMs: Math.round(lastRequest - stopped),
		socketsClosedMs: Math.round(socketsClosedMs),
		temporaryFilesBefore,
		temporaryFilesAfter: temporaryFiles().length,
	};
}

async function expectQuiet(
	executionId: string,
	name: string,
	measured: CancelFigures,
): Promise<void> {
	figures[name] = measured;
	console.log(`${name}: ${JSON.stringify(measured)}`);
	expect(measured.lastRequestMs).toBeLessThan(PROMISE);
	expect(measured.socketsClosedMs).toBeLessThan(PROMISE);
	const execution = await rest.get(`/rest/executions/${executionId}`);
	expect(execution).toMatchObject({ status: 'canceled' });
	expect(JSON.stringify(execution)).not.toContain(stage.sandbox.key);
	expect(stage.n8n.log).not.toContain(stage.sandbox.key);
	// n8n 1 leaves parts of files with the execution, and removes them with it.
	if (stage.version.startsWith('1.')) {
		await rest.post('/rest/executions/delete', { ids: [executionId] });
	}
	expect(temporaryFiles()).toEqual([]);
	// n8n itself goes on.
	expect(await rest.isUp()).toBe(true);
}

test('a hundred tasks wait', async () => {
	const { sandbox } = stage;
	const since = sandbox.log.length;
	const tasks = Array.from({ length: TASKS }, () => sandbox.addTask({ queuedFor: 600_000 }));
	const executionId = await begin(rest, 'cancel', { tasks });
	const checks = () => requestsOf('result', since);
	await waitForExpect(() => {
		expect(new Set(checks().map(taskIdOf)).size).toBe(TASKS);
		// Many were asked for again.
		expect(checks().length).toBeGreaterThan(1.5 * TASKS);
	}, PATIENCE);
	await expectQuiet(executionId, 'waiting', await stopAndWatch(executionId, since));
});

test('downloads are in flight', async () => {
	const { sandbox } = stage;
	const body = await sandbox.imageBytes(sandbox.addTask());
	const since = sandbox.log.length;
	// More than a minute for one image.
	sandbox.inject({ endpoint: 'image', times: Infinity, handle: slowDrip(body, 20, 'image/png') });
	const executionId = await begin(rest, 'cancel', {
		tasks: Array.from({ length: TASKS }, () => sandbox.addTask()),
	});
	await waitForExpect(
		() => expect(requestsOf('image', since).filter(inFlight).length).toBeGreaterThanOrEqual(3),
		PATIENCE,
		10,
	);
	const measured = await stopAndWatch(executionId, since);
	expect(measured.downloadsInFlight).toBeGreaterThanOrEqual(3);
	await expectQuiet(executionId, 'downloading', measured);
});
