/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { deliver, hintAtExpiry } from '../../nodes/shared/delivery/deliver';
import { laneFor } from '../../nodes/shared/run';
import { deliveryWith } from '../support/run';
import { samples } from './samples';
import { failureOf, times, world, type Answers, type Reply, type World } from './tasks';

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
	body: [],
});

const finished = (data: object): Reply => ({
	statusCode: 200,
	headers: {},
	body: { code: 10000, request_id: 'REQUEST-1', data: { status: 'done', ...data } },
});

interface Played {
	/** By link, one after the other, of which the last one stays. */
	images?: Record<string, ImageReply[]>;
	/** In n8n's storage, before it keeps a file. */
	store?: (here: World) => Promise<void>;
	maxConcurrency?: number;
}

/** A run where everything is real but n8n's helpers for requests and for its storage. */
function delivering({ images = {}, store, maxConcurrency }: Played = {}) {
	const here = world(0, maxConcurrency);
	const { run, clock, sinceStart } = here;
	/** Every request to the host of the images. */
	const downloads: Array<{ options: IHttpRequestOptions; at: number }> = [];
	const bodies: Readable[] = [];
	/** What n8n's storage keeps. */
	const stored: Array<{ bytes: Buffer; fileName?: string; mimeType?: string }> = [];
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
		bytes: Buffer,
		fileName?: string,
		mimeType?: string,
	): Promise<object> {
		await store?.(here);
		stored.push({ bytes, fileName, mimeType });
		return { data: '', fileName, mimeType };
	}

	Object.assign(run.context.helpers, { httpRequest, prepareBinaryData });
	Object.assign(run.context, { addExecutionHints: (hint: object) => hints.push(hint) });
	return {
		...here,
		downloads,
		bodies,
		stored,
		hints,
		/** The rows of item 7, whose task answers as `answers` says. */
		rowsFor: async (answers: Answers, parameters?: Record<string, unknown>) =>
			await clock.run(deliver(here.item, here.taskOf(answers), deliveryWith(parameters))),
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
	it('hold null where the API gave no link and no request ID', async () => {
		const { rowsFor } = delivering();
		const answer = finished({ binary_data_base64: [PNG_TEXT] });
		const [{ json }] = await rowsFor([{ ...answer, body: { ...answer.body, request_id: '' } }]);
		expect(json).toMatchObject({ image_urls: [], image_url: null, request_id: null });
	});

	it('are one for each image with Split Images, each with its own link and file', async () => {
		const { rowsFor } = delivering({ images: { [FIRST]: [whole] } });
		const answer = finished({ image_urls: [FIRST], binary_data_base64: [null, PNG_TEXT] });
		expect(await rowsFor([answer], { options: { splitImages: true } })).toMatchObject([
			{
				json: { image_index: 0, image_url: FIRST },
				binary: { data: { fileName: '0.png' } },
				pairedItem: { item: 7 },
			},
			{
				json: { image_index: 1, image_url: null },
				binary: { data: { fileName: '0_1.png' } },
				pairedItem: { item: 7 },
			},
		]);
	});
});

describe('that links expire', () => {
	it('is said once where links alone were handed out, if only for one item, and not to an agent', async () => {
		const { rowsFor, run, hints } = delivering({ images: { [FIRST]: [whole] } });
		await rowsFor(LINKS(FIRST));
		hintAtExpiry(run);
		expect(hints).toEqual([]);
		await rowsFor(LINKS(FIRST), { output: 'url' });
		await rowsFor(LINKS(FIRST));
		hintAtExpiry({ ...run, isTool: true });
		expect(hints).toEqual([]);
		hintAtExpiry(run);
		expect(hints).toMatchObject([{ message: expect.stringContaining('probably within 24 hours') }]);
		// An n8n that shows none.
		Object.assign(run.context, { addExecutionHints: undefined });
		expect(() => hintAtExpiry(run)).not.toThrow();
	});
});

