/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Every workflow of examples/ as a user imports it, with nothing changed but the task IDs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { readExample, readExamples } from '../../../real-n8n/demo/examples';
import { execute, fileOf, setUp, type Stage } from '../stage';

/** The task IDs that the examples hold, and the tasks of these tests that take their places. */
const FIRST = ['6682608976809320374', '7512345678901234561'] as const;
const SECOND = ['6682608976809320375', '7512345678901234562'] as const;
const UNKNOWN = ['1111111111111111111', '7512345678901234563'] as const;
const RESULT_NODE = 'Doubao Portrait Result';

let stage: Stage;

beforeAll(async () => {
	stage = await setUp();
	await stage.n8n.importWorkflows(readExamples(Object.fromEntries([FIRST, SECOND, UNKNOWN])));
});

afterAll(async () => await stage?.stop());

/** When the API was asked about a task (milliseconds). */
const askedAt = (taskId: string) =>
	stage.sandbox.log
		.filter((entry) => entry.endpoint === 'result' && entry.taskId === taskId)
		.map(({ at }) => at);

test('1: a task ID becomes an image file on disk', async () => {
	const taskId = stage.sandbox.addTask({ id: FIRST[1], queuedFor: 4_000, generatingFor: 1_000 });

	const execution = await execute(stage, readExample('1-task-id-to-file.json').id);

	expect(execution.error).toBeUndefined();
	const served = await stage.sandbox.imageBytes(taskId);
	const [result] = execution.items(RESULT_NODE);
	expect(result.json).toMatchObject({ task_id: taskId, status: 'done', completed: true });
	expect(result.binary?.data).toMatchObject({ fileName: `${taskId}.png`, mimeType: 'image/png' });
	expect(fileOf(stage, result).equals(served)).toBe(true);
	const saved = path.join(stage.n8n.filesFolder, `${taskId}.png`);
	expect(readFileSync(saved).equals(served)).toBe(true);
});

test('1: a failed task saves nothing and says why', async () => {
	const taskId = stage.sandbox.addTask({
		id: FIRST[1],
		outcome: { kind: 'refused', httpStatus: 400, code: 50511, message: 'Post Img Risk Not Pass' },
	});

	const execution = await execute(stage, readExample('1-task-id-to-file.json').id);

	expect(execution.succeeded).toBe(false);
	expect(execution.error).toContain('Post Img Risk Not Pass');
	expect(execution.error).toContain(taskId);
	expect(execution.runs('Save Image File')).toHaveLength(0);
});

test('2: checks once, goes through IF and Wait, and checks again until the task has ended', async () => {
	const { sandbox } = stage;
	const taskId = sandbox.addTask({ id: FIRST[1], generatingFor: 3_600_000 });
	const asked = askedAt(taskId).length;
	// The task ends after the second check, however long n8n takes to start.
	sandbox.onEntry(({ endpoint }) => {
		if (endpoint === 'result' && askedAt(taskId).length === asked + 2)
			sandbox.addTask({ id: taskId });
	});

	const execution = await execute(stage, readExample('2-check-once-if-wait.json').id);

	expect(execution.error).toBeUndefined();
	const checks = execution.runs('Check Once').map(({ data }) => data?.main?.[0]?.[0].json);
	expect(checks).toEqual([
		expect.objectContaining({ task_id: taskId, status: 'generating', completed: false }),
		expect.objectContaining({ task_id: taskId, status: 'generating', completed: false }),
		expect.objectContaining({ task_id: taskId, status: 'done', completed: true }),
	]);
	expect(execution.runs('Wait 5 Seconds')).toHaveLength(2);
	const times = askedAt(taskId).slice(asked);
	expect(times).toHaveLength(3);
	expect(times[1] - times[0]).toBeGreaterThan(4_900);
	expect(times[2] - times[1]).toBeGreaterThan(4_900);
	const [ready] = execution.items('Portrait Is Ready');
	expect(fileOf(stage, ready).equals(await sandbox.imageBytes(taskId))).toBe(true);
});

test('3: finished portraits take one branch, failed tasks the other', async () => {
	const { sandbox } = stage;
	const good = [FIRST[1], SECOND[1]];
	for (const id of good) sandbox.addTask({ id, queuedFor: 2_000 });

	const execution = await execute(stage, readExample('3-batch-with-error-branch.json').id);

	expect(execution.error).toBeUndefined();
	const finished = execution.items('Finished Portraits');
	expect(finished.map(({ json }) => json.task_id)).toEqual(good);
	expect(finished.map(({ json }) => json.file_name)).toEqual(good.map((id) => `${id}.png`));
	for (const [index, item] of execution.items(RESULT_NODE, 0).entries()) {
		expect(fileOf(stage, item).equals(await sandbox.imageBytes(good[index]))).toBe(true);
	}

	// n8n puts the row on top of the item that the task came in with, so its task_id is there as well.
	expect(execution.items(RESULT_NODE, 1).map(({ json }) => json)).toEqual([
		{
			task_id: UNKNOWN[1],
			error: expect.any(String),
			details: expect.objectContaining({ task_id: UNKNOWN[1], description: expect.any(String) }),
		},
	]);
	const [report] = execution.items('Report of Failures');
	expect(report.json.task_id).toBe(UNKNOWN[1]);
	expect(report.json.problem).toEqual(expect.stringMatching(/\w{3,}/));
	expect(report.json.what_to_do).toEqual(expect.stringMatching(/\w{3,}/));
});

test('no example leaves a connection to the API open', () => {
	expect(stage.sandbox.openSockets()).toBe(0);
});
