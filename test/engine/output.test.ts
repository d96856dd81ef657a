import { answer } from '../../sandbox/faults/faults';
import type { AnswerBody } from '../../sandbox/types';
import { bytesOf } from '../support/engine';
import { doneWith, keepAnswer, storedFiles, useBench } from '../support/bench';

const bench = useBench();

describe('what comes out of Doubao Portrait Result by default', () => {
	it('is one item with the links, the answer in short, and the file byte for byte', async () => {
		const taskId = bench.task({ prompt: 'in a rice field', seed: 7, width: 640, height: 512 });
		const kept: AnswerBody[] = [];
		bench.sandbox.inject({ endpoint: 'result', after: true, handle: keepAnswer(kept) });

		const { success, task } = await bench.run({ tasks: [taskId] });

		const [row, ...others] = success;
		expect(others).toEqual([]);
		expect(task.hints).toEqual([]);
		const sent = JSON.parse(kept[0].body.toString());
		expect(row.json).toStrictEqual({
			task_id: taskId,
			status: 'done',
			completed: true,
			image_urls: sent.data.image_urls,
			image_url: sent.data.image_urls[0],
			request_id: sent.request_id,
			generation: {
				prompt: 'in a rice field',
				expanded_prompt: 'in a rice field, a friendly portrait in soft light, fine detail',
				seed: 7,
				width: 640,
				height: 512,
			},
		});
		expect(row.pairedItem).toStrictEqual({ item: 0 });
		expect(Object.keys(row.binary ?? {})).toEqual(['data']);
		expect(row.binary?.data).toMatchObject({
			fileName: `${taskId}.png`,
			mimeType: 'image/png',
			fileExtension: 'png',
		});
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId));
	});

	it('has no generation when the API tells nothing of it', async () => {
		const link = 'https://file.302.ai/x.png';
		const taskId = bench.faultyTask(doneWith({ links: [link] }));
		const row = await bench.rowOf(taskId, { parameters: { output: 'url' } });
		expect(row.json).toStrictEqual({
			task_id: taskId,
			status: 'done',
			completed: true,
			image_urls: [link],
			image_url: link,
			request_id: 'REQUEST-1',
		});
	});
});

describe('the states of a task', () => {
	it.each([
		['in_queue', { queuedFor: 60_000 }],
		['generating', { generatingFor: 60_000 }],
	])('checked once while %s, gives its status at once', async (status, spec) => {
		const taskId = bench.task(spec);
		const row = await bench.rowOf(taskId, { parameters: { waitForCompletion: false } });
		expect(row.json).toStrictEqual({
			task_id: taskId,
			status,
			completed: false,
			image_urls: [],
			image_url: null,
			request_id: expect.stringMatching(/^\w{20,}$/),
		});
		expect(row.binary).toBeUndefined();
		expect(bench.log('result')).toHaveLength(1);
	});

	it('checked once when done, gives the portrait', async () => {
		const taskId = bench.task();
		const row = await bench.rowOf(taskId, { parameters: { waitForCompletion: false } });
		expect(row.json).toMatchObject({ status: 'done', completed: true });
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId));
	});

	it('are waited through until the portrait is there', async () => {
		const taskId = bench.task({ queuedFor: 400, generatingFor: 400 });
		const row = await bench.rowOf(taskId);
		expect(row.json).toMatchObject({ status: 'done', completed: true });
		const seen = new Set(bench.log('result').map((entry) => entry.taskStatus));
		expect([...seen]).toEqual(['in_queue', 'generating', 'done']);
	});
});

describe('Output', () => {
	it('set to links downloads nothing, and n8n shows the hint that they expire', async () => {
		const taskId = bench.task();
		const stored = storedFiles().length;
		const { success, task } = await bench.run({ tasks: [taskId], parameters: { output: 'url' } });
		expect(success[0].binary).toBeUndefined();
		expect(success[0].json.image_urls).toHaveLength(1);
		expect(bench.log('image')).toEqual([]);
		expect(storedFiles()).toHaveLength(stored);
		expect(task.hints).toEqual([
			{ message: expect.stringContaining('expire'), type: 'info', location: 'outputPane' },
		]);
	});

	it('set to files asks for base64 and never needs the image host', async () => {
		const taskId = bench.task();
		const { success, task } = await bench.run({
			tasks: [taskId],
			parameters: { output: 'binary' },
		});
		const [call] = bench.log('result');
		expect(call.path).not.toContain('response_format');
		expect(call.body).not.toContain('return_url');
		expect(bench.log('image')).toEqual([]);
		expect(success[0].json).toMatchObject({ completed: true, image_urls: [] });
		expect(success[0].binary?.data.fileName).toBe(`${taskId}.png`);
		expect(await bytesOf(success[0])).toEqual(await bench.sandbox.imageBytes(taskId));
		expect(task.hints).toEqual([]);
	});

	it.each(['url', 'both'])(
		'set to %s makes files of base64 that came in place of links',
		async (output) => {
			const source = bench.task();
			const bytes = await bench.sandbox.imageBytes(source);
			const taskId = bench.faultyTask(doneWith({ base64: [bytes.toString('base64')] }));
			const row = await bench.rowOf(taskId, { parameters: { output } });
			expect(row.json.image_urls).toEqual([]);
			expect(row.binary?.data.mimeType).toBe('image/png');
			expect(await bytesOf(row)).toEqual(bytes);
		},
	);

	it('set to files downloads links that came in place of base64', async () => {
		const source = bench.task();
		const link = (await bench.rowOf(source, { parameters: { output: 'url' } })).json.image_urls;
		const taskId = bench.faultyTask(doneWith({ links: link as string[] }));
		const row = await bench.rowOf(taskId, { parameters: { output: 'binary' } });
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(source));
	});
});

