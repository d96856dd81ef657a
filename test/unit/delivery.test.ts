/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IBinaryData, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { deliver, hintAtExpiry } from '../../nodes/shared/delivery/deliver';
import { FailureError, type Failure } from '../../nodes/shared/failure';
import { laneFor } from '../../nodes/shared/run';
import { deliveryWith } from '../support/run';
import { samples } from './samples';
import { failureOf, running, world, type Answers, type Reply, type World } from './tasks';

const PNG_TEXT = samples.doneBase64.body.data.binary_data_base64[0];
const PNG = Buffer.from(PNG_TEXT, 'base64');
const FIRST = 'https://images.example/1.png';
const SECOND = 'https://images.example/2.png';
const THIRD = 'https://images.example/3.png';

/** What the host of the images sends for one request. */
interface ImageReply {
	statusCode?: number;
	headers?: Record<string, string>;
	/** In the pieces in which it comes. */
	body?: Buffer[];
	/** The connection breaks with this code of Node.js: behind the body, or in place of an answer where there is none. */
	breaks?: string;
	/** Milliseconds until it comes. */
	takes?: number;
}

/** An image as most hosts send it. */
const image = (...body: Buffer[]): ImageReply => ({
	headers: { 'content-length': String(Buffer.concat(body).length) },
	body,
});
const whole = image(PNG);

/** A body of which HTTP does not say where it ends. */
const endless = (...body: Buffer[]): ImageReply => ({ body });

const chunked = (...body: Buffer[]): ImageReply => ({
	headers: { 'transfer-encoding': 'chunked' },
	body,
});

const status = (statusCode: number, headers = {}): ImageReply => ({
	statusCode,
	headers,
	body: [Buffer.from('not now')],
});

function finished(data: object): Reply {
	const body = {
		code: 10000,
		message: 'Success',
		request_id: 'REQUEST-1',
		data: { status: 'done', ...data },
	};
	return { statusCode: 200, headers: {}, body };
}

interface Delivering extends World {
	/** Every request to the host of the images. */
	downloads: Array<{ options: IHttpRequestOptions; at: number; end?: number }>;
	bodies: Readable[];
	/** What n8n's storage keeps. */
	stored: Array<{ bytes: Buffer; fileName?: string; mimeType?: string }>;
	hints: object[];
	/** What {@link rowsFor} waits for. */
	begin(answers: Answers, parameters?: Record<string, unknown>): Promise<INodeExecutionData[]>;
	/** The rows of item 7, whose task answers as `answers` says. */
	rowsFor(answers: Answers, parameters?: Record<string, unknown>): Promise<INodeExecutionData[]>;
}

interface Played {
	/** By link, one after the other, of which the last one stays. */
	images?: Record<string, ImageReply[]>;
	/** In n8n's storage, before it keeps a file. */
	store?: (here: World) => Promise<void>;
	maxConcurrency?: number;
}

/** A run where everything is real but n8n's helpers for requests and for its storage. */
function delivering({ images = {}, store, maxConcurrency }: Played = {}): Delivering {
	const here = world(0, maxConcurrency);
	const { run, clock, sinceStart } = here;
	const downloads: Delivering['downloads'] = [];
	const bodies: Readable[] = [];
	const stored: Delivering['stored'] = [];
	const hints: object[] = [];

	async function httpRequest(options: IHttpRequestOptions): Promise<object> {
		const { url } = options;
		const asked = downloads.filter((one) => one.options.url === url).length;
		downloads.push({ options, at: sinceStart() });
		const replies = images[url];
		const reply = replies[Math.min(asked, replies.length - 1)];
		if (reply.takes) await clock.after(reply.takes);
		if (reply.breaks && !reply.body) throw broken(reply.breaks);
		const body = Readable.from(piecesOf(reply));
		bodies.push(body);
		return { statusCode: reply.statusCode ?? 200, headers: reply.headers ?? {}, body };
	}

	async function prepareBinaryData(
		data: Buffer | Readable,
		fileName?: string,
		mimeType = '',
	): Promise<IBinaryData> {
		const pieces: Buffer[] = [];
		if (Buffer.isBuffer(data)) pieces.push(data);
		else for await (const piece of data) pieces.push(piece);
		await store?.(here);
		const bytes = Buffer.concat(pieces);
		stored.push({ bytes, fileName, mimeType });
		return { data: bytes.toString('base64'), fileName, mimeType };
	}

	Object.assign(run.context.helpers, { httpRequest, prepareBinaryData });
	Object.assign(run.context, { addExecutionHints: (hint: object) => hints.push(hint) });
	const begin: Delivering['begin'] = async (answers, parameters = {}) => {
		return await deliver(here.item, here.taskOf(answers), deliveryWith(parameters));
	};
	return {
		...here,
		downloads,
		bodies,
		stored,
		hints,
		begin,
		rowsFor: async (...given) => await clock.run(begin(...given)),
	};
}

