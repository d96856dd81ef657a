import fc from 'fast-check';

import {
	isJsonObject,
	numberOf,
	parseJson,
	textOf,
	unwrapped,
} from '../../nodes/shared/portrait/json';

const parsed = (text: string) => parseJson(text)?.value;

describe('a number of JSON', () => {
	it.each([
		['{"task_id":6682608976809320374}', { task_id: '6682608976809320374' }],
		['{"task_id" : 6682608976809320374 }', { task_id: '6682608976809320374' }],
		['[-6682608976809320374,1]', ['-6682608976809320374', 1]],
		['6682608976809320374', '6682608976809320374'],
		['{"a":[{"b":12345678901234567890}]}', { a: [{ b: '12345678901234567890' }] }],
	])('with more digits than JavaScript keeps is text with all of them: %s', (text, value) => {
		expect(parsed(text)).toEqual(value);
	});

	it.each([
		'{"seed":366947886}',
		'{"cost":21.323700000000001}',
		'[1234567890123456789e3]',
		'[0.1234567890123456789]',
		'[123456789012345]',
	])('with fewer, or with a point, stays a number: %s', (text) => {
		expect(parsed(text)).toEqual(JSON.parse(text));
	});

	it.each([
		'"6682608976809320374"',
		'{"prompt":"my number is 6682608976809320374, [6682608976809320374]"}',
		String.raw`{"resp_data":"{\"task_id\":6682608976809320374,\"a\":\"\\\\\"}","task_id":1}`,
		String.raw`{"a":"ends with a backslash \\","b":"6682608976809320374"}`,
	])('inside a text is left as it is: %s', (text) => {
		expect(parsed(text)).toEqual(JSON.parse(text));
	});

	it('is the only thing that is read in another way than JSON.parse does', () => {
		fc.assert(
			fc.property(fc.json(), fc.constantFrom('', ' ', '\n'), (text, blank) => {
				// Numbers of so many digits come with an exponent there, or not at all.
				fc.pre(!/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/.test(text));
				expect(parsed(blank + text)).toEqual(JSON.parse(text));
			}),
			{ numRuns: 500 },
		);
	});

	it('in a text of megabytes is found quickly enough not to be noticed, and base64 stays whole', () => {
		const base64 = Buffer.alloc(6_000_000, '1234567890123456').toString('base64');
		const text = `{"binary_data_base64":["${base64}"],"task_id":6682608976809320374}`;
		expect(parsed(text)).toEqual({ binary_data_base64: [base64], task_id: '6682608976809320374' });
	});
});

describe('JSON', () => {
	const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

	it('may be nested a hundred deep, and no deeper', () => {
		expect(parsed(nested(101))).toEqual(JSON.parse(nested(101)));
		expect(parseJson(nested(102))).toBeUndefined();
		const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
		expect(parsed(objects(101))).toEqual(JSON.parse(objects(101)));
		expect(parseJson(objects(102))).toBeUndefined();
	});

	it('that is none is told from the JSON null', () => {
		expect(parseJson('null')).toEqual({ value: null });
		expect(parseJson('nul')).toBeUndefined();
		expect(parseJson('{"a":6682608976809320374')).toBeUndefined();
		expect(parseJson('{"a":6682608976809320374,"b')).toBeUndefined();
	});

	it('is changed in each of its texts, and in nothing else', () => {
		const change = (text: string): string => text.toUpperCase();
		const value = parseJson('{"a":["b",1,true,null,{"c":"d"}],"e":"f"}', change)?.value;
		expect(value).toEqual({ A: ['B', 1, true, null, { C: 'D' }], E: 'F' });
	});
});

describe('a number behind a long text', () => {
	it.each([
		String.raw`{"a":"\\","b":6682608976809320374}`,
		String.raw`{"a":"\"","b":6682608976809320374}`,
		String.raw`{"a":"\\\"","b":6682608976809320374}`,
		'{"a":"","b":6682608976809320374}',
	])('keeps its digits, whatever the text ends with: %s', (text) => {
		expect(parsed(text)).toMatchObject({ b: '6682608976809320374' });
	});

	it.each(['[-1234567890123456]', '[1234567890123456]'])('of 16 digits is text: %s', (text) => {
		expect(parsed(text)).toEqual([text.slice(1, -1)]);
	});

	it.each(['[1e1234567890123456]', '[1.5e+1234567890123456]', '[12345678901234567E2]'])(
		'stays a number as part of another one: %s',
		(text) => {
			expect(parsed(text)).toEqual(JSON.parse(text));
		},
	);
});

describe('a value of JSON', () => {
	it.each<[unknown, string, number | undefined]>([
		['a number', '7', 7],
		['a fraction', '0.5', 0.5],
		['a number without end', '1e999', undefined],
		['a whole number as text', '"-12"', -12],
		['a fraction as text', '"0.5"', undefined],
		['a whole number with a point as text', '"12.0"', undefined],
		['a number with words', '"12 px"', undefined],
		['words with a number', '"px 12"', undefined],
		['a number that lost digits as text', '"9007199254740993"', undefined],
		['an empty text', '""', undefined],
		['a list of a number as text', '["12"]', undefined],
		['nothing', 'null', undefined],
		['true', 'true', undefined],
	])('that is %s is read as a number: %s', (_what, text, number) => {
		expect(numberOf(parsed(text))).toBe(number);
	});

	it('is a text where it says something', () => {
		expect([
			textOf('a'),
			textOf(' '),
			textOf(''),
			textOf(1),
			textOf(null),
			textOf(undefined),
		]).toEqual(['a', ' ', undefined, undefined, undefined, undefined]);
	});

	it('is an object where it has names', () => {
		expect([{}, [], null, 'a', 1, undefined].map(isJsonObject)).toEqual([
			true,
			false,
			false,
			false,
			false,
			false,
		]);
	});

	it.each<[string, unknown]>([
		['{"a":1}', { a: 1 }],
		[' \n[1]', [1]],
		['[no JSON', '[no JSON'],
		['"a"', '"a"'],
		['"[1]"', '"[1]"'],
		['12', '12'],
		['see {"a":1}', 'see {"a":1}'],
	])('that was written as text is read where it holds more than a word: %j', (text, value) => {
		expect(unwrapped(text)).toEqual(value);
	});

	it('that is no text stays as it is', () => {
		const value = [1];
		expect(unwrapped(value)).toBe(value);
		expect(unwrapped(undefined)).toBeUndefined();
	});
});