describe('several images', () => {
	it('become data, data_1 and data_2 with numbered file names', async () => {
		const taskId = bench.task({ images: 3 });
		const row = await bench.rowOf(taskId);
		expect(row.json.image_urls).toHaveLength(3);
		expect(Object.keys(row.binary ?? {})).toEqual(['data', 'data_1', 'data_2']);
		const names = Object.values(row.binary ?? {}).map(({ fileName }) => fileName);
		expect(names).toEqual([`${taskId}.png`, `${taskId}_1.png`, `${taskId}_2.png`]);
		for (const [index, field] of ['data', 'data_1', 'data_2'].entries()) {
			expect(await bytesOf(row, field)).toEqual(await bench.sandbox.imageBytes(taskId, index));
		}
	});

	it.each(['both', 'binary'])('are split into items of their own (%s)', async (output) => {
		const taskId = bench.task({ images: 3 });
		const { success } = await bench.run({
			tasks: [taskId],
			parameters: { output },
			options: { splitImages: true },
		});
		expect(success).toHaveLength(3);
		for (const [index, row] of success.entries()) {
			const links = row.json.image_urls as string[];
			expect(links).toHaveLength(output === 'both' ? 3 : 0);
			expect(row.json).toMatchObject({
				task_id: taskId,
				completed: true,
				image_index: index,
				image_url: links[index] ?? null,
			});
			expect(row.pairedItem).toEqual({ item: 0 });
			expect(Object.keys(row.binary ?? {})).toEqual(['data']);
			expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId, index));
		}
	});

	it('split while the task still runs stay one item', async () => {
		const taskId = bench.task({ queuedFor: 60_000, images: 2 });
		const row = await bench.rowOf(taskId, {
			parameters: { waitForCompletion: false },
			options: { splitImages: true },
		});
		expect(row.json).toMatchObject({ completed: false, image_urls: [] });
	});
});

describe('Simplify off', () => {
	it.each(['both', 'url', 'binary'])(
		'gives the whole answer as it came, without base64 (%s)',
		async (output) => {
			const taskId = bench.task({ prompt: 'a poet' });
			const kept: AnswerBody[] = [];
			bench.sandbox.inject({ endpoint: 'result', after: true, handle: keepAnswer(kept) });
			const row = await bench.rowOf(taskId, { parameters: { output, simplify: false } });
			const sent = JSON.parse(kept[0].body.toString());
			expect(row.json).toStrictEqual({
				task_id: taskId,
				...sent,
				data: { ...sent.data, binary_data_base64: [] },
			});
			expect(row.binary === undefined).toBe(output === 'url');
		},
	);

	it('keeps fields that nobody documented', async () => {
		const data = { status: 'generating', progress: { percent: 40 }, image_urls: null };
		const taskId = bench.faultyTask(answer(200, { code: 10000, data, extra: [1, null] }));
		const row = await bench.rowOf(taskId, {
			parameters: { waitForCompletion: false, simplify: false },
		});
		expect(row.json).toStrictEqual({ task_id: taskId, code: 10000, data, extra: [1, null] });
	});
});

describe('names', () => {
	it('of files follow File Name, numbers and type included', async () => {
		const row = await bench.rowOf(bench.task({ images: 2, format: 'jpeg' }), {
			options: { fileName: 'portrait of Anna 张' },
		});
		const names = Object.values(row.binary ?? {}).map(({ fileName }) => fileName);
		expect(names).toEqual(['portrait of Anna 张.jpg', 'portrait of Anna 张_1.jpg']);
	});

	it('of output fields follow Put Output File in Field', async () => {
		const row = await bench.rowOf(bench.task({ images: 2 }), {
			parameters: { binaryPropertyName: 'photo' },
		});
		expect(Object.keys(row.binary ?? {})).toEqual(['photo', 'photo_1']);
	});
});
