/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { Container } from '@n8n/di';
import { createCanvas } from '@napi-rs/canvas';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import { sleep } from 'n8n-workflow';
import { Readable } from 'node:stream';
import waitForExpect from 'wait-for-expect';

import {
	answer,
	endlessBody,
	hang,
	htmlPage,
	redirectTo,
	halfWithoutLength,
	wrongContentLength,
} from '../../sandbox/faults/faults';
import type { Fault } from '../../sandbox/types';
import { bytesOf } from '../support/engine';
import { heardDuring } from '../support/heard';
import { drawPicture } from '../support/photo';
import { doneWith, EVERY_ON_ERROR, storedFiles, useBench } from '../support/bench';

const bench = useBench();

const PNG_START = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

interface FinalFault {
	what: string;
	handle: Fault['handle'];
	after?: boolean;
	says: RegExp;
	/** Bytes of the file, where that matters. */
	bytes?: number;
}

const finals: FinalFault[] = [
	{ what: '404', handle: answer(404, { error: 'gone' }), says: /answered with HTTP status 404/ },
	{ what: '403', handle: answer(403), says: /answered with HTTP status 403/ },
	{ what: '410 with HTML', handle: htmlPage(410), says: /answered with HTTP status 410/ },
	{ what: 'an HTML page', handle: htmlPage(200), says: /is not an image/ },
	{
		what: 'an HTML page that is called an image',
		handle: answer(200, '<html></html>', { 'content-type': 'image/png' }),
		says: /is not an image/,
	},
	{ what: 'JSON', handle: answer(200, { error: 'none' }), says: /is not an image/ },
	{
		what: 'a file that says it is too large',
		handle: (_request, response, real) => {
			response.writeHead(200, { 'content-type': 'image/png', 'content-length': real?.body.length });
			response.end(real?.body);
		},
		after: true,
		bytes: 400_000,
		says: /^The image is larger than 0.2 MB$/,
	},
	{
		what: 'a file that is too large without saying so',
		handle: (_request, response, real) => {
			response.writeHead(200, { 'content-type': 'image/png' });
			Readable.from([real?.body]).pipe(response);
		},
		after: true,
		bytes: 400_000,
		says: /^The image is larger than 0.2 MB$/,
	},
	{
		what: 'a file without an end',
		handle: endlessBody('image/png', PNG_START),
		says: /^The image is larger than 0.2 MB$/,
	},
	{
		what: 'a redirect in a circle',
		handle: (request, response) => redirectTo(request.url ?? '/')(request, response),
		says: /redirects without end/,
	},
];