function broken(code: string): Error {
	return Object.assign(new Error(`read ${code}`), { code });
}

async function* piecesOf({ body = [], breaks }: ImageReply): AsyncGenerator<Buffer> {
	yield* body;
	if (breaks) throw broken(breaks);
}

const LINKS = (...links: string[]): Answers => [finished({ image_urls: links })];

/** What becomes of one image that comes as `replies` say. */
function downloading(replies: ImageReply[], options: Record<string, unknown> = {}) {
	const here = delivering({ images: { [FIRST]: replies } });
	return { ...here, rows: here.rowsFor(LINKS(FIRST), { options }) };
}

describe('the rows of a finished task', () => {
	it('are one with the answer in short and the file, for the item that asked', async () => {
		const { rowsFor, stored } = delivering({ images: { [FIRST]: [whole] } });
		const rows = await rowsFor(LINKS(FIRST));
		expect(rows).toStrictEqual([
			{
				json: {
					task_id: '0',
					status: 'done',
					completed: true,
					image_urls: [FIRST],
					image_url: FIRST,
					request_id: 'REQUEST-1',
				},
				binary: { data: { data: PNG_TEXT, fileName: '0.png', mimeType: 'image/png' } },
				pairedItem: { item: 7 },
			},
		]);
		expect(stored).toStrictEqual([{ bytes: PNG, fileName: '0.png', mimeType: 'image/png' }]);
	});

	it('tell how it was made, where the API tells it', async () => {
		const { rowsFor } = delivering();
		const respData = JSON.stringify({ log_output: { infer_ctx: { params: { seed: 7 } } } });
		const answer = finished({ image_urls: [FIRST], resp_data: respData });
		const rows = await rowsFor([answer], { output: 'url' });
		expect(rows[0].json.generation).toStrictEqual({ seed: 7 });
	});

	it('hold null where the API gave no link and no request ID', async () => {
		const { rowsFor } = delivering();
		const answer = finished({ binary_data_base64: [PNG_TEXT] });
		const rows = await rowsFor([{ ...answer, body: { ...answer.body, request_id: '' } }]);
		const { image_urls, image_url, request_id } = rows[0].json;
		expect([image_urls, image_url, request_id]).toStrictEqual([[], null, null]);
	});

	it('number the files of several images, and their fields', async () => {
		const { rowsFor, stored } = delivering({ images: { [FIRST]: [whole], [SECOND]: [whole] } });
		const options = { fileName: 'anna' };
		const rows = await rowsFor(LINKS(FIRST, SECOND), { binaryPropertyName: 'photo', options });
		expect(Object.keys(rows[0].binary ?? {})).toEqual(['photo', 'photo_1']);
		expect(stored.map(({ fileName }) => fileName)).toEqual(['anna.png', 'anna_1.png']);
	});

	it('are one for each image with Split Images, each with its own link and file', async () => {
		const { rowsFor } = delivering({ images: { [FIRST]: [whole] } });
		const answer = finished({ image_urls: [FIRST], binary_data_base64: [null, PNG_TEXT] });
		const rows = await rowsFor([answer], { options: { splitImages: true } });
		expect(rows).toMatchObject([
			{ json: { image_index: 0, image_url: FIRST }, pairedItem: { item: 7 } },
			{ json: { image_index: 1, image_url: null }, pairedItem: { item: 7 } },
		]);
		const files = rows.map(({ binary }) => binary?.data.fileName);
		expect(files).toEqual(['0.png', '0_1.png']);
		expect(rows.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['data'], ['data']]);
	});

	it('are one even with Split Images while the task runs', async () => {
		const { rowsFor } = delivering();
		const parameters = { waitForCompletion: false, options: { splitImages: true } };
		const rows = await rowsFor([running('in_queue', 'REQUEST-2')], parameters);
		expect(rows).toStrictEqual([
			{
				json: {
					task_id: '0',
					status: 'in_queue',
					completed: false,
					image_urls: [],
					image_url: null,
					request_id: 'REQUEST-2',
				},
				pairedItem: { item: 7 },
			},
		]);
	});

	it.each([true, false])('say so when the time was up, with Simplify %j', async (simplify) => {
		const { rowsFor } = delivering();
		const options = { maxWait: 20, onTimeout: 'return' };
		const rows = await rowsFor([running()], { simplify, options });
		expect(rows).toMatchObject([{ json: { task_id: '0', timed_out: true } }]);
	});
});

