/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { answer } from '../../sandbox/faults/faults';
import type { LogEntry } from '../../sandbox/types';
import { bytesOf } from '../support/engine';
import { heardDuring } from '../support/heard';
import { EVERY_ON_ERROR, useBench, type ResultRun } from '../support/bench';

const bench = useBench({ latency: { api: 10 } });

describe('many items', () => {
	it('come out in the order in which they went in, each paired with its own', async () => {
		// The first five are asked for first and finished last.
		const tasks = Array.from({ length: 30 }, (_, index) =>
			bench.task({ queuedFor: index < 5 ? 1500 - index * 100 : 0, bytes: 2000 }),
		);
		const { success } = await bench.run({ tasks });
		expect(success.map(({ json }) => json.task_id)).toEqual(tasks);
		expect(success.map(({ pairedItem }) => pairedItem)).toEqual(
			tasks.map((_task, item) => ({ item })),
		);
		const done = bench.log('result').filter(({ taskStatus }) => taskStatus === 'done');
		expect(done.map(({ taskId }) => taskId)).not.toEqual(tasks);
		expect(await bytesOf(success[29])).toEqual(await bench.sandbox.imageBytes(tasks[29]));
	});

	it('are asked about before the parameters of all of them are read', async () => {
		let read = 0;
		let readBefore: number | undefined;
		bench.sandbox.inject({
			endpoint: 'result',
			after: true,
			handle: (request, response, real) => {
				readBefore ??= read;
				answer(real?.status ?? 500, real?.body)(request, response);
			},
		});
		const items = Array.from({ length: 600 }, () => ({
			json: {
				task_id: bench.task({ bytes: 2000 }),
				get name() {
					read += 1;
					return 'anna';
				},
			},
		}));
		const options = { fileName: '={{ $json.name }}' };
		const { success } = await bench.run({ items, parameters: { output: 'url' }, options });
		expect(success).toHaveLength(600);
		expect(readBefore).toBeLessThan(300);
		expect(read).toBeGreaterThanOrEqual(600);
	});

	it('keep their order when each is split and some fail', async () => {
		const tasks = [
			bench.task({ images: 2, queuedFor: 150 }),
			bench.task({ outcome: { kind: 'status', status: 'expired' } }),
			bench.task({ images: 3 }),
		];
		const { success } = await bench.run({
			tasks,
			parameters: { output: 'url' },
			options: { splitImages: true },
			onError: 'continueRegularOutput',
		});
		expect(success.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 1, 2, 2, 2].map((item) => ({ item })),
		);
		expect(success.map(({ json }) => json.image_index)).toEqual([0, 1, undefined, 0, 1, 2]);
	});

	it('have expressions of their own, in options too, beside what is the same for all', async () => {
		const tasks = [0, 1, 2].map(() => bench.task({ bytes: 2000 }));
		const { success } = await bench.run({
			items: tasks.map((task_id, index) => ({ json: { task_id, name: `person ${index}` } })),
			parameters: { output: "={{ $json.name === 'person 1' ? 'url' : 'both' }}" },
			options: { fileName: '={{ $json.name }}' },
		});
		expect(success.map(({ binary }) => binary?.data?.fileName)).toEqual([
			'person 0.png',
			undefined,
			'person 2.png',
		]);
	});

	it('give the same where the node takes a field from them itself as where n8n evaluates the expression', async () => {
		const finished = (): string => bench.task({ bytes: 2000 });
		const items: INodeExecutionData[] = [
			finished(),
			` ${finished()}\n`,
			'={{ 1 + 1 }}',
			'',
			1e21,
			true,
			null,
			['6682608976809320374'],
			{ id: '6682608976809320374' },
		].map((task_id) => ({ json: { task_id } }));
		items.push({ json: {} });
		const outcomeOf = async (taskId: string): Promise<IDataObject[]> => {
			const { success } = await bench.run({
				items,
				parameters: { taskId, output: 'url' },
				onError: 'continueRegularOutput',
			});
			return success.map(({ json }) => ({ ...json, request_id: undefined, image_urls: [] }));
		};
		const evaluated = await outcomeOf('={{ $json["task_id"] }}');
		expect(evaluated.map(({ completed }) => completed === true)).toEqual(
			items.map((_item, index) => index < 2),
		);
		for (const taken of ['={{ $json.task_id }}', '={{$json.task_id}}', '={{  $json.task_id}}']) {
			expect(await outcomeOf(taken)).toEqual(evaluated);
		}
	});

	it('share Max Concurrency while all of them wait at once', async () => {
		const tasks = Array.from({ length: 60 }, () => bench.task({ queuedFor: 700, bytes: 2000 }));
		const { success } = await bench.run({ tasks, options: { maxConcurrency: 3 } });
		expect(success.map(({ json }) => json.completed)).toEqual(tasks.map(() => true));
		expect(mostAtOnce(bench.log())).toBe(3);
		expect(bench.log('result').length).toBeGreaterThan(60);
	});

	it('leave no timer behind when the run is over', async () => {
		const timers = (): number =>
			process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
		const tasks = [bench.task(), bench.task(), bench.task()];
		// What n8n's own connections keep is there after the first run already.
		await bench.run({ tasks });
		const afterOne = timers();
		for (let run = 0; run < 5; run += 1) await bench.run({ tasks });
		expect(timers() - afterOne).toBeLessThanOrEqual(1);
	});

	it('make Node.js warn of nothing in the log of n8n', async () => {
		const tasks = Array.from({ length: 30 }, () => bench.task({ queuedFor: 200, bytes: 2000 }));
		expect(await heardDuring('warning', async () => await bench.run({ tasks }))).toEqual([]);
	});
});

