import fc from 'fast-check';

import type { ResponseBody } from '../../nodes/shared/portrait/refusal';
import type { TaskState } from '../../nodes/shared/portrait/taskState';
import { FailureError, quotable } from '../../nodes/shared/failure';
import { BUSINESS_CODES, GATEWAY_CODES } from '../../nodes/shared/portrait/codes';
import { readTaskId } from '../../nodes/shared/portrait/taskId';
import { Secrets } from '../../nodes/shared/transport/secrets';
import { failureIn, read, stateIn } from './replies';
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

/** What must hold of every state, whatever the answer was. */
function expectSound(state: TaskState): void {
	expect(['running', 'done', 'failed', 'askAgain']).toContain(state.state);
	if (state.state === 'done') {
		expect(state.images.length).toBeGreaterThan(0);
		for (const { link, base64 } of state.images) {
			expect(link ?? base64).toEqual(expect.stringMatching(/\S/));
			if (link !== undefined) expect(URL.canParse(link)).toBe(true);
		}
	}
	const failure = failureIn(state);
	if (failure) {
		expect(failure.message.trim()).not.toBe('');
		expect(failure.remedy.trim()).not.toBe('');
		expect(failure.message).not.toMatch(/undefined|\[object Object\]|NaN/);
	}
}

describe('reading an answer', () => {
	it('never throws and never says done without an image, whatever JSON comes under whatever status', () => {
		fc.assert(
			fc.property(anyBody, httpStatus, (body, status) => {
				// The words of the answer itself may hold anything, so only sound ones are looked at here.
				fc.pre(!/undefined|object Object|NaN/.test(JSON.stringify(body) ?? ''));
				expectSound(read(body, status));
			}),
			{ numRuns: 5000 },
		);
	});

	it('never throws when there is no JSON', () => {
		const body: fc.Arbitrary<ResponseBody> = fc.oneof(
			fc.constantFrom<ResponseBody>(
				{ kind: 'html', title: '' },
				{ kind: 'empty' },
				{ kind: 'cutShort', text: '' },
			),
			fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'binary' }) }),
			fc.record({ kind: fc.constant('tooLarge' as const), limit: fc.nat() }),
		);
		fc.assert(
			fc.property(body, httpStatus, (given, status) => {
				const state = stateIn({ httpStatus: status, body: given });
				expect(['failed', 'askAgain']).toContain(state.state);
				expect(failureIn(state)?.httpStatus).toBe(status);
			}),
			RUNS,
		);
	});

	it('never loses a code: a failure carries the one that the answer states', () => {
		const code = fc.integer().filter((number) => ![10000, 0, 200].includes(number));
		fc.assert(
			fc.property(code, anyJson, anyJson, httpStatus, (given, data, message, status) => {
				const plain = read({ code: given, data, message }, status);
				expect(failureIn(plain)).toMatchObject({ code: given, httpStatus: status });
				const wrapped = read({ error: { err_code: given, message } }, status);
				expect(failureIn(wrapped)).toMatchObject({ code: given, httpStatus: status });
			}),
			RUNS,
		);
	});

	it('never loses a code in words', () => {
		const code = fc
			.string({ minLength: 1 })
			.filter((text) => /^[A-Za-z]\w*$/.test(text) && !/^(ok|success)$/i.test(text));
		fc.assert(
			fc.property(code, anyJson, httpStatus, (given, data, status) => {
				expect(failureIn(read({ code: given, data }, status))?.code).toBe(quotable(given));
				const metadata = { Error: { Code: given } };
				const wrapped = read({ ResponseMetadata: metadata, data }, status);
				expect(failureIn(wrapped)?.code).toBe(quotable(given));
			}),
			RUNS,
		);
	});

	it('never says done or running when the code says failure', () => {
		const code = fc.oneof(
			fc.constantFrom(50411, 50429, 50430, 50500, 50215, -10001),
			fc.constantFrom(...Object.keys({ ...BUSINESS_CODES, ...GATEWAY_CODES }).map(Number)),
		);
		const data = fc.constantFrom<unknown>(
			samples.doneUrl.body.data,
			samples.doneBase64.body.data,
			samples.inQueue.body.data,
		);
		fc.assert(
			fc.property(code, data, httpStatus, (given, task, status) => {
				const state = read({ ...samples.doneUrl.body, code: given, data: task }, status);
				expect(['failed', 'askAgain']).toContain(state.state);
			}),
			RUNS,
		);
	});

	it('never loses a request ID', () => {
		const requestId = fc.string({ minLength: 1 });
		const code = fc.oneof(fc.constant(10000), fc.integer());
		fc.assert(
			fc.property(requestId, code, anyJson, httpStatus, (request_id, given, data, status) => {
				const state = read({ request_id, code: given, data }, status);
				const told = 'failure' in state ? state.failure.requestId : state.requestId;
				expect(told).toBe(request_id);
			}),
			RUNS,
		);
	});
});