describe('the answer as it came, with Simplify off', () => {
	async function rawOf(data: object): Promise<unknown> {
		const { rowsFor } = delivering();
		const rows = await rowsFor([finished({ image_urls: [FIRST], ...data })], {
			simplify: false,
			output: 'url',
		});
		return rows[0].json;
	}

	it('keeps every field, also of what nobody documented', async () => {
		const data = { resp_data: '{ "a": [1] }', more: [1, { deep: null }], mood: { good: true } };
		expect(await rawOf(data)).toStrictEqual({
			task_id: '0',
			code: 10000,
			message: 'Success',
			request_id: 'REQUEST-1',
			data: { status: 'done', image_urls: [FIRST], ...data },
		});
	});

	it('is without the images in base64, which are files by now', async () => {
		expect(await rawOf({ binary_data_base64: [PNG_TEXT] })).toMatchObject({
			data: { image_urls: [FIRST], binary_data_base64: [] },
		});
	});

	it.each<[string, object]>([
		[
			'in data that is text',
			{ data: JSON.stringify({ status: 'done', binary_data_base64: [PNG_TEXT] }) },
		],
		[
			'in a list that is text',
			{ data: { status: 'done', image_urls: JSON.stringify([PNG_TEXT]) } },
		],
	])('is without an image in base64 %s', async (_where, body) => {
		const { rowsFor, stored } = delivering();
		const answer = { statusCode: 200, headers: {}, body: { code: 10000, ...body } };
		const rows = await rowsFor([answer], { simplify: false });
		expect(stored).toHaveLength(1);
		expect(JSON.stringify(rows[0].json)).not.toContain(PNG_TEXT.slice(0, 40));
	});

	it('keeps a text that is as long as an image, and none', async () => {
		const words = 'a portrait of a woman in a rice field';
		expect(
			await rawOf({ result: words, prompt: PNG_TEXT, results: [{ b64_json: 7 }] }),
		).toMatchObject({ data: { result: words, prompt: PNG_TEXT, results: [{ b64_json: 7 }] } });
	});
});

