/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- a test, never shipped */
/** Stop in a real n8n: what the Stop button of the editor does, with a hundred tasks waiting and with downloads in flight. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { slowDrip } from '../../sandbox/faults';
import type { LogEntry } from '../../sandbox/types';
import type { WorkflowFile } from '../../scripts/n8n/instance';
import { manifest } from '../../scripts/n8n/package';
import { sleep } from '../../scripts/n8n/process';
import type { RestClient } from '../../scripts/n8n/rest';
import { exampleCredential } from '../../scripts/demo/examples';
import { clockOf } from './clock';
import { setUp, type Stage } from './harness';

/** How soon after a stop all is quiet (milliseconds): the promise. */
const PROMISE = 1_000;
/** How long nothing more may come. Longer than the node would wait between two checks of a task. */
const WATCHED = 12_000;
const TASKS = 100;

/** What one stop took, in milliseconds after n8n's answer to it; a request before that answer has a negative time. */
interface Figures {
	tasks: number;
	requestsBefore: number;
	downloadsInFlight: number;
	stopCallTookMs: number;
	lastRequestMs: number;
	socketsClosedMs: number;
	temporaryFilesBefore: number;
	temporaryFilesAfter: number;
}

let stage: Stage;
let rest: RestClient;
let timeOf: (entry: LogEntry) => number;
const figures: Record<string, Figures> = {};

beforeAll(async () => {
	// As n8n 2 does it by itself; n8n 1 keeps files in its memory unless it is told this.
	stage = await setUp({}, { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' });
	const { sandbox, n8n } = stage;
	timeOf = await clockOf(sandbox);
	await n8n.importWorkflows([waitingWorkflow()]);
	await n8n.activate('cancel');
	rest = await n8n.serve();
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => {
	await stage?.stop();
	const folder = process.env.RELIABILITY_RESULTS;
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, 'cancel.json'), `${JSON.stringify(figures, null, '\t')}\n`);
});

/** A webhook with a list of task IDs, one item for each, and the result node with its defaults. */
function waitingWorkflow(): WorkflowFile & { id: string } {
	const { id, name } = exampleCredential('', '');
	const node = (nodeName: string, type: string, typeVersion: number, parameters: object) => ({
		id: nodeName,
		name: nodeName,
		type,
		typeVersion,
		position: [0, 0] as [number, number],
		parameters: { ...parameters },
	});
	const to = (target: string) => ({ main: [[{ node: target, type: 'main' as const, index: 0 }]] });
	return {
		id: 'cancel',
		name: 'cancel',
		nodes: [
			{
				...node('Task IDs', 'n8n-nodes-base.webhook', 2, {
					httpMethod: 'POST',
					path: 'cancel',
					responseMode: 'onReceived',
				}),
				webhookId: 'c4b1f3f2-77b5-4f5e-9d5c-5c0f3c9a0001',
			},
			node('One by One', 'n8n-nodes-base.splitOut', 1, {
				fieldToSplitOut: 'body.tasks',
				options: { destinationFieldName: 'task_id' },
			}),
			{
				...node('Result', `${manifest().name}.doubaoPortraitResult`, 1, {}),
				credentials: { ai302Api: { id, name } },
			},
		],
		connections: { 'Task IDs': to('One by One'), 'One by One': to('Result') },
	};
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null;

async function executions(): Promise<Array<Record<string, unknown>>> {
	const answer = await rest.get('/rest/executions?limit=50');
	const list = isObject(answer) && Array.isArray(answer.results) ? answer.results : [];
	return list.filter(isObject);
}

/** Starts the workflow and returns its execution's ID. n8n answers 404 until it has its webhooks ready. */
async function begin(tasks: string[]): Promise<string> {
	const earlier = new Set((await executions()).map(({ id }) => id));
	const request = {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ tasks }),
	};
	while (!(await fetch(`${rest.baseUrl}/webhook/cancel`, request)).ok) await sleep(200);
	for (;;) {
		const started = (await executions()).find(({ id }) => !earlier.has(id));
		if (started) return String(started.id);
		await sleep(100);
	}
}

async function until(what: string, isTime: () => boolean, ms = 120_000): Promise<void> {
	const deadline = Date.now() + ms;
	while (!isTime()) {
		if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}.`);
		await sleep(10);
	}
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
async function stopAndWatch(executionId: string, since: number): Promise<Figures> {
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

async function expectQuiet(executionId: string, name: string, measured: Figures): Promise<void> {
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
	const executionId = await begin(tasks);
	const checks = () => requestsOf('result', since);
	await until('each task was asked for', () => new Set(checks().map(taskIdOf)).size === TASKS);
	await until('many were asked for again', () => checks().length > 1.5 * TASKS);
	await expectQuiet(executionId, 'waiting', await stopAndWatch(executionId, since));
});

test('the first checks of a hundred tasks are under way', async () => {
	const { sandbox } = stage;
	const since = sandbox.log.length;
	// Each check is held back, so that some are in flight and most stand in line behind them.
	const drip = slowDrip('{"code":10000,"data":{"status":"in_queue"}}', 50);
	sandbox.inject({ endpoint: 'result', times: Infinity, handle: drip });
	const executionId = await begin(Array.from({ length: TASKS }, () => sandbox.addTask()));
	await until('checks are in flight', () => requestsOf('result', since).some(inFlight));
	await expectQuiet(executionId, 'checking', await stopAndWatch(executionId, since));
});

test('downloads are in flight', async () => {
	const { sandbox } = stage;
	const body = await sandbox.imageBytes(sandbox.addTask());
	const since = sandbox.log.length;
	// More than a minute for one image.
	sandbox.inject({ endpoint: 'image', times: Infinity, handle: slowDrip(body, 20, 'image/png') });
	const executionId = await begin(Array.from({ length: TASKS }, () => sandbox.addTask()));
	await until('parts of files lie on the disk', () => temporaryFiles().length >= 3);
	const measured = await stopAndWatch(executionId, since);
	expect(measured.downloadsInFlight).toBeGreaterThanOrEqual(3);
	await expectQuiet(executionId, 'downloading', measured);
});
