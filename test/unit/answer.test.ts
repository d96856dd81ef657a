import {
	readAnswer,
	readRetryAfter,
	UNDERSTOOD,
	withoutBase64,
} from '../../nodes/shared/api/answer';
import { judge } from '../../nodes/shared/api/judge';
import { webLinkOf } from '../../nodes/shared/api/link';
import { answered, read, readSample } from './answers';
import { samples, type SampleName } from './samples';

const ID = '7418048504813240370';
const LINK = 'https://file.302.ai/a.png';
const PNG = samples.doneBase64.body.data.binary_data_base64[0];
const LINES = 'iVBORw0KGgoAAAAN\nSUhEUgAAAAEAAAABCAYA';
const isSample = (name: string): name is SampleName => name in samples;

describe('an answer', () => {
	it.each<[SampleName, object]>([
		['submitOk', { code: 10000, reason: undefined, data: { taskId: ID } }],
		['inQueue', { reason: undefined, data: { status: 'in_queue', images: [] } }],
		['generatingMinimal', { data: { status: 'generating', images: [] } }],
		[
			'doneUrl',
			{
				requestId: '20250704135505CC9722EC8585EC323E03',
				data: {
					status: 'done',
					images: [{ link: samples.doneUrl.body.data.image_urls[0] }],
					generation: {
						prompt: '一张东亚人种年轻男性的特写肖像图,面容清秀。 长出满脸的胡子',
						expanded_prompt: expect.stringMatching(/^特写肖像/),
						seed: 366947886,
						width: 1327,
						height: 1327,
					},
				},
			},
		],
		['doneBase64', { data: { status: 'done', images: [{ base64: PNG }] } }],
		['uploadOk', { code: 200, data: { link: 'https://file.302.ai/photo.jpg' } }],
		['textRisk', { code: 50413, words: 'Post Text Risk Not Pass' }],
		['concurrencyLimit', { code: 50430, words: /Concurrent Limit$/ }],
		['gatewayNetwork', { code: -10003, words: /^Network error/, statesError: true }],
		['gatewayKey', { code: -10001, words: 'Missing 302 Apikey' }],
		['openAiError', { code: 'insufficient_quota', words: /^You exceeded/, statesError: true }],
		['metadata', { code: 50411, words: /^Pre Img/, requestId: /CC$/, statesError: true }],
		['metadataWord', { code: 'InsufficientBalance', words: 'Too low' }],
		['errorText', { code: undefined, words: 'model not found', statesError: true }],
		['msg', { code: 40000, words: 'no such photo', statesError: false }],
		['detail', { code: undefined, words: 'Not Found' }],
		['errors', { words: 'width is too small', reason: 'width is too small' }],
		['noFace', { words: 'no face found', data: { status: 'done', images: [] } }],
		['dataAsText', { data: { status: 'done', images: [{ link: LINK }] } }],
		['idAsNumber', { data: { taskId: ID } }],
		['linksAsText', { data: { images: [{ link: LINK }] } }],
		['linksAsObjects', { data: { images: [{ link: LINK }] } }],
		[
			'escapedLinks',
			{ data: { images: ['a', 'b'].map((x) => ({ link: `https://h.example/${x}?x=1&y=2` })) } },
		],
		['dataUrl', { data: { images: [{ base64: LINES }] } }],
		['formsSwapped', { data: { images: [{ base64: LINES.replace('\n', '') }, { link: LINK }] } }],
	])('is read: %s', (name, fields) => {
		const { http } = samples[name];
		const wanted = Object.fromEntries(
			Object.entries(fields).map(([key, value]) => [
				key,
				value instanceof RegExp ? expect.stringMatching(value) : value,
			]),
		);
		expect(readSample(name)).toMatchObject({ form: 'json', httpStatus: http, ...wanted });
	});

	it('is understood beyond its documented shape only where there is a source and a fixture', () => {
		expect(UNDERSTOOD.length).toBeGreaterThan(20);
		for (const { what, source, fixture } of UNDERSTOOD) {
			expect([what, isSample(fixture)]).toEqual([what, true]);
			expect(source).toMatch(/302\.AI|Volcengine|seen/);
		}
	});

	it.each<[string, string, object]>([
		['<!doctype html><title lang="en"> Sign in </title>', 'page', { words: 'Sign in' }],
		['<?xml version="1.0"?><Error/>', 'page', { words: '' }],
		['upstream said no', 'text', { words: 'upstream said no' }],
		[' \n', 'empty', { words: '' }],
		['{"code":10000,"da', 'cutShort', { words: '{"code":10000,"da' }],
		['[1]', 'otherJson', {}],
		['null', 'otherJson', {}],
		['"text"', 'otherJson', {}],
	])('is told by what it is: %j', (text, form, fields) => {
		expect(read(text)).toMatchObject({ form, code: undefined, body: {}, ...fields });
	});

	it('that was not read to its end is too large as JSON, and any other text what it is', () => {
		expect(read('{"a":"b', 200, { cutAt: 7 })).toMatchObject({ form: 'tooLarge', cutAt: 7 });
		expect(read('{}', 200, { cutAt: 2 }).form).toBe('tooLarge');
		expect(read('  \n', 200, { cutAt: 3 }).form).toBe('tooLarge');
		expect(read('<html>', 500, { cutAt: 6 }).form).toBe('page');
	});

	it('has the request ID of its header where its body has none', () => {
		expect(read({}, 500, { requestId: 'of-the-header' }).requestId).toBe('of-the-header');
		expect(read({ request_id: 'own' }, 200, { requestId: 'x' }).requestId).toBe('own');
	});

	it.each<[unknown, unknown]>([
		['50411', 50411],
		['-10003', -10003],
		...['InvalidParameter', '1e5', '5e3'].map((code): [string, string] => [code, code]),
		...['', ' ', null, true, {}].map((code): [unknown, undefined] => [code, undefined]),
	])('with the code %j has the code %j', (code, read_) => {
		expect(read({ code }).code).toBe(read_);
	});

	it.each([
		`{"data":"a${' '.repeat(1_000_000)}b"}`,
		`[1234567890123456,${'\\"\\"'.repeat(500_000)}`,
		`{"error":{"message":"${'balance '.repeat(100_000)}"}}`,
		`<title${'<title'.repeat(100_000)}`,
		`{"data":{"image_urls":["${'A'.repeat(500_000)}${'\\n'.repeat(200_000)}!"]}}`,
	])('is read without long thought, whatever it holds: %.30s', (text) => {
		// Patterns that go back and forth over such a text take minutes, and the test's time is up.
		expect(judge(read(text, 403), 'submit')).toBeDefined();
	});

	it('keeps its words uncut, and the whole body where it gives no reason', () => {
		const long = `${'x'.repeat(2000)} deadline exceeded`;
		expect(read({ error: { message: long } }, 400).words).toBe(long);
		expect(
			[' no ', 'Success', 'not ok', 'ok then'].map((message) => read({ message }).reason),
		).toEqual(['no', undefined, 'not ok', 'ok then']);
		expect(read({ width: 'too small' }, 400).words).toBe('{"width":"too small"}');
	});
});