describe('the API key', () => {
	const key = fc
		.string({ minLength: 16, maxLength: 64, unit: 'grapheme-ascii' })
		.filter((text) => text.trim() === text && !text.includes(' '));
	const around = fc.string({ maxLength: 12 });
	const escaped = (text: string): string =>
		[...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

	/** Forms in which a key can come back inside JSON text. */
	const forms: Array<[string, (key: string, before: string, after: string) => string]> = [
		['in plain', (secret, before, after) => JSON.stringify(before + secret + after)],
		['escaped', (secret) => `"${escaped(secret)}"`],
		['URL-encoded', (secret, before) => JSON.stringify(before + encodeURIComponent(secret))],
		...(['base64', 'base64url'] as const).map(
			(encoding): [string, (key: string, before: string, after: string) => string] => [
				`in ${encoding} at any offset`,
				(secret, before, after) =>
					JSON.stringify(Buffer.from(before + secret + after).toString(encoding)),
			],
		),
	];

	/** The key's own characters in a Base64 text that holds it, without those it shares with its neighbours. */
	const coreOf = (text: string, before: string, secret: string): string => {
		const from = Math.ceil((Buffer.byteLength(before) * 8) / 6);
		const to = Math.floor((Buffer.byteLength(before + secret) * 8) / 6);
		return text.slice(from, to);
	};

	it.each(forms)('never comes through %s, as a value or as a name', (name, form) => {
		fc.assert(
			fc.property(key, around, around, (secret, before, after) => {
				const secrets = new Secrets(secret);
				const text = form(secret, before, after);
				const plain: string = JSON.parse(text);
				const core = name.startsWith('in base64') ? coreOf(plain, before, secret) : plain;
				for (const json of [`{"a":[${text}]}`, `{${text}:1}`, text]) {
					const shown = JSON.stringify(secrets.parse(json));
					expect(shown).toBeDefined();
					const strings = JSON.stringify(JSON.parse(shown));
					expect(strings).not.toContain(JSON.stringify(secret).slice(1, -1));
					if (name !== 'in plain') expect(strings).not.toContain(JSON.stringify(core).slice(1, -1));
				}
			}),
			RUNS,
		);
	});

	it('never comes through in text', () => {
		fc.assert(
			fc.property(key, around, around, (secret, before, after) => {
				expect(new Secrets(secret).hide(before + secret + after)).not.toContain(secret);
			}),
			RUNS,
		);
	});

	it('is all that is taken away: other JSON comes through as it is', () => {
		const secrets = new Secrets('sk-0123456789abcdef0123456789');
		fc.assert(
			fc.property(anyJson, (value) => {
				const text = JSON.stringify(value);
				// Whole numbers of so many digits become text, so that none is lost.
				fc.pre(!/\d{16}/.test(text));
				expect(secrets.parse(text)).toEqual({ value: JSON.parse(text) });
			}),
			RUNS,
		);
	});
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
