import fc from 'fast-check';

import { parseJson } from '../../nodes/shared/portrait/json';

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
