import fc from 'fast-check';

import { storeImages } from '../../nodes/shared/delivery/images';
import { readSettings } from '../../nodes/DoubaoPortraitSubmit/settings';
import { readAnswer, readRetryAfter } from '../../nodes/shared/api/answer';
import { judge } from '../../nodes/shared/api/judge';
import { readNetworkError } from '../../nodes/shared/api/networkError';
import { withoutKey } from '../../nodes/shared/apiKey';
import { GATEWAY_ROWS, SERVICE_ROWS } from '../../nodes/shared/api/verdictRows';
import { failureOf } from '../../nodes/shared/sentences';
import { waitForTask } from '../../nodes/shared/delivery/waiting';
import { FailureError, failureError, type Failure } from '../../nodes/shared/failure';
import { readTaskId } from '../../nodes/shared/api/taskId';
import { readConnection } from '../../nodes/shared/connection';
import { readOptions } from '../../nodes/shared/parameters';
import { drawPicture } from '../support/photo';
import { expectNoKey } from '../support/bench';
import { parametersWith } from '../support/context';
import { keepFigures } from '../support/figures';
import { deliveryWith } from '../support/run';
import { fuzzedRun } from './fuzzRun';
import { ECHO, KEY } from './types';

let runs = 0;
afterAll(() => keepFigures('fuzz', { runs }));

async function holds<T>(
	count: number,
	given: fc.Arbitrary<T>,
	check: (value: T) => void | Promise<void>,
): Promise<void> {
	const property = fc.asyncProperty(given, async (value) => {
		runs += 1;
		await check(value);
	});
	await fc.assert(property, { numRuns: count });
}

/** Whatever happened, a person can read it. */
function expectReadable({ message, remedy }: Failure): void {
	expect(message.trim()).not.toBe('');
	expect(message).not.toMatch(
		/TypeError|RangeError|Cannot read|is not a function|\[object Object\]/,
	);
	expect(message).not.toMatch(/ECONNRESET|ERR_/);
	expect(remedy).not.toMatch(/TypeError|Cannot read|\[object Object\]/);
	expectNoKey([message, remedy], KEY);
}

const header = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom<unknown>(...['0', '-1', '1e400', 'NaN', '0x10', ' 7 ', '', '1, 2'], ECHO),
	fc.constantFrom<unknown>([], ['1'], {}, null, 5),
	fc.integer().map(String),
	fc.double().map(String),
	fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
	fc.anything(),
);
const headers = fc.dictionary(
	fc.constantFrom('retry-after', 'content-length', 'content-type', 'location', 'content-encoding'),
	header,
);
const status = fc.oneof(
	fc.constantFrom(200, 200, 200, 206, 304, 404, 429, 500, 503),
	fc.integer({ min: 100, max: 999 }),
);
const picture = drawPicture(16);
const bytes = fc.oneof(
	fc.uint8Array({ maxLength: 200 }),
	fc.constant(Uint8Array.from(picture)),
	fc.nat({ max: picture.length }).map((at) => Uint8Array.from(picture.subarray(0, at))),
	fc
		.constantFrom('ffd8ff', '52494646ffffffff57454250', '474946383961')
		.map((start) => Uint8Array.from(Buffer.from(start + '00'.repeat(80), 'hex'))),
);
const json = fc
	.oneof(
		fc.jsonValue({ maxDepth: 4 }),
		fc.record({
			code: fc.constantFrom<unknown>(10000, 50429, ECHO, null, 50500),
			message: fc.constantFrom<unknown>(ECHO, 5),
			data: fc.jsonValue(),
		}),
		fc.record({
			code: fc.constant(10000),
			data: fc.record({
				status: fc.constantFrom('done', 'in_queue', ECHO),
				image_urls: fc.jsonValue(),
			}),
		}),
	)
	.map((value) => Uint8Array.from(Buffer.from(JSON.stringify(value))));