describe('an image in base64', () => {
	const text = Buffer.from('hello world, this is text').toString('base64');
	const damaged = `${PNG_TEXT.slice(0, 40)}&#43;${PNG_TEXT.slice(41)}`;

	it.each([
		['is the file without a download, though its link came too', PNG_TEXT, [FIRST], 0],
		['may have line breaks', PNG_TEXT.replace(/(.{30})/g, '$1\r\n'), [], 0],
		['that is no image is downloaded where its link came too', text, [FIRST], 1],
		['that would be damaged is downloaded where its link came too', damaged, [FIRST], 1],
	])('%s', async (_name, base64, links, count) => {
		const { rowsFor, downloads, stored } = delivering({ images: { [FIRST]: [whole] } });
		await rowsFor([finished({ image_urls: links, binary_data_base64: [base64] })]);
		expect(downloads).toHaveLength(count);
		expect(stored).toStrictEqual([{ bytes: PNG, fileName: '0.png', mimeType: 'image/png' }]);
	});

	it('may be as large as Max File Size, and no larger', async () => {
		const { rowsFor, stored } = delivering();
		const rowsOf = async (bytes: number) => {
			const file = Buffer.concat([PNG, Buffer.alloc(bytes - PNG.length)]).toString('base64');
			const options = { maxFileSize: 0.001 };
			return await rowsFor([finished({ binary_data_base64: [file] })], { options });
		};
		await rowsOf(1000);
		expect(stored[0].bytes).toHaveLength(1000);
		const { message, remedy } = await failureOf(rowsOf(1001));
		expect(message).toBe('The image is larger than 0.001 MB');
		expect(remedy).toMatch(/^Raise 'Max File Size' /);
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
	const exact = Buffer.concat([PNG, Buffer.alloc(1000 - PNG.length)]);
	const larger = Buffer.concat([exact, Buffer.alloc(1)]);

	it.each<[string, ImageReply[]]>([
		['succeeds at another try', [status(503), { breaks: 'ECONNRESET' }, whole]],
		['comes whole after it came empty', [image(Buffer.alloc(0)), whole]],
		['is of exactly Max File Size', [image(exact)]],
		['is whole by its length', [image(PNG.subarray(0, 66))]],
		['is whole by its chunks', [chunked(PNG.subarray(0, 66))]],
		['comes in pieces', [image(...times(66, (at) => PNG.subarray(at, at + 1)))]],
	])('that %s is stored byte for byte', async (_how, replies) => {
		const { rows, stored, downloads } = downloading(replies, { maxFileSize: 0.001 });
		await rows;
		const { options } = downloads[0];
		expect(options).toMatchObject({ headers: { 'Accept-Encoding': 'identity' }, maxRedirects: 5 });
		expect(JSON.stringify(options)).not.toContain('sk-of-these-tests');
		const bytes = Buffer.concat(replies.at(-1)?.body ?? []);
		expect(stored).toStrictEqual([{ bytes, fileName: '0.png', mimeType: 'image/png' }]);
		expect(downloads).toHaveLength(replies.length);
	});

	const OTHER_FORM = /^Set 'Output' to Image Files/;
	it.each<[string, ImageReply, number, string, RegExp]>([
		['answered with 503', status(503), 6, 'HTTP status 503', OTHER_FORM],
		['refused for now', status(429), 6, 'HTTP status 429', OTHER_FORM],
		['answered with a part', { ...whole, statusCode: 206 }, 6, 'HTTP status 206', OTHER_FORM],
		['expired', status(404), 1, 'HTTP status 404', /^The link may have expired; .* Set 'Output'/],
		['forbidden', status(403), 1, 'HTTP status 403', /expired; .* Or the host .* refuses this n8n/],
		['stopped by a proxy', status(407), 1, 'HTTP status 407', /^(?!.*expired).*proxy/i],
		// What to do about the network would name the credential of the API.
		['not reached', { breaks: 'ECONNREFUSED' }, 6, 'the connection was refused', OTHER_FORM],
		['not trusted', { breaks: 'CERT_HAS_EXPIRED' }, 1, 'certificate', OTHER_FORM],
		['broken off', { ...endless(PNG), breaks: 'ECONNRESET' }, 6, 'was lost', OTHER_FORM],
		['of no known end', endless(PNG), 6, 'images.example was cut short', OTHER_FORM],
		[
			'a page',
			image(Buffer.from('<html>'.repeat(100))),
			1,
			'images.example sent is not',
			/support/,
		],
		['a few words', image(Buffer.from('gone')), 1, 'images.example sent is not', /support/],
	])('that is %s fails after its tries', async (_why, reply, tries, message, remedy) => {
		const { rows, downloads, stored, bodies } = downloading([reply]);
		const failure = await failureOf(rows);
		expect(downloads).toHaveLength(tries);
		expect(failure).toMatchObject({ kind: 'image', status: 'done' });
		expect(failure.httpStatus).toBe(reply.statusCode);
		expect(failure.message).toContain(message);
		expect(failure.remedy).toMatch(remedy);
		expect(stored).toEqual([]);
		expect(bodies.every(({ destroyed }) => destroyed)).toBe(true);
	});

	it('that fails has what Node.js threw as its cause', async () => {
		const { rows } = downloading([{ breaks: 'ECONNREFUSED' }]);
		await expect(rows).rejects.toMatchObject({ cause: new Error('read ECONNREFUSED') });
	});

	it('is tried again after pauses that grow', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
		const { rows, downloads } = downloading([status(503)]);
		await failureOf(rows);
		expect(downloads.map(({ at }) => at)).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
		jest.restoreAllMocks();
	});

	it.each([
		['60', [0, 60_000]],
		['61', [0]],
	])(
		'is tried again after the %s seconds its host asks for, or not at all',
		async (seconds, at) => {
			const { rows, downloads } = downloading([status(503, { 'retry-after': seconds }), whole]);
			await Promise.allSettled([rows]);
			expect(downloads.map((one) => one.at)).toEqual(at);
		},
	);

	it('gives its place back whether it succeeds or fails', async () => {
		const images = { [FIRST]: [status(404)], [SECOND]: [whole], [THIRD]: [{ breaks: 'EPROTO' }] };
		const { rowsFor, downloads, run } = delivering({ images, maxConcurrency: 1 });
		await failureOf(rowsFor(LINKS(FIRST, SECOND, THIRD)));
		expect(new Set(downloads.map(({ options }) => options.url)).size).toBe(3);
		(await laneFor(run, 'files').enter()).end();
	});

	it.each([
		['as HTTP tells', image(larger)],
		['of which HTTP tells nothing', chunked(exact, larger, larger)],
	])('that is larger, %s, is final, and the rest is not read', async (_how, reply) => {
		const { rows, stored, bodies, downloads } = downloading([reply], { maxFileSize: 0.001 });
		expect(await failureOf(rows)).toMatchObject({
			kind: 'image',
			message: 'The image is larger than 0.001 MB',
			status: 'done',
		});
		expect([bodies[0].destroyed, stored, downloads.length]).toEqual([true, [], 1]);
	});

	it.each([
		['grow in number while they are small', PNG, 32],
		['stay few while they are large', Buffer.concat([PNG, Buffer.alloc(3_000_000)]), 3],
	])('and others at once %s', async (_how, bytes, most) => {
		const links = times(150, (at) => `https://images.example/${at}.png`);
		const reply = { ...image(bytes), takes: 1000 };
		const images = Object.fromEntries(links.map((link) => [link, [reply]]));
		const { rowsFor, downloads } = delivering({ images });
		await rowsFor(LINKS(...links));
		const starts = downloads.map(({ at }) => at);
		const atOnce = starts.map((at) => starts.filter((other) => other === at).length);
		expect(Math.max(...atOnce)).toBe(most);
	});
});