describe.each(EVERY_ON_ERROR)('a download that cannot work, with %s', (onError) => {
	it.each(finals)('$what fails in plain words, and leaves no file', async (given) => {
		const stored = storedFiles().length;
		const taskId = bench.faultyTask(
			given.handle,
			{ endpoint: 'image', after: given.after, times: Infinity },
			{ bytes: given.bytes },
		);
		const { message, description, details } = await bench.failureOf({
			tasks: [taskId],
			options: { maxFileSize: 0.2 },
			onError,
		});
		expect(message).toMatch(given.says);
		expect(message).not.toMatch(/undefined|\[object|Error:|ECONN|ERR_/);
		expect(description).toMatch(/The portrait is finished and not lost/);
		if (details) expect(details).toMatchObject({ task_id: taskId, status: 'done' });
		else expect(description).toContain(`Task ID ${taskId}`);
		await bench.closed();
		expect(storedFiles()).toHaveLength(stored);
		for (const { bytesSent } of bench.log('image')) expect(bytesSent).toBeLessThan(8_000_000);
	});
});

describe('a download', () => {
	it('is not tried again when trying cannot help', async () => {
		const taskId = bench.faultyTask(answer(404), { endpoint: 'image', times: Infinity });
		await bench.failureOf({ tasks: [taskId] });
		expect(bench.log('image')).toHaveLength(1);
		expect(bench.log('result')).toHaveLength(1);
	});

	it('follows a redirect of the image host', async () => {
		const taskId = bench.task();
		bench.sandbox.inject({
			endpoint: 'image',
			handle: (request, response) =>
				redirectTo(new URL(request.url ?? '', bench.sandbox.imageBaseUrl).href, 307)(
					request,
					response,
				),
		});
		const row = await bench.rowOf(taskId);
		expect(await bytesOf(row)).toEqual(await bench.sandbox.imageBytes(taskId));
	});

	it('that fails for one image is told when those of the others have ended', async () => {
		const taskId = bench.task({ images: 2, bytes: 20_000 });
		bench.sandbox.inject({ endpoint: 'image', taskId, handle: answer(404) });
		bench.sandbox.inject({
			endpoint: 'image',
			taskId,
			after: true,
			handle: (_request, response, real) => {
				sleep(300)
					.then(() => response.writeHead(200).end(real?.body))
					.catch(() => response.destroy());
			},
		});
		await bench.failureOf({ tasks: [taskId], onError: 'continueRegularOutput' });
		const open = bench.log('image').filter(({ finishedAt }) => finishedAt === undefined);
		expect(bench.log('image')).toHaveLength(2);
		expect(open).toEqual([]);
	});

	it('that fails for one of three images fails the item, and leaves no part of a file', async () => {
		const stored = storedFiles().length;
		const taskId = bench.task({ images: 3 });
		bench.sandbox.inject({
			endpoint: 'image',
			taskId,
			skip: 2,
			times: Infinity,
			handle: answer(404),
		});
		const { message } = await bench.failureOf({ tasks: [taskId] });
		expect(message).toContain('HTTP status 404');
		const partOfFiles = (): string[] => storedFiles().filter((name) => name.includes('.tmp.'));
		await waitForExpect(() => expect(partOfFiles()).toEqual([]));
		await bench.closed();
		expect(storedFiles().length - stored).toBeLessThanOrEqual(4);
	});

	it('that goes wrong every time fails in the end, and says so in plain words', async () => {
		const broken = bench.faultyTask(halfWithoutLength, {
			endpoint: 'image',
			after: true,
			times: Infinity,
		});
		const closed = bench.faultyTask(doneWith({ links: ['http://127.0.0.1:1/x.png'] }));
		const { success } = await bench.run({
			tasks: [broken, closed],
			onError: 'continueRegularOutput',
		});
		expect(success.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(
				/could not be downloaded\. The image from 127\.0\.0\.1:\d+ was cut short$/,
			),
			expect.stringMatching(/could not be downloaded\. No answer from 127\.0\.0\.1:1: .* refused$/),
		]);
		expect(bench.log('image').length).toBeGreaterThan(2);
	});

	it("that n8n cannot store says so, is asked for once and is not blamed on the image's host", async () => {
		const full = jest
			.spyOn(Container.get(BinaryDataService), 'store')
			.mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
		try {
			const { message, description } = await bench.failureOf({ tasks: [bench.task()] });
			expect(message).toBe('n8n could not store the image: ENOSPC: no space left on device, write');
			expect(description).toContain('the same task ID');
			expect(bench.log('image')).toHaveLength(1);
		} finally {
			full.mockRestore();
		}
	});

	describe('into a storage that listens to the bytes instead of reading them, as memory and database do', () => {
		let mode: jest.ReplaceProperty<BinaryDataConfig['mode']>;
		beforeEach(() => {
			mode = jest.replaceProperty(Container.get(BinaryDataConfig), 'mode', 'default');
		});
		afterEach(() => mode.restore());

		it('comes there byte for byte', async () => {
			const taskId = bench.task({ bytes: 2_000_000 });
			const { binary } = await bench.rowOf(taskId);
			const sent = await bench.sandbox.imageBytes(taskId);
			expect(Buffer.from(binary?.data.data ?? '', 'base64').equals(sent)).toBe(true);
		});

		it('is tried again when the image is cut short', async () => {
			const taskId = bench.faultyTask(halfWithoutLength, { endpoint: 'image', after: true });
			const { binary } = await bench.rowOf(taskId);
			const sent = await bench.sandbox.imageBytes(taskId);
			expect(Buffer.from(binary?.data.data ?? '', 'base64').equals(sent)).toBe(true);
			expect(bench.log('image')).toHaveLength(2);
		});

		it('is tried again when it broke off before the storage began to listen', async () => {
			const taskId = bench.faultyTask(wrongContentLength, { endpoint: 'image', after: true });
			const { binary } = await bench.rowOf(taskId);
			const sent = await bench.sandbox.imageBytes(taskId);
			expect(Buffer.from(binary?.data.data ?? '', 'base64').equals(sent)).toBe(true);
		});

		it('ends at the largest size allowed', async () => {
			const taskId = bench.faultyTask(endlessBody('image/png', PNG_START), {
				endpoint: 'image',
				times: Infinity,
			});
			const options = { maxFileSize: 0.5 };
			const { message } = await bench.failureOf({ tasks: [taskId], options });
			expect(message).toBe('The image is larger than 0.5 MB');
		});
	});

	it('that breaks off before n8n has opened its file is an error of the item only', async () => {
		const taskId = bench.faultyTask(wrongContentLength, { endpoint: 'image', after: true });
		const work = async (): Promise<unknown> => await bench.rowOf(taskId);
		expect(await heardDuring('uncaughtException', work)).toEqual([]);
	});
});

