/* eslint-disable no-console -- never shipped */
/** 200 executions in n8n's queue mode while one of two workers is killed: nothing lost in silence, nothing ordered twice. */
import waitForExpect from 'wait-for-expect';

import { sleep } from '../../../real-n8n/driver/process';
import { keepFigures, type ClusterFigures } from '../../support/figures';
import { clockOf } from '../clock';
import {
	call,
	executionsIn,
	listedAsFailed,
	marksIn,
	setUp,
	sha256,
	statuses,
	type ExecutionRow,
	type QueueStage,
} from './stage';

const EXECUTIONS = 200;
/** Every tenth execution orders its portrait too. */
const ORDERED = 20;
/** The tasks of the others end one after the other over this time (milliseconds). */
const SPREAD = 20_000;
/** As many have ended when the worker is killed. */
const ENDED_BEFORE = 80;
/** n8n takes a killed worker's executions for lost after its lock of 60 seconds and a check each 30. */
const PATIENCE = 420_000;

// Four processes of n8n start before the first execution.
jest.setTimeout(900_000);

const OVER = ['success', 'error', 'crashed', 'canceled'];

interface Call {
	mark: string;
	/** Of an order; else the task is known beforehand. */
	photo?: string;
	taskId?: string;
}

let stage: QueueStage;
let calls: Call[];
let rows: ExecutionRow[];
/** Which call an execution comes from. */
let marks: Map<string, string>;
/** What the killed worker had in hand, and what the other one ever began. */
let inHandAtKill: string[];
let startedBySurvivor: Set<string>;
/** All of the above is known. */
let complete = false;
/** Milliseconds after n8n's answer to the stop; negative is before it. */
let lastCheckAfterStop: number | undefined;
const seconds = { killAfter: 0, over: 0 };

beforeAll(async () => {
	stage = await setUp();
	const { sandbox, rest, cluster, workers } = stage;
	calls = Array.from({ length: EXECUTIONS }, (_, index) => {
		const mark = `mark-${String(index).padStart(4, '0')}`;
		if (index % (EXECUTIONS / ORDERED) === 0)
			return { mark, photo: `https://photos.example/${mark}.jpg` };
		const ends = SPREAD * (index / EXECUTIONS);
		return { mark, taskId: sandbox.addTask({ queuedFor: ends / 2, generatingFor: ends / 2 }) };
	});
	const startedAt = Date.now();
	const passed = () => Math.round((Date.now() - startedAt) / 100) / 10;
	const calling = Promise.all(
		calls.map(async ({ mark, photo, taskId }) =>
			photo
				? await call(rest, 'order', { mark, photo })
				: await call(rest, 'fetch', { mark, task_id: taskId }),
		),
	);
	const [victim, survivor] = workers;
	await waitForExpect(() => {
		expect(victim.finished.size + survivor.finished.size).toBeGreaterThanOrEqual(ENDED_BEFORE);
		for (const { inHand } of workers) expect(inHand.length).toBeGreaterThanOrEqual(5);
	}, PATIENCE);
	await victim.kill();
	seconds.killAfter = passed();
	inHandAtKill = victim.inHand;
	await calling;
	marks = await marksIn(cluster.database);
	await waitForExpect(async () => {
		const counted = await statuses(cluster.database);
		const over = OVER.reduce((sum, status) => sum + (counted[status] ?? 0), 0);
		expect(over).toBeGreaterThanOrEqual(EXECUTIONS);
	}, PATIENCE);
	seconds.over = passed();
	rows = await executionsIn(cluster.database);
	startedBySurvivor = survivor.started;
	complete = true;
});

afterAll(async () => {
	if (complete) writeFigures();
	await stage?.stop();
});

const delivered = () => rows.filter(({ status }) => status === 'success');
const failed = () => rows.filter(({ status }) => status !== 'success');
const ordersOf = (photo: string) =>
	stage.sandbox.orders.filter(({ body }) => body.image_input === photo);

/** The task of a row, known beforehand or from its order. */
function taskOf({ id }: ExecutionRow): string {
	const { taskId, photo } = calls.find(({ mark }) => mark === marks.get(id)) ?? {};
	return taskId ?? ordersOf(photo ?? '')[0].taskId;
}

test('every call is one execution, and none is gone', () => {
	expect(rows.map(({ id }) => marks.get(id)).sort()).toEqual(calls.map(({ mark }) => mark));
});

