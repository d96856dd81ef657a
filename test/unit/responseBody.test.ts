/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { Readable } from 'node:stream';

import { readBody } from '../../nodes/shared/transport/responseBody';
import { Secrets } from '../../nodes/shared/transport/secrets';

const KEY = `sk-${'0123456789abcdefABCDEF'}`;
const LIMIT = 1_000_000;
const read = async (chunks: Array<string | Buffer>, limit = LIMIT) =>
	await readBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), limit, new Secrets(KEY));

describe('the body of an answer', () => {
	it('is JSON, in however many pieces it comes', async () => {
		const bytes = Buffer.from(JSON.stringify({ message: '照片 🎨', list: [1, null] }));
		const pieces = Array.from({ length: bytes.length }, (_, index) =>
			bytes.subarray(index, index + 1),
		);
		expect(await read(pieces)).toEqual({
			kind: 'json',
			value: { message: '照片 🎨', list: [1, null] },
		});
	});

	it.each(['\n', '   ', '\ufeff', '\ufeff \n'])(
		'is read to its end when %j comes first, in a piece of its own',
		async (first) => {
			const long = JSON.stringify({ image: 'A'.repeat(300_000) });
			const pieces = [first, ...(long.match(/.{1,20000}/gs) ?? [])];
			expect(await read(pieces)).toMatchObject({ kind: 'json' });
		},
	);

	it.each([64, 65, 60_000])(
		'is read to its end when %i blanks come first, in the same piece as its beginning',
		async (blanks) => {
			const long = JSON.stringify({ image: 'A'.repeat(300_000) });
			const rest = long.slice(9).match(/.{1,20000}/gs) ?? [];
			const pieces = [' '.repeat(blanks) + long.slice(0, 9), ...rest];
			expect(await read(pieces)).toMatchObject({ kind: 'json' });
		},
	);

	it.each([
		'<!doctype html><p>',
		'<html>',
		'  <HTML lang="en">',
		'<?xml version="1.0"?>',
		'<!-- x --><p>',
	])('is a web page: %s', async (text) => {
		expect(await read([text])).toEqual({ kind: 'html', title: '' });
	});

	it.each(['', '  ', '\r\n'])('is empty: %j', async (text) => {
		expect(await read([text])).toEqual({ kind: 'empty' });
	});

	it.each(['{"code":10000,', '[1,', '{', '{"a":"b'])('is cut short: %s', async (text) => {
		expect(await read([text])).toEqual({ kind: 'cutShort', text });
	});

	it('is text when it is neither, and holds no key', async () => {
		expect(await read([`upstream refused ${KEY}`])).toEqual({
			kind: 'text',
			text: expect.not.stringContaining(KEY),
		});
	});

	it('is JSON behind a byte order mark', async () => {
		expect(await read(['\ufeff{"code":10000}'])).toEqual({ kind: 'json', value: { code: 10000 } });
	});

	it('is not read further than the limit', async () => {
		let sent = 0;
		async function* endless(): AsyncGenerator<Buffer> {
			yield Buffer.from('{"a":"');
			for (; sent < 10_000; sent += 1) yield Buffer.alloc(1000, 'x');
		}
		const stream = Readable.from(endless());
		expect(await readBody(stream, 50_000, new Secrets(KEY))).toEqual({
			kind: 'tooLarge',
			limit: 50_000,
		});
		expect(stream.destroyed).toBe(true);
		expect(sent).toBeLessThan(200);
	});

	it('that is no JSON is read to its start only', async () => {
		let sent = 0;
		async function* endless(): AsyncGenerator<Buffer> {
			for (; sent < 10_000; sent += 1) yield Buffer.alloc(1000, 'x');
		}
		expect((await readBody(Readable.from(endless()), 1e9, new Secrets(KEY))).kind).toBe('text');
		expect(sent).toBeLessThan(300);
	});

	it('nested without end is no answer and does no harm', async () => {
		const body = await read(['{"a":'.repeat(5000) + '1' + '}'.repeat(5000)]);
		expect(body.kind).not.toBe('json');
	});

	it('cannot change the prototype of objects', async () => {
		const body = await read(['{"__proto__":{"polluted":true},"code":1}']);
		expect(body.kind).toBe('json');
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});
});

describe('the key in JSON that was written into a text once more', () => {
	it('is hidden, however it is spelled there', async () => {
		const spelled = KEY.replaceAll('-', String.raw`\u002d`);
		const text = JSON.stringify({ message: `{"error":"bad key ${spelled}"}` });
		expect(JSON.stringify(await read([text]))).not.toContain(spelled);
		expect(JSON.stringify(await read([text]))).toContain('[API key hidden]');
	});
});