describe('an image that hangs', () => {
	it('does not hold up other tasks: its place is given back before it is tried again', async () => {
		const tasks = Array.from({ length: 20 }, () => bench.task({ bytes: 2000 }));
		const [hanging] = tasks;
		bench.sandbox.inject({ endpoint: 'image', taskId: hanging, times: 3, handle: hang });
		const { success } = await bench.run({
			tasks,
			options: { maxConcurrency: 1, maxWait: 1, requestTimeout: 0.5 },
			onError: 'continueRegularOutput',
		});
		expect(success.map(({ json }) => json.error)).toEqual(tasks.map(() => undefined));
	});

	it('leaves a place to the API, where there are two', async () => {
		const hanging = Array.from({ length: 3 }, () =>
			bench.faultyTask(hang, { endpoint: 'image' }, { bytes: 2000 }),
		);
		const late = bench.task({ queuedFor: 300, bytes: 2000 });
		await bench.run({
			tasks: [...hanging, late],
			options: { maxConcurrency: 2, requestTimeout: 1.5 },
		});
		const [first] = bench.log('image');
		const asked = bench.log('result', late).filter(({ at }) => at < first.at + 1000);
		expect(asked.map(({ taskStatus }) => taskStatus)).toContain('done');
	});

	it('holds up others only before their own Request Timeout begins', async () => {
		const tasks = Array.from({ length: 5 }, () => bench.task({ bytes: 2000 }));
		bench.sandbox.inject({
			endpoint: 'image',
			after: true,
			times: Infinity,
			handle: (_request, response, real) => {
				sleep(400)
					.then(() => response.writeHead(200).end(real?.body))
					.catch(() => response.destroy());
			},
		});
		// One place for images: the last one waits longer for it than its request may take.
		const options = { maxConcurrency: 2, requestTimeout: 1.2 };
		const { success } = await bench.run({ tasks, options });
		expect(success.every(({ binary }) => binary?.data)).toBe(true);
		expect(bench.log('image')).toHaveLength(5);
	});
});

describe('base64 in an answer', () => {
	it('comes no faster than n8n stores it', async () => {
		let open = (): void => {};
		const opened = new Promise<void>((resolve) => {
			open = resolve;
		});
		const service = Container.get(BinaryDataService);
		const store = service.store.bind(service);
		const slow = jest.spyOn(service, 'store').mockImplementation(async (...given) => {
			await opened;
			return await store(...given);
		});
		try {
			const tasks = Array.from({ length: 40 }, () => bench.task({ bytes: 2000 }));
			const running = bench.run({ tasks, parameters: { output: 'binary' } });
			await waitForExpect(() => expect(slow).toHaveBeenCalled());
			await sleep(500);
			expect(bench.log('result').length).toBeLessThan(20);
			open();
			expect((await running).success).toHaveLength(40);
		} finally {
			slow.mockRestore();
		}
	});

	it('that n8n cannot store says so, and that the portrait is not lost', async () => {
		const full = jest
			.spyOn(Container.get(BinaryDataService), 'store')
			.mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
		try {
			const run = { tasks: [bench.task()], parameters: { output: 'binary' } };
			const { message, description } = await bench.failureOf(run);
			expect(message).toBe('n8n could not store the image: ENOSPC: no space left on device, write');
			expect(description).toContain('not lost');
		} finally {
			full.mockRestore();
		}
	});

	it('that is too large is not read to its end', async () => {
		const taskId = bench.task({ bytes: 3_000_000 });
		const { message, description } = await bench.failureOf({
			tasks: [taskId],
			parameters: { output: 'binary' },
			options: { maxFileSize: 0.5 },
		});
		expect(message).toMatch(/larger than/);
		expect(description).toContain("'Max File Size'");
		expect(bench.log('result')).toHaveLength(1);
	});

	it('without an end is cut off', async () => {
		const start = '{"code":10000,"data":{"status":"done","binary_data_base64":["';
		const taskId = bench.faultyTask(endlessBody('application/json', start), { times: Infinity });
		const { message } = await bench.failureOf({
			tasks: [taskId],
			parameters: { output: 'binary' },
			options: { maxFileSize: 1 },
		});
		expect(message).toMatch(/larger than/);
		await bench.closed();
		expect(bench.log('result')[0].bytesSent).toBeLessThan(20_000_000);
	});
});

