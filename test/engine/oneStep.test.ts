import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';
import waitForExpect from 'wait-for-expect';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { answer, resetBeforeAnswer } from '../../sandbox/faults/faults';
import type { Fault, LogEntry } from '../../sandbox/types';
import { EVERY_ON_ERROR, statusAnswer } from '../support/bench';
import { bytesOf, runInEngine, type EngineResult, type EngineRun } from '../support/engine';
import { drawPicture } from '../support/photo';
import { goneAfter, itemWithFile, PHOTO, photoItems, QUICK, useSubmits } from './submits';

const submits = useSubmits();
const RETRY: EngineRun['settings'] = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** From a photo to its portrait in one node. */
async function portray(
	parameters: IDataObject = {},
	run: Partial<EngineRun> = {},
): Promise<EngineResult> {
	const options = { ...QUICK, ...(parameters.options as IDataObject | undefined) };
	return await submits.run({ ...parameters, waitForCompletion: true, options }, run);
}

const FILE = { imageSource: 'binary' };
const fromLinks = { imageUrl: '={{ $json.photo }}' };
const inject = (fault: Fault): void => submits.sandbox.inject(fault);
/** The task never gets ready while this stands. */
const NEVER_READY: Fault = {
	endpoint: 'result',
	times: Number.POSITIVE_INFINITY,
	handle: statusAnswer('generating'),
};
const NO_IMAGES: Fault = {
	endpoint: 'image',
	times: Number.POSITIVE_INFINITY,
	handle: answer(403, 'no'),
};
/** The answers of the submits from the first `skip` on are held back until `release` is called; they are taken at once. */
function holdSubmits(skip: number): () => void {
	let release = (): void => {};
	const released = new Promise<void>((resolve) => (release = resolve));
	inject({
		endpoint: 'submit',
		skip,
		times: Number.POSITIVE_INFINITY,
		after: true,
		handle: (_request, response, real) => {
			void released.then(() => {
				response.writeHead(real?.status ?? 500, real?.headers);
				response.end(real?.body);
			});
		},
	});
	return release;
}

const TEXT_RISK = answer(400, '{"code":50412,"message":"Text Risk Not Pass","data":null}');

/** Refuses one request in the API's words, and calls `done` when the answer is out. */
function refuse(code: number, message: string, done: () => void): Fault['handle'] {
	return (request, response, real) => {
		answer(400, JSON.stringify({ code, message, data: null }))(request, response, real);
		response.once('close', done);
	};
}

describe('a portrait in one step', () => {
	it('is the row of Doubao Portrait Result with the photo beside it, and the file', async () => {
		const { success } = await portray({ prompt: 'A king' });
		const [taskId] = submits.taskIds();
		const { success: fetched } = await runInEngine({
			node: new DoubaoPortraitResult(),
			parameters: { taskId },
			credential: { apiKey: submits.sandbox.key, baseUrl: submits.sandbox.baseUrl },
		});
		expect(success).toHaveLength(1);
		expect(success[0].json).toEqual({
			...fetched[0].json,
			request_id: expect.stringMatching(/^\w+$/),
			image_input: PHOTO,
		});
		expect(success[0].json.image_url).toBe((success[0].json.image_urls as string[])[0]);
		expect(success[0].pairedItem).toEqual({ item: 0 });
		expect((await bytesOf(success[0])).equals(await bytesOf(fetched[0]))).toBe(true);
	});

	it('takes what the panel says of output, file, watermark and options', async () => {
		const { success } = await portray({
			outputBinaryPropertyName: 'portrait',
			addWatermark: true,
			watermarkText: 'Example',
			watermarkPosition: 2,
			simplify: false,
			options: { fileName: 'anna', splitImages: true },
		});
		const asked = submits.sandbox.log.find(({ endpoint }) => endpoint === 'result');
		expect(asked?.body).toContain('logo_text_content');
		expect(success[0].binary?.portrait.fileName).toBe('anna.png');
		expect(success[0].json).toMatchObject({
			code: 10000,
			image_index: 0,
			task_id: submits.taskIds()[0],
			image_input: PHOTO,
		});
	});

	it('is not asked for without Wait for Completion, whatever the options hold', async () => {
		const { success } = await submits.run({
			options: { maxWait: 'nonsense', maxConcurrency: -1 },
		});
		expect(Object.keys(success[0].json)).toEqual(['task_id', 'request_id', 'image_input']);
		expect(submits.calls('result')).toBe(0);
	});

	it('can be asked for by some items, and the task ID by others', async () => {
		const mixed = await submits.run(
			{ ...fromLinks, waitForCompletion: '={{ $itemIndex === 1 }}', options: QUICK },
			{ items: photoItems(3) },
		);
		expect(mixed.success.map(({ json }) => json.completed)).toEqual([undefined, true, undefined]);
	});

	it('is fetched while the submit of another photo is not answered yet', async () => {
		const release = holdSubmits(1);
		const portraying = portray(fromLinks, { items: photoItems(2) });
		await waitForExpect(() => expect(submits.calls('image')).toBe(1)).finally(release);
		const { success } = await portraying;
		expect(success.map(({ json }) => json.image_input)).toEqual(
			photoItems(2).map(({ json }) => json.photo),
		);
		expect(success.every(({ binary }) => binary?.data)).toBe(true);
	});

	it.each([
		[1, true],
		[3, true],
		[2, '={{ $itemIndex !== 0 }}'],
	])(
		'has no more than %i requests under way when that is Max Concurrency, be it waited for by %s',
		async (most, waitForCompletion) => {
			const photo = await itemWithFile(drawPicture());
			const { success } = await submits.run(
				{ ...FILE, waitForCompletion, options: { ...QUICK, maxConcurrency: most } },
				{ items: Array.from({ length: 6 }, () => photo) },
			);
			expect(success.filter(({ binary }) => binary?.data)).toHaveLength(most === 2 ? 5 : 6);
			// The places are one for all: submits, uploads, checks and images.
			const { log } = submits.sandbox;
			const mostOpen = Math.max(
				...log.map(({ at }) => log.filter((other) => isOpenAt(other, at)).length),
			);
			expect(mostOpen).toBeLessThanOrEqual(most);
			expect(mostOpen).toBeGreaterThan(most === 1 ? 0 : 1);
		},
	);
});