describe('a task ID', () => {
	it.each([
		`{"code":10000,"data":{"task_id":"${ID}"}}`,
		`{"code":10000,"data":{"task_id":${ID}}}`,
		`{"code":77,"data":[{ "task_id" : " ${ID} " }]}`,
		`[{"data":{"task_id":${ID}}}]`,
		JSON.stringify({ data: JSON.stringify({ task_id: ID }) }),
		`{"data":{"task_id":"${ID}"},"mess`,
		`{"data":{"task_id":${ID},"mess`,
	])('is taken from the text with every digit: %s', (text) => {
		expect(read(text).data.taskId).toBe(ID);
	});

	it('of another form is taken too', () => {
		expect(read('{"data":{"task_id":"cgt-20:x.y"}}').data.taskId).toBe('cgt-20:x.y');
	});

	it.each([
		...['0', '"0"', '" "', 'null', '-1', '"undefined"', '"<nil>"', '""', '{}', '"pending"'],
		...['7.4180485048132e+18', '74180485048132403.5', '"a sentence 123456"'],
	])('is not made of %s', (id) => {
		expect(read(`{"code":50411,"data":{"task_id":${id}}}`).data.taskId).toBeUndefined();
	});

	it.each([
		`<html><pre>{"task_id":"${ID}"}</pre>`,
		`see {"task_id":"${ID}"}`,
		JSON.stringify({ code: 50215, message: `bad field {"task_id":"${ID}"}` }),
		'{"data":{"task_id":"74180485',
		'{"data":{"task_id":74180485',
	])('is taken neither from an example of one nor from a part of one: %s', (text) => {
		expect(read(text).data.taskId).toBeUndefined();
	});
});