describe('an image that is whole as HTTP says', () => {
	/** A JPEG with a label, or a depth map, behind its end mark. */
	const labelled = Buffer.concat([
		createCanvas(48, 48).toBuffer('image/jpeg'),
		Buffer.alloc(3000, 'label '),
	]);

	it.each([
		['a length', { 'content-length': String(labelled.length) }],
		['chunks', { 'transfer-encoding': 'chunked' }],
	])(
		'by %s is handed on byte for byte, whatever is behind its end mark',
		async (_name, headers) => {
			const taskId = bench.faultyTask(
				(_request, response) => response.writeHead(200, headers).end(labelled),
				{ endpoint: 'image', times: Infinity },
			);
			const row = await bench.rowOf(taskId);
			expect((await bytesOf(row)).equals(labelled)).toBe(true);
			expect(row.binary?.data).toMatchObject({ mimeType: 'image/jpeg', fileExtension: 'jpg' });
			expect(bench.log('image', taskId)).toHaveLength(1);
		},
	);

	it('is handed on however small it is', async () => {
		const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
		const taskId = bench.faultyTask(answer(200, pixel), { endpoint: 'image' });
		const row = await bench.rowOf(taskId);
		expect((await bytesOf(row)).equals(pixel)).toBe(true);
		expect(row.binary?.data.mimeType).toBe('image/gif');
	});

	it('as base64 is handed on byte for byte too', async () => {
		const taskId = bench.faultyTask(doneWith({ base64: [labelled.toString('base64')] }));
		const row = await bench.rowOf(taskId, { parameters: { output: 'binary' } });
		expect((await bytesOf(row)).equals(labelled)).toBe(true);
	});

	it('is looked at for its end mark only where HTTP does not say where it ends', async () => {
		const picture = drawPicture();
		const taskId = bench.faultyTask(
			(_request, response) => {
				response.socket?.end(
					Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), picture.subarray(0, -20)]),
				);
			},
			{ endpoint: 'image' },
		);
		const row = await bench.rowOf(taskId);
		expect((await bytesOf(row)).equals(await bench.sandbox.imageBytes(taskId))).toBe(true);
		expect(bench.log('image', taskId)).toHaveLength(2);
	});

	it.each([
		['avif', createCanvas(48, 48).toBuffer('image/avif'), 'image/avif'],
		['webp', createCanvas(48, 48).toBuffer('image/webp'), 'image/webp'],
		['gif', createCanvas(48, 48).toBuffer('image/gif'), 'image/gif'],
	])('is handed on as what it is: %s', async (extension, file, mimeType) => {
		const handle = answer(200, file, { 'content-type': 'application/octet-stream' });
		const taskId = bench.faultyTask(handle, { endpoint: 'image' });
		const row = await bench.rowOf(taskId);
		expect(row.binary?.data).toMatchObject({ mimeType, fileName: `${taskId}.${extension}` });
		expect((await bytesOf(row)).equals(file)).toBe(true);
	});
});

describe('a link', () => {
	it('that was written as HTML is read as it was meant', async () => {
		const picture = drawPicture();
		const asked: string[] = [];
		const taskId = bench.task();
		bench.sandbox.inject({
			endpoint: 'unknown',
			times: Infinity,
			handle: (request, response) => {
				asked.push(request.url ?? '');
				const { searchParams } = new URL(request.url ?? '', bench.sandbox.imageBaseUrl);
				const isRight = searchParams.get('a') === '1' && searchParams.get('sig') === '2';
				answer(isRight ? 200 : 403, isRight ? picture : '')(request, response);
			},
		});
		const link = `${bench.sandbox.baseUrl}/x.png?a=1&amp;sig=2`;
		bench.sandbox.inject({ endpoint: 'result', taskId, handle: doneWith({ links: [link] }) });
		const row = await bench.rowOf(taskId);
		expect(asked).toEqual(['/x.png?a=1&sig=2']);
		expect((await bytesOf(row)).equals(picture)).toBe(true);
		expect(row.json.image_urls).toEqual([`${bench.sandbox.baseUrl}/x.png?a=1&sig=2`]);
	});

	it('whose host refuses n8n may not only have expired, and there is a way around', async () => {
		const taskId = bench.faultyTask(answer(403), { endpoint: 'image', times: Infinity });
		const { description } = await bench.failureOf({ tasks: [taskId] });
		expect(description).toMatch(/may have expired/);
		expect(description).toMatch(/host of the images refuses this n8n/);
		expect(description).toMatch(/'Output' to Image Files/);
	});
});