/** Whether a request was being answered at that time, in milliseconds since the sandbox started. */
function isOpenAt({ at, finishedAt = at }: LogEntry, time: number): boolean {
	return at <= time && time < finishedAt;
}

describe('once there is a task ID', () => {
	it.each<[string, Fault, IDataObject]>([
		[
			'the portrait was not ready in time',
			{ ...NEVER_READY, times: 4 },
			{ maxWait: 0.3, pollInterval: 0.2 },
		],
		['its file could not be had', { ...NO_IMAGES, times: 1 }, {}],
	])('Retry On Fail waits for the same task when %s', async (_case, fault, options) => {
		inject(fault);
		const { success, runs } = await portray({ options }, { settings: RETRY });
		expect(runs).toBeGreaterThan(1);
		expect(submits.calls('submit')).toBe(1);
		expect(success[0].json).toMatchObject({ completed: true, task_id: submits.taskIds()[0] });
		expect(success[0].binary?.data).toBeDefined();
	});

	it('On Timeout can hand out its status, and Retry On Fail has nothing to do', async () => {
		inject(NEVER_READY);
		const { success, runs } = await portray(
			{ options: { maxWait: 0.3, onTimeout: 'return' } },
			{ settings: RETRY },
		);
		expect(runs).toBe(1);
		expect(success[0].json).toMatchObject({
			completed: false,
			timed_out: true,
			task_id: submits.taskIds()[0],
			image_input: PHOTO,
		});
	});

	it('a key that is refused while waiting keeps the other photos from being submitted', async () => {
		const release = holdSubmits(1);
		inject({
			endpoint: 'result',
			handle: (request, response, real) => {
				answer(401, '{"error":{"err_code":-10001,"message":"bad key"}}')(request, response, real);
				response.once('close', release);
			},
		});
		const { success } = await portray(fromLinks, {
			items: photoItems(100),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(submits.sandbox.orders.length).toBeLessThan(60);
		const unsent = success.filter(({ json }) => !submits.taskIds().includes(idIn(json)));
		expect(unsent.length).toBeGreaterThan(40);
		for (const { json } of unsent) {
			expect(json.error).toContain('bad key');
			expect((json.details as IDataObject).description).toContain('Nothing more was sent');
		}
	});

	it('an empty balance fails the photos that are not submitted yet, and the portraits under way are handed over', async () => {
		inject({
			endpoint: 'submit',
			skip: 3,
			times: Number.POSITIVE_INFINITY,
			handle: answer(402, '{"error":{"err_code":-10004,"message":"balance too low"}}'),
		});
		const { success } = await portray(fromLinks, {
			items: photoItems(20),
			settings: { onError: 'continueRegularOutput' },
		});
		expect(submits.sandbox.orders).toHaveLength(3);
		expect(success.filter(({ json }) => json.completed === true)).toHaveLength(3);
		expect(success.filter(({ json }) => json.error)).toHaveLength(17);
	});
});

/** The task ID that a row names. */
function idIn(json: IDataObject): string {
	const details = json.details as IDataObject | undefined;
	return String(json.task_id ?? details?.task_id);
}

describe('a node that stops', () => {
	it('ends the waiting, waits for submits on their way, and names every task that there is', async () => {
		// The first photo is refused by the review; the others never get ready, and the last is answered after that.
		const release = holdSubmits(3);
		inject({
			endpoint: 'result',
			handle: refuse(50411, 'Pre Img Risk Not Pass', release),
		});
		inject(NEVER_READY);
		const { task } = await portray(fromLinks, { items: photoItems(4) });
		expect(task.error?.message).toContain('Pre Img Risk Not Pass');
		const ids = submits.taskIds();
		expect(ids).toHaveLength(4);
		for (const id of ids) expect(task.error?.description?.split(id)).toHaveLength(2);
		expect(task.error?.description).toContain('to be fetched with Doubao Portrait Result');
	});

	it('says of how many more nobody knows whether they were taken', async () => {
		const release = holdSubmits(4);
		inject({
			endpoint: 'submit',
			skip: 2,
			handle: refuse(50412, 'Text Risk Not Pass', release),
		});
		inject({ endpoint: 'submit', skip: 1, after: true, handle: resetBeforeAnswer });
		const { task } = await submits.run(fromLinks, { items: photoItems(3) });
		expect(task.error?.message).toMatch(/Text Risk Not Pass|may have been taken/);
		expect(task.error?.description).toMatch(/usage records at 302\.ai/);
	});
});

describe('a later try that ends early', () => {
	it.each<[string, EngineRun['settings']]>([
		['stopWorkflow', {}],
		...EVERY_ON_ERROR.map((onError): [string, EngineRun['settings']] => [
			`${onError}, Retry On Fail`,
			{ ...RETRY, onError },
		]),
	])(
		'because of a cancel, or a first try, names every task that there is (%s)',
		async (_which, settings) => {
			inject(NEVER_READY);
			const cancelWhen = waitForExpect(() => {
				expect(submits.taskIds()).toHaveLength(3);
				expect(submits.calls('result')).toBeGreaterThan(5);
			});
			const { task } = await portray(fromLinks, {
				items: photoItems(3),
				settings,
				cancelWhen,
			});
			const said = `${task.error?.message} ${task.error?.description}`;
			for (const id of submits.taskIds()) expect(said).toContain(id);
		},
	);

	it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'hands out what an earlier try submitted although the photo is gone by then (%s)',
		async (onError) => {
			inject({
				endpoint: 'result',
				handle: answer(400, '{"code":50215,"message":"no","data":null}'),
			});
			const photo = await itemWithFile(drawPicture());
			const gone = goneAfter(2);
			const { success, runs } = await portray(
				{ ...FILE, options: { numberOfPortraits: 2 } },
				{ items: [photo], settings: { ...RETRY, onError } },
			);
			gone.mockRestore();
			expect(runs).toBe(2);
			expect(submits.sandbox.orders).toHaveLength(2);
			expect(success.map(({ json }) => json.task_id).sort()).toEqual(submits.taskIds().sort());
		},
	);
});

it('a later try does not pass over a submit of which nobody knows, for a photo that is gone', async () => {
	inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
	const items = [await itemWithFile(drawPicture()), await itemWithFile(drawPicture())];
	const service = Container.get(BinaryDataService);
	const { fileSize } = await service.getMetadata(items[0]?.binary?.data.id ?? '');
	const second = items[1]?.binary?.data.id;
	let looks = 0;
	const gone = jest.spyOn(service, 'getMetadata').mockImplementation(async (id) => {
		if (id === second && (looks += 1) > 1) throw new Error('Stored file not found');
		return { fileSize };
	});
	const { task } = await portray(FILE, { items, settings: { ...RETRY, maxTries: 2 } });
	gone.mockRestore();
	const said = `${task.error?.message} ${task.error?.description}`;
	expect(said).toMatch(/may have been taken/);
	expect(submits.sandbox.orders.length).toBeLessThanOrEqual(2);
});

describe('the size', () => {
	it.each([
		['default', {}, {}],
		['1:1', {}, { width: 1328, height: 1328 }],
		['3:4', {}, { width: 1152, height: 1536 }],
		['2:3', {}, { width: 1088, height: 1632 }],
		['9:16', {}, { width: 1008, height: 1792 }],
		['4:3', {}, { width: 1536, height: 1152 }],
		['3:2', {}, { width: 1632, height: 1088 }],
		['16:9', {}, { width: 1792, height: 1008 }],
		['default', { width: 600 }, { width: 600, height: 1328 }],
		['default', { height: 600 }, { width: 1328, height: 600 }],
		['3:4', { width: 600 }, { width: 600, height: 1536 }],
	])('%s with %j sends %j', async (size, options, sent) => {
		await submits.run({ size, options });
		expect(submits.sandbox.orders[0].body).toEqual({ image_input: PHOTO, ...sent });
	});
});

describe('several portraits of a photo', () => {
	it('are an item each, paired with the photo, and the same file is uploaded once for all items', async () => {
		const photo = await itemWithFile(drawPicture());
		const { success } = await portray(
			{ ...FILE, options: { numberOfPortraits: 4 } },
			{ items: [photo, photo] },
		);
		expect(submits.calls('upload')).toBe(1);
		expect(submits.sandbox.orders).toHaveLength(8);
		expect(new Set(success.map(({ json }) => json.task_id)).size).toBe(8);
		expect(success.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 0, 0, 1, 1, 1, 1].map((item) => ({ item })),
		);
		expect(success.every(({ binary }) => binary?.data)).toBe(true);
	});

	it.each([
		[7, [7, 8, 9]],
		[-1, [-1, -1, -1]],
		[undefined, [undefined, undefined, undefined]],
	])('with the seed %s send the seeds %j', async (seed, seeds) => {
		await submits.run({ options: { numberOfPortraits: 3, seed } });
		expect(submits.sandbox.orders.map(({ body }) => body.seed).sort()).toEqual(seeds);
	});

	it('have files with names of their own', async () => {
		const { success } = await portray({ options: { numberOfPortraits: 3, fileName: 'anna' } });
		expect(success.map(({ binary }) => binary?.data?.fileName)).toEqual([
			'anna.png',
			'anna_1.png',
			'anna_2.png',
		]);
	});

	it('fail alone, and say which one failed', async () => {
		inject({ endpoint: 'submit', skip: 1, handle: TEXT_RISK });
		const { success, errors } = await portray(
			{ options: { numberOfPortraits: 3 } },
			{ settings: { onError: 'continueErrorOutput' } },
		);
		expect(success).toHaveLength(2);
		expect(errors.map(({ json: { error, details } }) => ({ error, details }))).toEqual([
			{
				error: expect.stringContaining('Text Risk Not Pass'),
				details: expect.objectContaining({ submitted: 'no', portrait: 1 }),
			},
		]);
	});

	it.each<[string, IDataObject]>([
		['has no photo', FILE],
		['has a bad option', { prompt: '={{ [1] }}' }],
	])('of an item that %s are one error', async (_case, parameters) => {
		const { success } = await portray(
			{ ...parameters, options: { numberOfPortraits: 4 } },
			{ settings: { onError: 'continueRegularOutput' } },
		);
		expect(success).toHaveLength(1);
		expect(success[0].json.error).toEqual(expect.any(String));
	});

	it('whose photo cannot be uploaded are one error each', async () => {
		inject({
			endpoint: 'upload',
			handle: answer(400, '{"code":-10015,"message":"resolution"}'),
		});
		const { success } = await portray(
			{ ...FILE, options: { numberOfPortraits: 4 } },
			{
				items: [await itemWithFile(drawPicture())],
				settings: { onError: 'continueRegularOutput' },
			},
		);
		expect(success.map(({ json }) => json.details)).toMatchObject(
			[0, 1, 2, 3].map((portrait) => ({ portrait, submitted: 'no' })),
		);
		expect(submits.sandbox.orders).toHaveLength(0);
	});

	it('are not submitted once more by Retry On Fail, but for those that never were', async () => {
		inject({ endpoint: 'submit', skip: 1, after: true, handle: resetBeforeAnswer });
		const { runs, success } = await portray(
			{ options: { numberOfPortraits: 3 } },
			{ settings: { ...RETRY, onError: 'continueRegularOutput' } },
		);
		expect(runs).toBeGreaterThan(0);
		expect(submits.sandbox.orders).toHaveLength(3);
		expect(success.filter(({ json }) => json.completed === true)).toHaveLength(2);
	});

	it('are submitted anew one by one when their error rows are led back, each with its own seed', async () => {
		const row = { error: 'No balance', details: { submitted: 'no', portrait: 2 } };
		const { success } = await portray(
			{ options: { numberOfPortraits: 3, seed: 5 } },
			{ items: [{ json: row }] },
		);
		expect(success).toHaveLength(1);
		expect(submits.sandbox.orders.map(({ body }) => body.seed)).toEqual([7]);
	});

	it('fail with the reason when the photo is gone at a later try that has only some of them', async () => {
		inject({
			endpoint: 'submit',
			skip: 1,
			handle: TEXT_RISK,
		});
		const photo = await itemWithFile(drawPicture());
		const gone = goneAfter(2);
		const { task } = await portray(
			{ ...FILE, options: { numberOfPortraits: 2 } },
			{ items: [photo], settings: { ...RETRY, maxTries: 2 } },
		);
		gone.mockRestore();
		expect(task.error?.message).toContain('Stored file not found');
		expect(task.error?.description).toContain(submits.taskIds()[0]);
		expect(submits.sandbox.orders).toHaveLength(1);
	});
});