test('what is delivered has its file in the database, byte for byte', async () => {
	expect(delivered().length).toBeGreaterThanOrEqual(EXECUTIONS - 60);
	for (const row of delivered()) {
		const served = sha256(await stage.sandbox.imageBytes(taskOf(row)));
		expect([row.id, row.file]).toEqual([row.id, served]);
	}
});

test('what is not delivered was in the hands of the killed worker, and n8n shows it as failed', async () => {
	const list = await listedAsFailed(stage.rest);
	expect(list.size).toBe(failed().length);
	for (const { id, status, error } of failed()) {
		expect(startedBySurvivor).not.toContain(id);
		expect(['error', 'crashed']).toContain(status);
		expect(list.get(id)).toBe(status);
		expect(error).toEqual(expect.stringMatching(/\w{3,}/));
	}
	// The other way round: what the worker that lives had in hand is all delivered.
	const ids = new Set(delivered().map(({ id }) => id));
	expect([...startedBySurvivor].filter((id) => !ids.has(id))).toEqual([]);
});

test('the worker was killed with executions in hand', () => {
	expect(inHandAtKill.length).toBeGreaterThanOrEqual(5);
	expect(failed().length).toBeGreaterThan(0);
});

test('no portrait was ordered twice', () => {
	const photos = calls.flatMap(({ photo }) => photo ?? []);
	expect(photos).toHaveLength(ORDERED);
	const numbers = photos.map((photo) => ordersOf(photo).length);
	expect(Math.max(...numbers)).toBe(1);
	// An order is missing only where n8n shows that the execution failed.
	const failedMarks = failed().map(({ id }) => marks.get(id));
	const without = calls.filter(({ photo }) => photo && ordersOf(photo).length === 0);
	expect(without.filter(({ mark }) => !failedMarks.includes(mark))).toEqual([]);
	expect(stage.sandbox.orders).toHaveLength(ORDERED - without.length);
});

test('the key is in nothing that n8n printed or keeps', async () => {
	const { sandbox, cluster, workers } = stage;
	for (const log of [cluster.main.log, ...workers.map((worker) => worker.log)])
		expect(log).not.toContain(sandbox.key);
	const kept = await cluster.database.query<number>(
		`select count(*) from execution_data where position('${sandbox.key}' in data) > 0`,
	);
	expect(kept).toBe(0);
});

test('an execution that is stopped asks nothing more on its worker', async () => {
	const { sandbox, rest, cluster, workers } = stage;
	const timeOf = await clockOf(sandbox);
	const taskId = sandbox.addTask({ queuedFor: 600_000 });
	const before = startedBySurvivor;
	await call(rest, 'fetch', { mark: 'stopped', task_id: taskId });
	const checks = () => sandbox.log.filter((entry) => entry.taskId === taskId);
	await waitForExpect(() => expect(checks().length).toBeGreaterThanOrEqual(2), PATIENCE);
	const [id] = [...workers[1].started].filter((one) => !before.has(one));
	await rest.post(`/rest/executions/${id}/stop`, {});
	const stopped = performance.now();
	// Longer than the node waits between two checks.
	await sleep(6_000);
	lastCheckAfterStop = Math.round(Math.max(...checks().map(timeOf)) - stopped);
	expect(lastCheckAfterStop).toBeLessThan(1_000);
	const row = (await executionsIn(cluster.database)).find((one) => one.id === id);
	expect(row?.status).toBe('canceled');
});

function writeFigures(): void {
	const { orders } = stage.sandbox;
	const lost = failed().map(({ id }) => marks.get(id));
	const figures: ClusterFigures = {
		executions: EXECUTIONS,
		workers: stage.workers.length,
		delivered: delivered().length,
		visiblyFailed: failed().length,
		gone: EXECUTIONS - rows.length,
		inHandOfKilledWorker: inHandAtKill.length,
		killedAfterSeconds: seconds.killAfter,
		overAfterSeconds: seconds.over,
		submits: orders.length,
		submittedTwice: orders.length - new Set(orders.map(({ body }) => body.image_input)).size,
		submitsOfFailedExecutions: calls.filter(
			({ mark, photo }) => photo && lost.includes(mark) && ordersOf(photo).length > 0,
		).length,
		failedAs: [...new Set(failed().map(({ status, error }) => `${status}: ${error}`))],
		lastCheckAfterStopMs: lastCheckAfterStop,
	};
	console.log(JSON.stringify(figures, null, '\t'));
	keepFigures('cluster', figures);
}