describe('Output', () => {
	it('set to links stores nothing, and the user is told once that they expire', async () => {
		const { rowsFor, run, downloads, stored, hints } = delivering();
		const rows = await rowsFor(LINKS(FIRST), { output: 'url' });
		expect(rows[0]).not.toHaveProperty('binary');
		expect([downloads, stored]).toEqual([[], []]);
		hintAtExpiry(run);
		const message = expect.stringContaining('probably within 24 hours');
		expect(hints).toStrictEqual([{ message, type: 'info', location: 'outputPane' }]);
	});

	it('set to links tells an agent nothing, who cannot see it', async () => {
		const { rowsFor, run, hints } = delivering();
		await rowsFor(LINKS(FIRST), { output: 'url' });
		hintAtExpiry({ ...run, isTool: true });
		expect(hints).toEqual([]);
	});

	it('set to links tells nothing in an n8n that shows no hints', async () => {
		const { rowsFor, run } = delivering();
		await rowsFor(LINKS(FIRST), { output: 'url' });
		Object.assign(run.context, { addExecutionHints: undefined });
		expect(() => hintAtExpiry(run)).not.toThrow();
	});

	it('set to both gives no reason to tell that links expire', async () => {
		const { rowsFor, run, hints } = delivering({ images: { [FIRST]: [whole] } });
		await rowsFor(LINKS(FIRST));
		hintAtExpiry(run);
		expect(hints).toEqual([]);
	});

	it('set to links for one item is not forgotten over the files of the next', async () => {
		const { rowsFor, run, hints } = delivering({ images: { [FIRST]: [whole] } });
		await rowsFor(LINKS(FIRST), { output: 'url' });
		await rowsFor(LINKS(FIRST));
		hintAtExpiry(run);
		expect(hints).toHaveLength(1);
	});

	it('set to links still gives a file for an image that has no link', async () => {
		const { rowsFor, stored } = delivering();
		await rowsFor([finished({ binary_data_base64: [PNG_TEXT] })], { output: 'url' });
		expect(stored).toHaveLength(1);
	});
});

describe('an image in base64', () => {
	it('is the file, without a download, where its link came as well', async () => {
		const { rowsFor, downloads, stored } = delivering();
		const answer = finished({ image_urls: [FIRST], binary_data_base64: [PNG_TEXT] });
		await rowsFor([answer]);
		expect(downloads).toEqual([]);
		expect(stored).toStrictEqual([{ bytes: PNG, fileName: '0.png', mimeType: 'image/png' }]);
	});

	it('that is no image is downloaded where its link came as well', async () => {
		const { rowsFor, stored } = delivering({ images: { [FIRST]: [whole] } });
		const text = Buffer.from('hello world, this is text').toString('base64');
		await rowsFor([finished({ image_urls: [FIRST], binary_data_base64: [text] })]);
		expect(stored.map(({ bytes }) => bytes)).toEqual([PNG]);
	});

	it('is the same image with line breaks', async () => {
		const { rowsFor, stored } = delivering();
		const written = PNG_TEXT.replace(/(.{30})/g, '$1\r\n');
		await rowsFor([finished({ binary_data_base64: [written] })]);
		expect(stored.map(({ bytes }) => bytes)).toEqual([PNG]);
	});

	it('that would be damaged is downloaded where its link came as well', async () => {
		const { rowsFor, stored } = delivering({ images: { [FIRST]: [whole] } });
		const text = `${PNG_TEXT.slice(0, 40)}&#43;${PNG_TEXT.slice(41)}`;
		await rowsFor([finished({ image_urls: [FIRST], binary_data_base64: [text] })]);
		expect(stored.map(({ bytes }) => bytes)).toEqual([PNG]);
	});

	it('that is no image and has no link fails', async () => {
		const { rowsFor } = delivering();
		const text = Buffer.from('hello world, this is text').toString('base64');
		const {
			kind,
			message,
			status: of,
		} = await failureOf(rowsFor([finished({ binary_data_base64: [text] })]));
		expect({ kind, message, status: of }).toEqual({
			kind: 'image',
			message: 'What the API sent as an image is none',
			status: 'done',
		});
	});

	it('may be as large as Max File Size, and no larger', async () => {
		const answer = [finished({ binary_data_base64: [PNG_TEXT] })];
		const { rowsFor, stored } = delivering();
		await rowsFor(answer, { options: { maxFileSize: 0.001 } });
		expect(stored).toHaveLength(1);
		const large = Buffer.concat([PNG, Buffer.alloc(1001 - PNG.length)]).toString('base64');
		const { message, remedy } = await failureOf(
			rowsFor([finished({ binary_data_base64: [large] })], { options: { maxFileSize: 0.001 } }),
		);
		expect(message).toBe('The image is larger than 0.001 MB');
		expect(remedy).toMatch(/^Raise 'Max File Size' /);
	});

	it('of exactly Max File Size is stored', async () => {
		const { rowsFor, stored } = delivering();
		const exact = Buffer.concat([PNG, Buffer.alloc(1000 - PNG.length)]).toString('base64');
		await rowsFor([finished({ binary_data_base64: [exact] })], { options: { maxFileSize: 0.001 } });
		expect(stored[0].bytes).toHaveLength(1000);
	});

	it('that n8n cannot store says why, with what n8n threw as the cause', async () => {
		const cause = new Error('ENOSPC: no space left on device');
		const { rowsFor } = delivering({
			store: async () => {
				throw cause;
			},
		});
		const error: unknown = await rowsFor([finished({ binary_data_base64: [PNG_TEXT] })]).catch(
			(reason: unknown) => reason,
		);
		expect(error).toMatchObject({
			cause,
			failure: {
				kind: 'image',
				message: 'n8n could not store the image: ENOSPC: no space left on device',
				status: 'done',
			},
		});
	});

	it('is not brought by further answers while many of them wait for the storage', async () => {
		const waiting: number[] = [];
		const { begin, clock, asked, stored } = delivering({
			store: async (here) => {
				waiting.push(here.asked.length - stored.length);
				await here.clock.after(1000);
			},
		});
		const answer = finished({ binary_data_base64: [PNG_TEXT] });
		const tasks = Array.from({ length: 60 }, async (_, at) => {
			await begin([{ ...answer, takes: 100 + at }], { output: 'binary' });
		});
		await clock.run(Promise.all(tasks));
		expect([asked.length, stored.length]).toEqual([60, 60]);
		// Eight at once is what the run may ask for in this form.
		expect(Math.max(...waiting)).toBeLessThan(20);
	});

	it('whose storing fails fails its item once those beside it are stored, and none is left in memory', async () => {
		let first = true;
		const { rowsFor, stored, run } = delivering({
			store: async ({ clock }) => {
				const isFirst = first;
				first = false;
				await clock.after(isFirst ? 100 : 200);
				if (isFirst) throw new Error('the disk is full');
			},
		});
		const answer = finished({ binary_data_base64: [PNG_TEXT, PNG_TEXT, PNG_TEXT] });
		expect((await failureOf(rowsFor([answer]))).message).toContain('the disk is full');
		expect(stored.map(({ fileName }) => fileName)).toEqual(['0_1.png', '0_2.png']);
		expect(run.gate.imagesInMemory).toBe(0);
	});
});