describe('images', () => {
	const imagesIn = (data: object) => read(answered(data)).data.images;

	it('of both lists are the same images in two forms', () => {
		expect(imagesIn({ image_urls: [LINK], binary_data_base64: [PNG] })).toEqual([
			{ link: LINK, base64: PNG },
		]);
	});

	it.each<[unknown, object]>([
		[LINK, { link: LINK }],
		[['\n<http://h.example/a.png>'], { link: 'http://h.example/a.png' }],
		[[{ index: 7, thumbnail: PNG, url: LINK }], { link: LINK }],
		[['A'.repeat(16)], { base64: 'A'.repeat(16) }],
		[[` data:image/png;base64,${PNG}`], { base64: PNG }],
	])('are taken out of %j', (image_urls, image) => {
		expect(imagesIn({ image_urls })).toEqual([image]);
	});

	it('are not dropped when the lists have different lengths or gaps', () => {
		const lists = { image_urls: [null, LINK], binary_data_base64: [PNG, null, PNG] };
		expect(imagesIn(lists)).toEqual([{ base64: PNG }, { link: LINK }, { base64: PNG }]);
	});

	it.each([
		[['ftp://h.example/a.png', 'javascript:alert(1)', 'see https://h.example', 'https://']],
		[[`x data:image/png;base64,${PNG}`]],
		[[null, 7, {}, [], '', '!', 'AAAA', 'a portrait of a woman']],
		['moon'],
		[7],
		[{ a: 1 }],
	])('are not made of %j', (list) => {
		expect(imagesIn({ image_urls: list, binary_data_base64: list })).toEqual([]);
	});

	it('in Base64 may have many megabytes', () => {
		const base64 = Buffer.alloc(30_000_000, 'images').toString('base64');
		expect(imagesIn({ binary_data_base64: [base64] })[0]?.base64).toHaveLength(base64.length);
	});

	it('that are there and were not understood are told from none', () => {
		const isUnread = (image_urls: unknown) => read(answered({ image_urls })).data.hasUnreadImages;
		expect([['moon'], [{ a: 1 }], ['ftp://h.example/a.png']].map(isUnread)).toEqual([
			true,
			true,
			true,
		]);
		expect([null, 5, [], [null], [''], [[]], [LINK]].map(isUnread)).not.toContain(true);
		expect(read({ data: 'none' }).data.hasUnreadImages).toBe(false);
	});

	it('in Base64 that is damaged give way to their link', () => {
		const damaged = `${PNG.slice(0, 40)}…${PNG.slice(40)}`;
		expect(imagesIn({ image_urls: [LINK], binary_data_base64: [damaged] })).toEqual([
			{ link: LINK },
		]);
	});

	it('in Base64 are emptied in the answer as it came, and nothing else is', () => {
		const answer = answered({
			image_urls: [LINK, PNG, 7],
			binary_data_base64: [PNG],
			status: 'done',
		});
		expect(withoutBase64(read(answer))).toEqual(
			answered({ image_urls: [LINK, 7], binary_data_base64: [], status: 'done' }),
		);
		for (const body of [samples.doneUrl.body, { code: 1 }, { code: 1, data: { result: PNG } }]) {
			expect(withoutBase64(read(body))).toEqual(body);
		}
		const asText = { data: JSON.stringify({ image_urls: JSON.stringify([PNG]) }) };
		expect(withoutBase64(read(asText))).toEqual({ data: { image_urls: [] } });
	});
});