describe('the fields of the incoming item', () => {
	const items = [{ json: { name: 'Anna', task_id: 'theirs', image_url: 'theirs' } }];

	it.each([false, true])(
		'are kept beside the own ones where that is set, with its files (waiting: %s)',
		async (waitForCompletion) => {
			const { binary } = await itemWithFile(drawPicture());
			const files = { photo: binary!.data, data: binary!.data };
			const options = { ...QUICK, includeOtherFields: true };
			const { success } = await submits.run(
				{ waitForCompletion, options },
				{ items: [{ ...items[0], binary: files }] },
			);
			const [{ json, binary: kept }] = success;
			expect(json).toMatchObject({
				name: 'Anna',
				task_id: submits.taskIds()[0],
				image_input: PHOTO,
			});
			expect(kept?.photo).toEqual(files.photo);
			expect(kept?.data?.fileName === undefined).toBe(!waitForCompletion);
			if (waitForCompletion) expect(json.image_url).toMatch(/^http/);
		},
	);

	it('are kept by Doubao Portrait Result too, and not without the option', async () => {
		const taskId = submits.sandbox.addTask();
		const run = async (options: IDataObject): Promise<IDataObject> => {
			const { success } = await runInEngine({
				node: new DoubaoPortraitResult(),
				parameters: { taskId, options },
				items,
				credential: { apiKey: submits.sandbox.key, baseUrl: submits.sandbox.baseUrl },
			});
			return success[0].json;
		};
		expect(await run({ includeOtherFields: true })).toMatchObject({
			name: 'Anna',
			task_id: taskId,
		});
		expect(await run({})).not.toHaveProperty('name');
	});

	it('are kept without those that would say something untrue of the row, and the files that n8n keeps among them', async () => {
		const stale = { error: 'old', timed_out: true, generation: {}, image_index: 3 };
		const { success, runs } = await submits.run(
			{ options: { includeOtherFields: true } },
			{ items: [{ json: { ...stale, note: 'mine', _files: 'not even files' } }], settings: RETRY },
		);
		expect(runs).toBe(1);
		expect(Object.keys(success[0].json).sort()).toEqual([
			'image_input',
			'note',
			'request_id',
			'task_id',
		]);
	});

	it('are not in error rows, which keep their two keys', async () => {
		inject({
			endpoint: 'submit',
			handle: TEXT_RISK,
		});
		const { success } = await portray(
			{ options: { includeOtherFields: true } },
			{ items, settings: { onError: 'continueRegularOutput' } },
		);
		expect(Object.keys(success[0].json).sort()).toEqual(['details', 'error']);
	});
});