/** Requests open at the same time, by the log. */
function mostAtOnce(log: LogEntry[]): number {
	const events = log.flatMap(({ at, finishedAt = Infinity }) => [
		{ time: at, change: 1 },
		{ time: finishedAt, change: -1 },
	]);
	events.sort((a, b) => a.time - b.time || a.change - b.change);
	let open = 0;
	return Math.max(...events.map(({ change }) => (open += change)));
}

it('what was refused for a limit is asked for again no sooner than Retry-After says', async () => {
	const refusal = { code: 50429, data: null, message: 'Limit', status: 50429 };
	const first = bench.faultyTask(answer(429, refusal, { 'retry-after': '1' }));
	const { success } = await bench.run({
		tasks: [first, ...Array.from({ length: 5 }, () => bench.task())],
		parameters: { output: 'url' },
		options: { maxConcurrency: 1 },
	});
	expect(success.every(({ json }) => json.completed === true)).toBe(true);
	const [refused, next] = bench.log('result', first);
	expect(next.at - (refused.finishedAt ?? 0)).toBeGreaterThan(950);
});

it('Task ID is taken from the incoming field task_id when nobody sets it', async () => {
	const [first, second] = [bench.task(), bench.task()];
	const { success } = await bench.run({
		items: [{ json: { task_id: first, other: 1 } }, { json: { task_id: second } }],
		parameters: { output: 'url' },
	});
	expect(success.map(({ json }) => json.task_id)).toEqual([first, second]);
	expect(success[0].json).not.toHaveProperty('other');
});

interface Refused {
	what: string;
	run: ResultRun;
	/** As the panel calls the field. */
	field: string;
}

const KNOWN = '7950589032067399142';
const item = (json: IDataObject): INodeExecutionData[] => [{ json }];
const refused: Refused[] = [
	{
		what: 'a task ID that lost its digits',
		run: { items: item({ task_id: Number(KNOWN) }) },
		field: 'Task ID',
	},
	{ what: 'no task ID', run: { items: item({}) }, field: 'Task ID' },
	{
		what: 'a list of task IDs',
		run: { items: item({ task_id: [KNOWN, KNOWN] }) },
		field: 'Task ID',
	},
	{
		what: 'an opacity of 1.5',
		run: { parameters: { addWatermark: true, watermarkOpacity: 1.5 } },
		field: 'Watermark Opacity',
	},
	{
		what: 'a negative request timeout',
		run: { options: { requestTimeout: -1 } },
		field: 'Request Timeout',
	},
	{ what: 'a bad proxy', run: { options: { proxy: 'not a proxy' } }, field: 'Proxy' },
	{ what: 'a SOCKS proxy', run: { options: { proxy: 'socks5://127.0.0.1:1080' } }, field: 'Proxy' },
	{
		what: 'a base URL that is no URL',
		run: { credential: { baseUrl: 'the API' } },
		field: 'Base URL',
	},
	{ what: 'an empty key', run: { credential: { apiKey: '  ' } }, field: 'API Key' },
];

describe.each(EVERY_ON_ERROR)('bad input with %s', (onError) => {
	it.each(refused)(
		'$what is refused by the name of its field, and nothing is sent',
		async (given) => {
			const result = await bench.run({ tasks: [KNOWN], ...given.run, onError });
			const { message, description } = readFailure(result, onError);
			expect(message).toContain(`'${given.field}'`);
			expect(description.length).toBeGreaterThan(10);
			expect(bench.log()).toEqual([]);
		},
	);
});

/** Unlike `failureIn`, for incoming items of any shape. */
function readFailure(
	{ task, success, errors }: Awaited<ReturnType<typeof bench.run>>,
	onError: string,
): { message: string; description: string } {
	if (onError === 'stopWorkflow') {
		return { message: task.error?.message ?? '', description: task.error?.description ?? '' };
	}
	const [row] = onError === 'continueErrorOutput' ? errors : success;
	const details = row.json.details as IDataObject;
	return { message: String(row.json.error), description: String(details.description) };
}

it('a bad item does not keep the others from their portraits', async () => {
	const good = bench.task();
	const { success, errors } = await bench.run({
		items: [{ json: { task_id: '' } }, { json: { task_id: good } }, { json: { task_id: 1.5 } }],
		parameters: { output: 'url' },
		onError: 'continueErrorOutput',
	});
	expect(success.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
	expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
});
