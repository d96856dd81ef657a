import fc from 'fast-check';

import type { CallName } from '../../nodes/shared/api/calls';
import { judge } from '../../nodes/shared/api/judge';
import { GATEWAY_ROWS, SERVICE_ROWS } from '../../nodes/shared/api/verdictRows';
import { readTaskId } from '../../nodes/shared/api/taskId';
import { withoutKey } from '../../nodes/shared/apiKey';
import { FailureError } from '../../nodes/shared/failure';
import { failureOf } from '../../nodes/shared/sentences';
import { read } from './answers';
import { samples } from './samples';

const RUNS = { numRuns: 2000 };

const httpStatus = fc.oneof(
	fc.constantFrom(200, 400, 401, 403, 404, 429, 500, 503),
	fc.integer({ min: 100, max: 599 }),
	fc.integer(),
);
const anyJson = fc.jsonValue({ maxDepth: 6 });
const words = fc.constantFrom(
	...['code', 'data', 'status', 'message', 'request_id', 'error', 'err_code', 'ResponseMetadata'],
	...['Error', 'Code', 'CodeN', 'RequestId', 'image_urls', 'binary_data_base64', 'resp_data'],
	...[
		'log_output',
		'algorithm_base_resp',
		'status_message',
		'__proto__',
		'constructor',
		'toString',
	],
);
const values = fc.oneof(
	anyJson,
	fc.constantFrom<unknown>(
		'done',
		'generating',
		'not_found',
		'Success',
		10000,
		'10000',
		50429,
		-10001,
	),
	fc.constantFrom<unknown>(
		['https://file.302.ai/a.png'],
		['https://'],
		[''],
		['data:image/png;base64,'],
		'{}',
		null,
	),
);
/** JSON that looks like an answer of this API, and holds anything. */
const likeAnswer: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
	node: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		values,
		fc.dictionary(words, tie('node'), { maxKeys: 8 }),
		fc.array(tie('node'), { maxLength: 3 }),
	),
})).node;

/** A known answer in which some places hold something else or nothing. */
const mutated = fc
	.record({
		body: fc.constantFrom<unknown>(...Object.values(samples).map(({ body }) => body)),
		changes: fc.array(fc.record({ at: fc.nat(), value: fc.option(values, { nil: undefined }) }), {
			minLength: 1,
			maxLength: 4,
		}),
	})
	.map(({ body, changes }) => {
		const copy = { root: structuredClone(body) };
		for (const { at, value } of changes) {
			const places = placesIn(copy);
			const place = places[at % places.length];
			Reflect.set(place.holder, place.name, structuredClone(value));
		}
		return copy.root;
	});

function placesIn(root: object): Array<{ holder: object; name: string }> {
	return Object.entries(root).flatMap(([name, value]: [string, unknown]) => [
		{ holder: root, name },
		...(typeof value === 'object' && value !== null ? placesIn(value) : []),
	]);
}

const anyBody: fc.Arbitrary<unknown> = fc.oneof(anyJson, likeAnswer, mutated);

const calls = fc.constantFrom<CallName>('submit', 'upload', 'result', 'models');
const anyText = fc.oneof(
	anyBody.map((body) => JSON.stringify(body) ?? ''),
	anyBody.map((body) => (JSON.stringify(body) ?? '').slice(0, -3)),
	fc.string({ unit: 'binary' }),
	fc.string().map((text) => `<html>${text}`),
);