describe('for the day the API differs', () => {
	it.each(['/doubao/v2/portrait:make', '/doubao/drawing/portrait/', '/a//b', '/'])(
		'API Path is where the task is submitted: %s',
		async (path) => {
			inject({
				endpoint: 'unknown',
				handle: answer(200, '{"code":10000,"data":{"task_id":"6682608976809320374"}}'),
			});
			const { success } = await submits.run({ options: { apiPath: ` ${path} ` } });
			expect(success[0].json.task_id).toBe('6682608976809320374');
			expect(submits.sandbox.log[0]).toMatchObject({ method: 'POST', path });
		},
	);

	it.each([
		...[
			'doubao',
			'//evil.example/x',
			'/\\evil.example',
			'https://evil.example/x',
			'@evil.example/x',
		],
		...['/a/../b', '/a/%2e%2E/b', '/a%2f%2fevil', '/a?b=c', '/a#b', '/a b', '/a\tb', '/a/.%2e/b'],
	])('the API Path %j is refused', async (apiPath) => {
		const { task } = await submits.run({ options: { apiPath } });
		expect(task.error?.message).toContain("'API Path'");
		expect(submits.sandbox.log).toHaveLength(0);
	});

	it.each([
		'{"detail":"Not Found"}',
		'{"error":{"err_code":-10010,"message":"not found"}}',
		'<html><title>404 Not Found</title></html>',
	])('a 404 names API Path: %s', async (body) => {
		inject({ endpoint: 'submit', handle: answer(404, body) });
		const { task } = await submits.run();
		expect(task.error?.description).toContain("'API Path'");
	});

	it.each(['{"style":"film","prompt":"theirs"}', { style: 'film', prompt: 'theirs' }])(
		'Additional Fields are sent, and the panel wins: %j',
		async (additionalFields) => {
			inject({
				endpoint: 'submit',
				handle: answer(200, '{"code":10000,"data":{"task_id":"6682608976809320374"}}'),
			});
			await submits.run({ prompt: 'A king', options: { additionalFields } });
			expect(JSON.parse(submits.sandbox.log[0].body)).toEqual({
				style: 'film',
				image_input: PHOTO,
				prompt: 'A king',
			});
		},
	);

	it.each([
		...['[1]', '"text"', '{', 'null', 7, [1]].map((one) => [one, "'Additional Fields (JSON)'"]),
		// A refusal that repeats it would pass for a task.
		['{"task_id":"1"}', 'holds a task ID'],
		['{"a":[{"task_id":["order-1"]}]}', 'holds a task ID'],
	])('Additional Fields %j are refused: %s', async (additionalFields, says) => {
		const { task } = await submits.run({ options: { additionalFields } });
		expect(task.error?.message).toContain(says);
		expect(submits.sandbox.log).toHaveLength(0);
	});

	it.each(['7', '"7"'])(
		'a seed in Additional Fields counts up with the portraits, and long numbers stay numbers: %s',
		async (seed) => {
			const handle = answer(200, '{"code":10000,"data":{"task_id":"6682608976809320374"}}');
			inject({ endpoint: 'submit', times: 2, handle });
			const additionalFields = `{"seed":${seed},"number":1700000000000000}`;
			await submits.run({ options: { numberOfPortraits: 2, additionalFields } });
			const bodies = submits.sandbox.log.map(({ body }) => JSON.parse(body));
			expect(bodies.map((body) => body.seed).sort()).toEqual([7, 8]);
			expect(bodies[0].number).toBe(1700000000000000);
		},
	);

	it('empty Additional Fields and an empty API Path are none', async () => {
		await submits.run({ options: { additionalFields: '', apiPath: '' } });
		await submits.run({ options: { additionalFields: '{}' } });
		expect(submits.sandbox.orders.map(({ body }) => body)).toEqual([
			{ image_input: PHOTO },
			{ image_input: PHOTO },
		]);
	});
});

describe('an error row that is led back', () => {
	const rowOf = (taskId: string) => ({
		json: { error: 'It failed', details: { task_id: taskId, submitted: 'yes' } },
	});

	it('of a task that this account does not know is not submitted anew: it may be one of another', async () => {
		const strange = '7418048504813240999';
		const { task } = await portray({}, { items: [rowOf(strange)] });
		expect(task.error?.message).toMatch(/does not know this task/);
		expect(task.error?.description).toContain(strange);
		expect(submits.calls('submit')).toBe(0);
	});

	it('of a task that 302.AI ended names the new one, also when Retry On Fail runs the node again', async () => {
		const ended = submits.sandbox.addTask({ outcome: { kind: 'status', status: 'failed' } });
		inject(NO_IMAGES);
		const { task, runs } = await portray({}, { items: [rowOf(ended)], settings: RETRY });
		expect(runs).toBe(3);
		expect(submits.calls('submit')).toBe(1);
		expect(task.error?.description).toContain(submits.taskIds()[0]);
	});
});