it.each([
	...[undefined, null, '', 'no json', '{"log_output":', '[]', '7', 7, [], {}, '{"log_output":"{"}'],
])('resp_data that is %j tells nothing', (resp_data) => {
	expect(read(answered({ image_urls: [LINK], resp_data })).data.generation).toBeUndefined();
});

it('resp_data tells only what it holds', () => {
	const log_output = JSON.stringify({ infer_ctx: { params: { seed: -1, width: null } } });
	const resp_data = JSON.stringify({ log_output });
	expect(read(answered({ resp_data })).data.generation).toEqual({ seed: -1 });
});

describe('numbers of more digits than JavaScript keeps', () => {
	it.each([
		['{"a":6682608976809320374}', { a: '6682608976809320374' }],
		['{"a":[1,-6682608976809320374]}', { a: [1, '-6682608976809320374'] }],
		['{"a":1234567890123456789.5,"b":1e20}', { a: Number('1234567890123456789.5'), b: 1e20 }],
		[
			String.raw`{"a":"{\"b\":6682608976809320374,\"c\":\"\\\\\"}","d":6682608976809320374}`,
			{ a: String.raw`{"b":6682608976809320374,"c":"\\"}`, d: '6682608976809320374' },
		],
	])('are text, and numbers inside a text stay as they are: %s', (text, body) => {
		expect(readAnswer({ httpStatus: 200, text }, 0).body).toEqual(body);
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-01-02T03:04:05Z');

	it.each([
		['7', 7000],
		['0', 0],
		['1.5', 1500],
		[' 3 ', 3000],
		[' Fri, 02 Jan 2026 03:04:15 GMT ', 10_000],
		['Fri, 02 Jan 2026 03:04:00 GMT', 0],
		['2026', 2_026_000],
		['1e9', 86_400_000],
		...['', '   ', 'soon', '1 apple', '2026-01-02T03:05:05Z', '-5', 'Infinity'].map(
			(text): [string, undefined] => [text, undefined],
		),
		[undefined, undefined],
		[null, undefined],
		[['7'], undefined],
	])('%j is read as %j ms', (header, milliseconds) => {
		expect(readRetryAfter(header, now)).toBe(milliseconds);
	});
});

describe('a web link', () => {
	const same = [
		'https://cdn.example.com/w_300,https://example.com/a.jpg',
		'HTTP://h.example/ä b.png',
	];
	it.each([
		['https://h.example/x.png?a=1&amp;sig=2', 'https://h.example/x.png?a=1&sig=2'],
		[String.raw`https://h.example/x.png?a=1\u0026b=2`, 'https://h.example/x.png?a=1&b=2'],
		['  https://h.example/x.png\n', 'https://h.example/x.png'],
		['<https://h.example/x.png>', 'https://h.example/x.png'],
		['\u200b"https://h.example/x.png"\ufeff', 'https://h.example/x.png'],
		...[...same, 'https://h.example/a;b|c,d[1]'].map((link) => [link, link]),
	])('is taken out of %j', (text, link) => {
		expect(webLinkOf(text)).toBe(link);
	});

	it.each([
		...['', 'x.png', '//h.example/x.png', 'ftp://h.example', 'https://', 'see https://h.example'],
		...['https://h.example/a https://h.example/b', 'https://h.example/a\nhttps://h.example'],
		...['https://h.example/{{ $json.a }}', 'https://h.example/x<br>', 'javascript:alert(1)'],
	])('is not in %j', (text) => {
		expect(webLinkOf(text)).toBeUndefined();
	});
});
