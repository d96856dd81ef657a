import { Container } from '@n8n/di';
import { createCanvas } from '@napi-rs/canvas';
import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import { sleep } from 'n8n-workflow';
import waitForExpect from 'wait-for-expect';

import {
	answer,
	endlessBody,
	hang,
	halfWithoutLength,
	wrongContentLength,
} from '../../sandbox/faults/faults';
import type { Fault } from '../../sandbox/types';
import { bytesOf } from '../support/engine';
import { drawPicture } from '../support/photo';
import { doneWith, storedFiles, useBench } from '../support/bench';

const bench = useBench();

const PNG_START = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describe('a download', () => {
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

	it.each([
		['both', 'the same task ID'],
		['binary', 'not lost'],
	])(
		"that n8n cannot store says so, and is not blamed on the image's host (Output: %s)",
		async (output, remedy) => {
			const full = jest
				.spyOn(Container.get(BinaryDataService), 'store')
				.mockRejectedValue(new Error('ENOSPC: no space left on device, write'));
			try {
				const run = { tasks: [bench.task()], parameters: { output } };
				const { message, description } = await bench.failureOf(run);
				expect(message).toBe(
					'n8n could not store the image: ENOSPC: no space left on device, write',
				);
				expect(description).toContain(remedy);
				expect(bench.log('image')).toHaveLength(output === 'both' ? 1 : 0);
			} finally {
				full.mockRestore();
			}
		},
	);

	describe('into a storage that listens to the bytes instead of reading them, as memory and database do', () => {
		let mode: jest.ReplaceProperty<BinaryDataConfig['mode']>;
		beforeEach(() => {
			mode = jest.replaceProperty(Container.get(BinaryDataConfig), 'mode', 'default');
		});
		afterEach(() => mode.restore());

		it.each<[string, Fault['handle'] | undefined]>([
			['at once', undefined],
			['when it was cut short at first', halfWithoutLength],
			['when it broke off at first before the storage began to listen', wrongContentLength],
		])('comes there byte for byte %s', async (_when, handle) => {
			const taskId = bench.task({ bytes: 2_000_000 });
			if (handle) bench.sandbox.inject({ endpoint: 'image', taskId, after: true, handle });
			const { binary } = await bench.rowOf(taskId);
			const sent = await bench.sandbox.imageBytes(taskId);
			expect(Buffer.from(binary?.data.data ?? '', 'base64').equals(sent)).toBe(true);
			expect(bench.log('image')).toHaveLength(handle ? 2 : 1);
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

describe('an image that is whole as HTTP says', () => {
	/** A JPEG with a label, or a depth map, behind its end mark. */
	const labelled = Buffer.concat([
		createCanvas(48, 48).toBuffer('image/jpeg'),
		Buffer.alloc(3000, 'label '),
	]);

	it.each<[string, Record<string, string> | undefined]>([
		['a length', { 'content-length': String(labelled.length) }],
		['chunks', { 'transfer-encoding': 'chunked' }],
		['base64 in an answer', undefined],
	])(
		'by %s is handed on byte for byte, whatever is behind its end mark',
		async (_name, headers) => {
			const taskId = headers
				? bench.faultyTask((_request, response) => response.writeHead(200, headers).end(labelled), {
						endpoint: 'image',
						times: Infinity,
					})
				: bench.faultyTask(doneWith({ base64: [labelled.toString('base64')] }));
			const row = await bench.rowOf(taskId);
			expect((await bytesOf(row)).equals(labelled)).toBe(true);
			expect(row.binary?.data).toMatchObject({ mimeType: 'image/jpeg', fileExtension: 'jpg' });
			expect(bench.log('image', taskId)).toHaveLength(headers ? 1 : 0);
		},
	);

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
		// However small.
		[
			'gif',
			Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
			'image/gif',
		],
	])('is handed on as what it is: %s', async (extension, file, mimeType) => {
		const handle = answer(200, file, { 'content-type': 'application/octet-stream' });
		const taskId = bench.faultyTask(handle, { endpoint: 'image' });
		const row = await bench.rowOf(taskId);
		expect(row.binary?.data).toMatchObject({ mimeType, fileName: `${taskId}.${extension}` });
		expect((await bytesOf(row)).equals(file)).toBe(true);
	});
});