describe('a download', () => {
	it('asks for the image as it is, without the key, and follows a few redirects', async () => {
		const { rows, downloads } = downloading([whole]);
		await rows;
		const [{ options }] = downloads;
		expect(options).toMatchObject({
			url: FIRST,
			headers: { 'Accept-Encoding': 'identity' },
			maxRedirects: 5,
			encoding: 'stream',
			timeout: 60_000,
		});
		expect(JSON.stringify(options)).not.toContain('sk-of-these-tests');
	});

	it('ends when the run is stopped', async () => {
		const { rows, downloads, stopping } = downloading([whole]);
		await rows;
		const { abortSignal } = downloads[0].options;
		expect(abortSignal?.aborted).toBe(false);
		stopping.abort(new Error('stopped by the user'));
		expect(abortSignal?.aborted).toBe(true);
	});

	it('goes to storage byte for byte, in however many pieces it came', async () => {
		const bytes = Buffer.concat([PNG, Buffer.alloc(30_000, 7)]);
		const pieces = Array.from({ length: 300 }, (_, at) => bytes.subarray(at * 101, (at + 1) * 101));
		const { rows, stored } = downloading([image(...pieces)]);
		await rows;
		expect(stored).toStrictEqual([{ bytes, fileName: '0.png', mimeType: 'image/png' }]);
	});

	it('is tried again after a growing pause, six times in all, when its host does not answer well', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const { rows, downloads, bodies } = downloading([status(503)]);
		const { kind, message, remedy, status: of, httpStatus } = await failureOf(rows);
		expect(downloads.map(({ at }) => at)).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
		expect(message).toBe(
			'The image could not be downloaded. images.example answered with HTTP status 503',
		);
		expect({ kind, of, httpStatus }).toEqual({ kind: 'image', of: 'done', httpStatus: 503 });
		expect(remedy).toMatch(/^Set 'Output' to Image Files/);
		expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('that succeeds at another try is as good as any', async () => {
		const { rows, stored, downloads } = downloading([status(503), { breaks: 'ECONNRESET' }, whole]);
		await rows;
		expect(downloads).toHaveLength(3);
		expect(stored).toHaveLength(1);
	});

	it('waits as long as its host asks for, up to a minute', async () => {
		const { rows, downloads } = downloading([status(503, { 'retry-after': '60' }), whole]);
		await rows;
		expect(downloads.map(({ at }) => at)).toEqual([0, 60_000]);
	});

	it('is not tried again when its host asks for more than a minute', async () => {
		const { rows, downloads } = downloading([status(503, { 'retry-after': '61' }), whole]);
		expect((await failureOf(rows)).httpStatus).toBe(503);
		expect(downloads).toHaveLength(1);
	});

	it.each<[number, RegExp]>([
		[404, /^The link may have expired; links are good for about 24 hours\. Set 'Output'/],
		[403, /^The link may have expired; .* Or the host of the images refuses this n8n\. Set/],
		[407, /^(?!.*expired).*proxy/i],
	])(
		'refused with HTTP status %i is final, and says why that may be',
		async (statusCode, remedy) => {
			const { rows, downloads } = downloading([status(statusCode), whole]);
			const failure = await failureOf(rows);
			expect(failure.message).toContain(`HTTP status ${statusCode}`);
			expect(failure.remedy).toMatch(remedy);
			expect(downloads).toHaveLength(1);
		},
	);

	it.each([204, 206, 304])('answered with HTTP status %i is no image', async (statusCode) => {
		const { rows, stored } = downloading([{ ...whole, statusCode }]);
		expect((await failureOf(rows)).message).toContain(`HTTP status ${statusCode}`);
		expect(stored).toEqual([]);
	});

	it('whose host cannot be reached is tried again, and keeps what Node.js threw as the cause', async () => {
		const { rows, downloads } = downloading([{ breaks: 'ECONNREFUSED' }]);
		const error: unknown = await rows.catch((reason: unknown) => reason);
		expect(downloads).toHaveLength(6);
		expect(error).toMatchObject({
			cause: new Error('read ECONNREFUSED'),
			failure: { kind: 'image', status: 'done' },
		});
		// What to do about the network would name the credential of the API.
		expect(failureIn(error).remedy).toMatch(/^Set 'Output' to Image Files/);
	});

	it('whose host has no certificate that n8n trusts is not tried again', async () => {
		const { rows, downloads } = downloading([{ breaks: 'CERT_HAS_EXPIRED' }, whole]);
		expect((await failureOf(rows)).kind).toBe('image');
		expect(downloads).toHaveLength(1);
	});

	it('that breaks off is tried again, and the error says what broke', async () => {
		const { rows, downloads, stored } = downloading([{ ...endless(PNG), breaks: 'ECONNRESET' }]);
		const error: unknown = await rows.catch((reason: unknown) => reason);
		expect(downloads).toHaveLength(6);
		expect(error).toMatchObject({
			cause: new Error('read ECONNRESET'),
			failure: { kind: 'image' },
		});
		expect(stored).toEqual([]);
	});

	it('that n8n cannot store is not tried again, and is not blamed on its host', async () => {
		const { rowsFor, downloads } = delivering({
			images: { [FIRST]: [whole] },
			store: async () => {
				throw new Error('the disk is full');
			},
		});
		const { message } = await failureOf(rowsFor(LINKS(FIRST)));
		expect(message).toBe('n8n could not store the image: the disk is full');
		expect(downloads).toHaveLength(1);
	});

	it('gives its place back whether it succeeds or fails', async () => {
		const replies = { [FIRST]: [status(404)], [SECOND]: [whole], [THIRD]: [{ breaks: 'EPROTO' }] };
		const { rowsFor, downloads, run } = delivering({
			images: replies,
			maxConcurrency: 1,
		});
		await failureOf(rowsFor(LINKS(FIRST, SECOND, THIRD)));
		expect(new Set(downloads.map(({ options }) => options.url)).size).toBe(3);
		(await laneFor(run, 'files').enter()).end();
	});

	it('closes the body of its host, read or not', async () => {
		const { rows, bodies } = downloading([status(503), image(Buffer.alloc(5000)), whole]);
		await failureOf(rows);
		expect(bodies).toHaveLength(2);
		expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
	});
});

describe('the size of a download', () => {
	const exact = Buffer.concat([PNG, Buffer.alloc(1000 - PNG.length)]);
	const larger = Buffer.concat([exact, Buffer.alloc(1)]);
	const options = { maxFileSize: 0.001 };

	it('may be exactly Max File Size', async () => {
		const { rows, stored } = downloading([image(exact)], options);
		await rows;
		expect(stored.map(({ bytes }) => bytes)).toEqual([exact]);
	});

	it.each([
		['that HTTP tells', image(larger)],
		['that HTTP does not tell', chunked(exact, larger, larger)],
	])('%s is found out while it comes, is final, and the rest is not read', async (_how, reply) => {
		const { rows, stored, bodies, downloads } = downloading([reply], options);
		const { kind, message, status: of } = await failureOf(rows);
		expect({ kind, message, of }).toEqual({
			kind: 'image',
			message: 'The image is larger than 0.001 MB',
			of: 'done',
		});
		expect([bodies[0].destroyed, stored, downloads.length]).toEqual([true, [], 1]);
	});

	it('lets more images come at once while they are small', async () => {
		const many = Array.from({ length: 60 }, (_, at) => `https://images.example/${at}.png`);
		const atOnce = async (bytes: Buffer): Promise<number> => {
			const reply = { ...image(bytes), takes: 1000 };
			const here = delivering({
				images: Object.fromEntries(many.map((link) => [link, [reply]])),
			});
			await here.rowsFor(LINKS(...many));
			const starts = here.downloads.map(({ at }) => at);
			return Math.max(...starts.map((at) => starts.filter((other) => other === at).length));
		};
		expect(await atOnce(PNG)).toBeGreaterThan(12);
		expect(await atOnce(Buffer.concat([PNG, Buffer.alloc(3_000_000)]))).toBe(3);
	});
});

describe('what comes in place of an image', () => {
	it('is refused at once, and named after its host', async () => {
		const { rows, downloads, stored } = downloading([image(Buffer.from('<html>'.repeat(100)))]);
		const { message, status: of } = await failureOf(rows);
		expect(message).toBe('What images.example sent is not an image');
		expect(of).toBe('done');
		expect([downloads.length, stored.length]).toEqual([1, 0]);
	});

	it('is refused at once even when it is short', async () => {
		const { rows, downloads } = downloading([image(Buffer.from('gone'))]);
		expect((await failureOf(rows)).message).toBe('What images.example sent is not an image');
		expect(downloads).toHaveLength(1);
	});

	it('may come whole the next time, when it is nothing', async () => {
		const { rows, downloads, stored } = downloading([image(Buffer.alloc(0)), whole]);
		await rows;
		expect(downloads).toHaveLength(2);
		expect(stored.map(({ bytes }) => bytes)).toEqual([PNG]);
	});
});

describe('an image is whole when HTTP says where it ends', () => {
	it.each([
		['by its length', image(PNG.subarray(0, 66))],
		['by its chunks', chunked(PNG.subarray(0, 66))],
	])('%s, whatever its end looks like', async (_how, reply) => {
		const { rows, stored } = downloading([reply]);
		await rows;
		expect(stored[0].bytes).toEqual(PNG.subarray(0, 66));
	});

	it('and is asked for again where it says nothing', async () => {
		const { rows, downloads, stored } = downloading([endless(PNG)]);
		expect((await failureOf(rows)).message).toBe(
			'The image could not be downloaded. The image from images.example was cut short',
		);
		expect([downloads.length, stored.length]).toEqual([6, 0]);
	});
});

function failureIn(error: unknown): Failure {
	if (error instanceof FailureError) return error.failure;
	throw new Error(`This is no failure, but ${String(error)}`);
}