describe('reading an answer', () => {
	it('never throws, never says done without an image, and always has words for a failure', () => {
		fc.assert(
			fc.property(anyText, httpStatus, calls, (text, status, call) => {
				const answer = read(text, status);
				const verdict = judge(answer, call);
				if (verdict) expect(failureOf(answer, verdict).message.trim()).not.toBe('');
				const isDone = !verdict && answer.data.status === 'done' && call === 'result';
				if (isDone) expect(answer.data.images).not.toEqual([]);
				for (const { link, base64 } of answer.data.images) {
					expect(link ?? base64).toEqual(expect.stringMatching(/\S/));
					if (link !== undefined) expect(URL.canParse(link)).toBe(true);
				}
			}),
			{ numRuns: 5000 },
		);
	});

	it('never calls a submit surely not taken unless a row says so of its code or its status', () => {
		const known = [...SERVICE_ROWS, ...GATEWAY_ROWS].flatMap(({ code = [] }) => code);
		fc.assert(
			fc.property(anyText, fc.constantFrom(200, 201, 303, 409, 500, 502, 999), (text, status) => {
				const answer = read(text, status);
				const verdict = judge(answer, 'submit');
				if (verdict?.taken === 'no') expect(known).toContain(answer.code);
			}),
			RUNS,
		);
	});

	it('never loses a code or a request ID', () => {
		const code = fc.integer().filter((number) => ![10000, 200].includes(number));
		const id = fc.stringMatching(/^\w{1,40}$/);
		fc.assert(
			fc.property(code, id, anyJson, httpStatus, (given, request_id, message, status) => {
				const plain = read({ code: given, request_id, message }, status);
				expect(plain).toMatchObject({ code: given, requestId: request_id });
				expect(judge(plain, 'result')).toBeDefined();
				const wrapped = read({ error: { err_code: given, message } }, status);
				expect(wrapped.code).toBe(given);
			}),
			RUNS,
		);
	});

	it('never loses the digits of a task ID', () => {
		const id = fc.stringMatching(/^[1-9]\d{18}$/);
		fc.assert(
			fc.property(id, anyJson, fc.boolean(), (given, besides, isNumber) => {
				fc.pre(!JSON.stringify(besides).includes('task_id'));
				const data = `{"besides":${JSON.stringify(besides)},"task_id":${isNumber ? given : `"${given}"`}}`;
				expect(read(`{"code":10000,"data":${data}}`).data.taskId).toBe(given);
			}),
			RUNS,
		);
	});

	it('reads JSON as JSON.parse does, but for whole numbers of many digits', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), anyJson), (body) => {
				const text = JSON.stringify(body);
				fc.pre(!/\d{16}/.test(text) && !('data' in body));
				expect(read(text).body).toEqual(JSON.parse(text));
			}),
			RUNS,
		);
	});
});

it('the API key never comes through, as it is or as a part of a URL', () => {
	const key = fc.stringMatching(/^[\x21-\x7e]{16,64}$/);
	fc.assert(
		fc.property(key, fc.string(), fc.string(), (secret, before, after) => {
			expect(withoutKey(before + secret + after, secret)).not.toContain(secret);
			const encoded = encodeURIComponent(secret);
			expect(withoutKey(before + encoded + after, secret)).not.toContain(encoded);
		}),
		RUNS,
	);
});

describe('the task ID', () => {
	const given = fc.oneof(
		fc.anything(),
		fc.double(),
		fc.bigInt(),
		fc.integer(),
		fc.double({ min: 1e15, max: 1e25 }),
		fc.double({ min: 1e15, max: 1e25 }).map(String),
		fc.stringMatching(/^\d{19}$/),
		fc.stringMatching(/^\d{19}$/).map(Number),
		fc
			.tuple(fc.stringMatching(/^\d(\.\d{1,16})?$/), fc.integer({ min: 15, max: 25 }))
			.map(([digits, exponent]) => `${digits}E+${exponent}`),
	);

	it('is never one that lost digits: it is the text that was given, or a number in full, or refused', () => {
		fc.assert(
			fc.property(given, (value) => {
				let id: string;
				try {
					id = readTaskId(value);
				} catch (error) {
					expect(error).toBeInstanceOf(FailureError);
					expect(error).toHaveProperty('failure.kind', 'parameter');
					expect(error).toHaveProperty('failure.message', expect.stringContaining("'Task ID'"));
					return;
				}
				expect(id).not.toMatch(/^\d(\.\d+)?e\+?\d+$/i);
				if (typeof value === 'number') {
					expect(Number.isSafeInteger(value)).toBe(true);
					expect(id).toBe(String(value));
				} else if (/^[\d.,\se+]+$/i.test(String(value))) {
					// However it was written, no digit is missing and none was made up.
					const digits = String(value).replace(/e.*$/i, '').replace(/\D/g, '');
					expect([digits, String(value).trim()]).toContain(/\D/.test(id) ? id : digits);
					expect(/\D/.test(id) || digits.startsWith(id)).toBe(true);
				}
			}),
			{ numRuns: 5000 },
		);
	});

	it('of 19 digits passes as text, with or without blanks around it', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[1-9]\d{18}$/), (id) => {
				expect(readTaskId(id)).toBe(id);
				expect(readTaskId(` ${id}\n`)).toBe(id);
			}),
			RUNS,
		);
	});
});