/** A body in pieces, cut anywhere, in the middle of a character as well. */
const pieces = (body: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> =>
	fc.tuple(body, fc.array(fc.nat({ max: 300 }), { maxLength: 4 })).map(([whole, cuts]) => {
		const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
		return at
			.slice(1)
			.map((end, index) => whole.subarray(at[index], end))
			.filter((piece) => piece.length > 0);
	});
const answered = (body: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Parameters<typeof fuzzedRun>[0]> =>
	fc.record({ statusCode: status, headers, chunks: pieces(body), breaks: fc.boolean() });

const settings = deliveryWith({ options: { maxFileSize: 0.001 } });
/** One answer about the task is enough, and where none tells anything of it, that is the failure. */
const checkOnce = {
	...settings,
	plan: { ...settings.plan, waitForCompletion: false, maxWait: 1000 },
};

describe('fuzzing', () => {
	it('of headers: Retry-After is a time to wait or nothing', async () => {
		await holds(4000, header, (value) => {
			const wait = readRetryAfter(value, 1_700_000_000_000);
			if (wait !== undefined) expect(Number.isFinite(wait) && wait >= 0).toBe(true);
		});
	});

	it('of answers of the API, body and headers and breaks: always a state, and a failure that can be read', async () => {
		const body = fc.oneof(json, bytes, fc.constant(Uint8Array.from(Buffer.from(`<html>${ECHO}`))));
		await holds(3000, answered(body), async (answer) => {
			const { item } = fuzzedRun(answer);
			try {
				const request = { task_id: '7140764426627822918', form: 'links' } as const;
				const ending = await waitForTask(item, request, checkOnce);
				expect(['unfinished', 'done']).toContain(ending.kind);
				expectNoKey(ending, KEY);
			} catch (error) {
				expect(error).toBeInstanceOf(FailureError);
				if (!(error instanceof FailureError)) return;
				// It is what the answer means, not that time has passed.
				expect(error.failure.kind).not.toBe('timeout');
				expectReadable(error.failure);
				expectNoKey(error.failure, KEY);
			}
		});
	});

	it('of answers to a submit: never called surely not taken unless a row says so of its code or its status', async () => {
		const known = [...SERVICE_ROWS, ...GATEWAY_ROWS].flatMap(({ code = [] }) => code);
		const httpStatus = fc.constantFrom(200, 201, 303, 409, 500, 502, 999);
		await holds(2000, fc.tuple(fc.oneof(json, bytes), httpStatus), ([body, httpStatus]) => {
			const text = Buffer.from(body).toString();
			const answer = readAnswer({ httpStatus, text }, 0);
			if (judge(answer, 'submit')?.taken === 'no') expect(known).toContain(answer.code);
		});
	});

	it('of task IDs: the text that was given, or a number in full, or refused', async () => {
		const given = fc.oneof(
			fc.anything(),
			fc.bigInt(),
			fc.double({ min: 1e15, max: 1e25 }),
			fc.double({ min: 1e15, max: 1e25 }).map(String),
			fc.stringMatching(/^\d{19}$/),
			fc.stringMatching(/^\d{19}$/).map(Number),
		);
		await holds(5000, given, (value) => {
			let id: string;
			try {
				id = readTaskId(value);
			} catch (error) {
				expect(error).toBeInstanceOf(FailureError);
				return;
			}
			expect(id).not.toMatch(/^\d(\.\d+)?e\+?\d+$/i);
			if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
			if (typeof value !== 'string') expect(id).toBe(String(value));
			else if (/^\d+$/.test(value)) expect(id).toBe(value);
		});
	});

	it('of answers of the image host: a whole image, byte for byte, or a failure that can be read', async () => {
		await holds(2000, answered(bytes), async (answer) => {
			const { item, stored, pauses } = fuzzedRun(answer);
			const link = 'https://file.example/a.png';
			const sent = Buffer.concat(answer.chunks);
			try {
				await storeImages(item, settings, [{ link }], () => 'a');
				expect(stored).toHaveLength(1);
				expect(stored[0].equals(sent)).toBe(true);
				expect(Number(answer.headers['content-length'])).toBe(sent.length);
				expect(answer.statusCode).toBe(200);
				expect(sent.length).toBeLessThanOrEqual(settings.maxFileSize);
				expect(answer.breaks).toBe(false);
			} catch (error) {
				expect(error).toBeInstanceOf(FailureError);
				if (!(error instanceof FailureError)) return;
				expectReadable(error.failure);
				expect(stored).toEqual([]);
			}
			expect(Math.max(0, ...pauses)).toBeLessThanOrEqual(60_000);
		});
	});

	it('of base64 images: a whole image or a failure that can be read', async () => {
		const base64 = fc.oneof(
			fc.string(),
			bytes.map((one) => Buffer.from(one).toString('base64')),
		);
		await holds(1000, base64, async (given) => {
			const { item, stored } = fuzzedRun({
				statusCode: 200,
				headers: {},
				chunks: [],
				breaks: false,
			});
			const failure = await storeImages(item, settings, [{ base64: given }], () => 'a').then(
				() => undefined,
				(error: unknown) => error,
			);
			expect(stored).toHaveLength(failure === undefined ? 1 : 0);
			if (failure !== undefined) expect(failure).toBeInstanceOf(FailureError);
		});
	});

	it('of errors of the network: never without words, never a word of Node.js for those known, never the key', async () => {
		const error: fc.Arbitrary<unknown> = fc.oneof(
			fc.anything(),
			fc.record({
				code: fc.oneof(
					fc.constantFrom('ECONNRESET', 'Z_DATA_ERROR', 'HPE_INVALID_CONSTANT', 'EPROTO'),
					fc.anything(),
				),
				message: fc.oneof(fc.constantFrom(ECHO, '', ' '), fc.anything()),
				cause: fc.anything(),
			}),
		);
		await holds(2000, error, (given) => {
			const hide = (text: string): string => withoutKey(text, KEY);
			const error = readNetworkError(given, { host: 'api.example', hide });
			const failure = failureOf(error, judge(error, 'submit'));
			expect(failure.message).toMatch(/^No answer from api\.example: \S/);
			expect(failure.remedy).not.toBe('');
			expectNoKey([failure, error.cause.stack], KEY);
		});
	});

	const anyValue = fc.oneof(fc.anything(), fc.jsonValue(), fc.double(), fc.integer(), fc.string());
	const optionNames = fc.constantFrom(
		...['aigcMeta', 'allowUnauthorizedCerts', 'fileName', 'maxConcurrency', 'maxFileSize'],
		...['onTimeout', 'pollInterval', 'proxy', 'requestTimeout', 'splitImages', 'width', 'height'],
		...['maxWait', 'faceClarity', 'beautification', 'skinSmoothing', 'seed'],
	);
	const parameterNames = fc.constantFrom(
		...['taskId', 'waitForCompletion', 'output', 'binaryPropertyName', 'addWatermark', 'simplify'],
		...['watermarkText', 'watermarkPosition', 'watermarkLanguage', 'watermarkOpacity', 'prompt'],
		...['imageSource', 'imageUrl', 'referenceMode'],
	);
	const parameters = fc
		.tuple(
			fc.dictionary(parameterNames, anyValue, { maxKeys: 5 }),
			fc.oneof(fc.dictionary(optionNames, anyValue, { maxKeys: 4 }), fc.anything()),
			fc.boolean(),
		)
		.map(
			([given, options, plain]): Record<string, unknown> => ({
				...(plain ? { taskId: '7140764426627822918', imageUrl: 'https://a.example/b.jpg' } : {}),
				...given,
				options,
			}),
		);

	it.each([
		[
			'Doubao Portrait Result',
			(given: Record<string, unknown>): unknown => {
				const options = readOptions(parametersWith(given));
				const connection = readConnection(options);
				return [readTaskId(given.taskId), deliveryWith(given), connection];
			},
		],
		[
			'Doubao Portrait Submit',
			(given: Record<string, unknown>): unknown => readSettings(parametersWith(given), false),
		],
	])(
		'of the parameters of %s: settings, or a failure that names the field',
		async (_node, read) => {
			await holds(3000, parameters, (given) => {
				try {
					expect(read(given)).toBeDefined();
				} catch (error) {
					expect(error).toBeInstanceOf(FailureError);
					if (!(error instanceof FailureError)) return;
					const { failure } = failureError(error);
					expect(failure.kind).toBe('parameter');
					expect(failure.message).toMatch(/'[A-Z][\w ()]+'/);
					expect(failure.remedy).not.toBe('');
				}
			});
		},
	);
});
