import type { ResponseBody } from '../../nodes/shared/portrait/refusal';
import { answered, failureIn, nextStep, read, stateIn } from './replies';
import { samples, type SampleName } from './samples';

const BASE64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const LINK = 'https://file.302.ai/gpt/imgs/a.png';
const PNG = samples.doneBase64.body.data.binary_data_base64[0];
const sample = (name: SampleName) => read(samples[name].body, samples[name].http);
const imagesIn = (body: unknown) => {
	const state = read(body);
	return state.state === 'done' ? state.images : undefined;
};
const doneWith = (data: object) => answered({ status: 'done', ...data });

describe('each known answer', () => {
	it.each<[SampleName, string]>([
		['submitOk', 'running'],
		['inQueue', 'running'],
		['generatingMinimal', 'running'],
		['doneUrl', 'done'],
		['doneUrlUpstream', 'done'],
		['doneBase64', 'done'],
		['notFound', 'never'],
		['textRisk', 'never'],
		['concurrencyLimit', 'concurrency'],
		['staleTask', 'never'],
		['gatewayNetwork', 'untilDeadline'],
		['gatewayNoChannel', 'untilDeadline'],
		['gatewayKey', 'never'],
	])('%s leads to: %s', (name, next) => {
		expect(nextStep(sample(name))).toBe(next);
	});

	it('of the documentation gives its link and how the portrait was made', () => {
		expect(sample('doneUrl')).toEqual({
			state: 'done',
			status: 'done',
			images: [
				{ link: 'https://file.302.ai/gpt/imgs/20250704/294e21f5c461495a9d1d11328691a2d6.png' },
			],
			generation: {
				prompt: '一张东亚人种年轻男性的特写肖像图,面容清秀。 长出满脸的胡子',
				expanded_prompt:
					'特写肖像,暖色调,一位东亚人种年轻男性,面容清秀,穿着衬衫,长出满脸的胡子,皮肤细腻光滑,胡子浓密,近景,柔和光影。',
				seed: 366947886,
				width: 1327,
				height: 1327,
			},
			requestId: '20250704135505CC9722EC8585EC323E03',
			answer: samples.doneUrl.body,
		});
	});

	it('with base64 gives the image', () => {
		expect(imagesIn(samples.doneBase64.body)).toEqual([{ base64: PNG }]);
	});

	it('of a rejected prompt is named in the words of the API', () => {
		expect(failureIn(sample('textRisk'))).toMatchObject({
			kind: 'task',
			code: 50413,
			httpStatus: 400,
			requestId: '202511281418218670D408837A9B0EB58F',
			message: expect.stringContaining('Post Text Risk Not Pass'),
		});
	});
});

describe('the status of a task', () => {
	it.each(['in_queue', 'generating', 'processing', 'new_in_2027'])(
		'%s is still running',
		(status) => {
			expect(read(answered({ status }))).toMatchObject({ state: 'running', status });
		},
	);

	it.each([
		...['not_found', 'expired', 'failed', 'fail', 'FAILED', 'error', 'Error', 'cancelled'],
		...[
			'canceled',
			'rejected',
			'aborted',
			'denied',
			'timeout',
			'timed_out',
			'blocked',
			'terminated',
		],
		...['invalid', 'task_failed', 'refused', 'EXPIRED', 'task_not_exist', '失败'],
	])('%s is a failure that names it', (status) => {
		const state = read(answered({ status, image_urls: null }));
		expect(state.state).toBe('failed');
		expect(failureIn(state)).toMatchObject({ kind: 'task', status, requestId: 'request-1' });
		expect(failureIn(state)?.message).toContain(status);
	});

	it.each([
		...['done', 'completed', 'succeeded', 'success', 'finished', 'DONE', 'generating', 'failed'],
		...['expired', 'in_queue', 'new_in_2027', ''],
	])('%j beside an image is finished: the image is what was paid for', (status) => {
		const state = read(answered({ status, image_urls: [LINK] }));
		expect(state).toMatchObject({ state: 'done', images: [{ link: LINK }] });
	});

	it.each(['completed', 'succeeded', 'success', 'finished', 'SUCCESS'])(
		'%s without an image is still running, and with one under another name finished',
		(status) => {
			expect(read(answered({ status })).state).toBe('running');
			for (const data of [{ images: [{ url: LINK }] }, { image_url: LINK }, { url: LINK }]) {
				expect(read(answered({ status, ...data }))).toMatchObject({
					state: 'done',
					images: [{ link: LINK }],
				});
			}
		},
	);

	it('of a running task makes no portrait of the photo that came in', () => {
		expect(read(answered({ status: 'generating', image_url: LINK })).state).toBe('running');
	});

	it.each([
		{ error: 'no face found' },
		{ fail_reason: 'no face found' },
		{ message: 'no face found' },
	])('of a failure comes with the reason that its data gives: %j', (data) => {
		const said = failureIn(read(answered({ status: 'failed', ...data })))?.message;
		expect(said).toBe('302.AI could not make the portrait (status "failed"): no face found');
	});

	it.each([
		{},
		{ image_urls: [] },
		{ image_urls: null, binary_data_base64: null },
		{ image_urls: [''], binary_data_base64: [''] },
		{ image_urls: [null, 7, {}, [], { url: 'not a link' }] },
		{ image_urls: 'not a link' },
		{ image_urls: ['not a link'] },
		{ image_urls: ['ftp://file.302.ai/a.png', 'javascript:alert(1)', 'file:///etc/passwd'] },
	])('done without an image is a failure: %j', (data) => {
		const state = read(doneWith(data));
		expect(state.state).toBe('failed');
		expect(failureIn(state)).toMatchObject({ kind: 'task', status: 'done' });
	});

	it('done with one link in place of a list has that image', () => {
		const state = read(doneWith({ image_urls: 'https://file.302.ai/a.png' }));
		expect(state).toMatchObject({ images: [{ link: 'https://file.302.ai/a.png' }] });
	});

	it('done without an image tells what the algorithm said', () => {
		const algorithm_base_resp = { status_code: 7, status_message: 'no face found' };
		const said = failureIn(read(doneWith({ algorithm_base_resp })))?.message;
		expect(said).toContain('no face found');
	});

	it.each([
		[50411, 'different photo'],
		['50412', 'different prompt'],
		[7, 'Submit the task again'],
	])('done without an image says what to do about the code %j of the algorithm', (code, remedy) => {
		const algorithm_base_resp = { status_code: code, status_message: 'Risk Not Pass' };
		expect(failureIn(read(doneWith({ algorithm_base_resp })))?.remedy).toContain(remedy);
	});

	it.each([
		[[{ src: LINK }]],
		[[{ id: 'abcdef0123456789abcdef', download_url: LINK }]],
		[{ '0': LINK }],
	])('done has the images of its own list however that is written: %j', (image_urls) => {
		const state = read(doneWith({ image_urls }));
		expect(state).toMatchObject({ state: 'done', images: [{ link: LINK }] });
	});

	it.each([',', ', ', ' ', ';', '|'])(
		'done has the images of links in a row, between them %j',
		(between) => {
			const state = read(doneWith({ image_urls: `${LINK}${between}${LINK}` }));
			expect(state).toMatchObject({ images: [{ link: LINK }, { link: LINK }] });
		},
	);

	it.each([
		['http links', `${LINK},http://file.302.ai/b.png`],
		['an object by number', { '0': LINK, '1': 'http://file.302.ai/b.png' }],
	])('done has both images of %s', (_what, image_urls) => {
		const state = read(doneWith({ image_urls }));
		expect(state).toMatchObject({
			images: [{ link: LINK }, { link: 'http://file.302.ai/b.png' }],
		});
	});

	it.each([',\n', ', '])('done has an image in base64 behind data:…;base64%j', (comma) => {
		const state = read(
			doneWith({ binary_data_base64: [`data:image/png;base64${comma}${BASE64}`] }),
		);
		expect(state).toMatchObject({ images: [{ base64: BASE64 }] });
	});

	it('that is missing beside an image does not lose the image', () => {
		expect(read(answered({ image_urls: [LINK] }))).toMatchObject({
			status: 'done',
			images: [{ link: LINK }],
		});
	});

	it.each([null, 7, true, {}, [], ['done']])('of a wrong type is still running: %j', (status) => {
		expect(read(answered({ status })).state).toBe('running');
	});
});

describe('images', () => {
	it('of all links come in their order', () => {
		const image_urls = [LINK, `${LINK}?2`, 'http://file.302.ai/3.jpg'];
		expect(imagesIn(doneWith({ image_urls }))).toEqual(image_urls.map((link) => ({ link })));
	});

	it('in both forms are the same images', () => {
		const both = { image_urls: [LINK], binary_data_base64: [PNG] };
		expect(imagesIn(doneWith(both))).toEqual([{ link: LINK, base64: PNG }]);
	});

	it.each([
		[2, 1],
		[1, 3],
	])('are not dropped when there are %i links and %i in base64', (links, base64s) => {
		const image_urls = Array.from({ length: links }, (_, index) => `${LINK}?${index}`);
		const binary_data_base64 = Array.from({ length: base64s }, () => PNG);
		const images = imagesIn(doneWith({ image_urls, binary_data_base64 })) ?? [];
		expect(images).toHaveLength(Math.max(links, base64s));
		expect(images.filter(({ link }) => link !== undefined)).toHaveLength(links);
		expect(images.filter(({ base64 }) => base64 !== undefined)).toHaveLength(base64s);
	});

	it('that are links in the array of base64 are links', () => {
		expect(imagesIn(doneWith({ binary_data_base64: [LINK] }))).toEqual([{ link: LINK }]);
	});

	it('that are base64 in the array of links are base64', () => {
		expect(imagesIn(doneWith({ image_urls: [PNG] }))).toEqual([{ base64: PNG }]);
	});

	it.each(['image_urls', 'binary_data_base64'])(
		'as data: URLs in %s lose the prefix only',
		(field) => {
			const entry = `data:image/png;base64,${PNG}`;
			expect(imagesIn(doneWith({ [field]: [entry] }))).toEqual([{ base64: PNG }]);
		},
	);

	it('with blanks around a link are still links', () => {
		expect(imagesIn(doneWith({ image_urls: [` ${LINK}\n`] }))).toEqual([{ link: LINK }]);
	});

	it.each([LINK, { url: LINK }])('in place of a list are found under any status: %j', (entry) => {
		expect(imagesIn(answered({ status: 'generating', image_urls: entry }))).toEqual([
			{ link: LINK },
		]);
	});

	it('beside entries that are none are kept', () => {
		expect(imagesIn(doneWith({ image_urls: [null, LINK, '', 3] }))).toEqual([{ link: LINK }]);
	});
});

describe('images under another name', () => {
	const imagesOf = (data: object) => imagesIn(doneWith(data));

	it.each([
		...['image_url', 'imageUrl', 'imageUrls', 'images', 'image', 'image_list', 'url', 'urls'],
		...['link', 'links', 'output', 'Outputs', 'result', 'results', 'b64_json', 'base64'],
		'images_base64',
	])('are found in %s', (name) => {
		expect(imagesOf({ [name]: [LINK] })).toEqual([{ link: LINK }]);
	});

	it.each([
		...['my_image', 'image_id', 'urlx', 'thumb_url', 'links_to', 'input', 'no_output', 'b64_jsons'],
		'photo',
	])('are not found in %s', (name) => {
		expect(read(doneWith({ [name]: [LINK] })).state).toBe('failed');
	});

	it.each(['done', 'DONE', 'success', 'succeeded', 'completed', 'finished', 'ok', 'OK'])(
		'are those of a task that is %s',
		(status) => {
			expect(imagesIn(answered({ status, images: [LINK] }))).toEqual([{ link: LINK }]);
		},
	);

	it.each(['okay', 'undone', 'not complete', 'running', ''])(
		'are not those of a task that is %j',
		(status) => {
			expect(read(answered({ status, images: [LINK] })).state).toBe('running');
		},
	);

	it('are looked for to a depth only', () => {
		const deep = { output: { results: [LINK] } };
		expect(imagesOf(deep)).toEqual([{ link: LINK }]);
		expect(imagesOf({ output: deep })).toBeUndefined();
		expect(imagesOf({ image_urls: [[[[LINK]]]] })).toEqual([{ link: LINK }]);
		expect(imagesOf({ image_urls: [[[[[LINK]]]]] })).toBeUndefined();
	});

	it('are not asked for where the documented ones are there', () => {
		expect(imagesOf({ image_urls: [LINK], url: `${LINK}?2` })).toEqual([{ link: LINK }]);
	});

	it('are those of a list that was written as text', () => {
		expect(imagesOf({ output: JSON.stringify([{ url: LINK }]) })).toEqual([{ link: LINK }]);
	});

	it('in an object in place of a list are found', () => {
		expect(imagesOf({ image_urls: { url: LINK } })).toEqual([{ link: LINK }]);
	});
});

describe('a text in the place of an image', () => {
	const imageIn = (entry: string) => imagesIn(doneWith({ binary_data_base64: [entry] }));

	it.each([
		PNG,
		`\n  ${PNG}`,
		`data:image/png;base64,${PNG}`,
		`DATA:image/png;base64,${PNG}`,
		`"${PNG}`,
		`b'${PNG}`,
		`"data:image/png;base64,${PNG}`,
		`  data:image/png;base64,${PNG}`,
		`data:;base64,${PNG}`,
	])('is one in base64: %.40j', (entry) => {
		expect(imageIn(entry)).toEqual([{ base64: PNG }]);
	});

	it.each(['A'.repeat(16), '-_+/-_+/-_+/-_+/09az', 'AAAA//AAAAbbbb//'])(
		'may be as short as %s',
		(entry) => {
			expect(imageIn(entry)).toEqual([{ base64: entry }]);
		},
	);

	it.each([
		'A'.repeat(15),
		'a portrait of a woman',
		`(${PNG}`,
		`data:image/png,${PNG}`,
		`see data:image/png;base64,${PNG}`,
		`data:${'x'.repeat(120)};base64,${PNG}`,
	])('is none: %.40j', (entry) => {
		expect(imageIn(entry)).toBeUndefined();
	});

	it.each([`<${LINK}>`, `"${LINK}"`, ` \n${LINK}`, LINK.replace('https', 'HTTPS'), LINK.slice(6)])(
		'is a link: %j',
		(entry) => {
			const link = entry.trim().replace(/[<>"]/g, '').replace(/^\/\//, 'https://');
			expect(imageIn(entry)).toEqual([{ link }]);
		},
	);

	it.each(['https://', 'https:AAAAAAAAAAAAAAAAAAAAAAAA', `see ${LINK}`])(
		'is no link: %j',
		(entry) => {
			expect(imageIn(entry)).toBeUndefined();
		},
	);
});

describe('what is told of how the portrait was made', () => {
	const generationOf = (resp_data: unknown) => {
		const state = read(doneWith({ image_urls: [LINK], resp_data }));
		return state.state === 'done' ? (state.generation ?? 'nothing') : 'not done';
	};

	it.each([
		undefined,
		null,
		'',
		'no json',
		'{"log_output":',
		'[]',
		'7',
		7,
		[],
		{},
		'{"log_output":"{"}',
	])('is nothing when the API says %j', (respData) => {
		expect(generationOf(respData)).toBe('nothing');
	});

	it('holds only what is there', () => {
		const log_output = JSON.stringify({ infer_ctx: { params: { seed: -1, width: null } } });
		expect(generationOf(JSON.stringify({ log_output }))).toEqual({ seed: -1 });
	});

	it.each([
		[{ log_output: { infer_ctx: { pe_result: 'of the context' } } }, 'of the context'],
		[{ log_output: { pe_result: 'of the log', infer_ctx: { pe_result: 'x' } } }, 'of the log'],
		[{ log_output: { params: { seed: 1 }, pe_result: 'no context' } }, 'no context'],
	])('holds the expanded prompt wherever it stands: %j', (respData, expanded_prompt) => {
		expect(generationOf(respData)).toMatchObject({ expanded_prompt });
	});

	it('holds what stands beside the context where there is none', () => {
		const params = { ori_prompt: 'a prompt', seed: 1, width: 640, height: 512 };
		expect(generationOf({ log_output: { params } })).toEqual({
			prompt: 'a prompt',
			seed: 1,
			width: 640,
			height: 512,
		});
	});

	it('is understood when it is JSON without the strings around it', () => {
		const log_output = { infer_ctx: { params: { seed: 5 } }, pe_result: 'a prompt' };
		expect(generationOf({ log_output })).toEqual({ seed: 5, expanded_prompt: 'a prompt' });
	});
});

describe('what is said of a task without an image', () => {
	const saidOf = (data: object) => failureIn(read(answered(data)));

	it.each<[object, string]>([
		[{ status: 'done' }, '302.AI finished the task without an image'],
		[
			{ status: 'not_found' },
			'302.AI does not know this task, or its result has expired (status "not_found")',
		],
		[{ status: 'expired' }, 'The task has expired at 302.AI (status "expired")'],
		[{ status: 'failed' }, '302.AI could not make the portrait (status "failed")'],
	])('%j: %s', (data, message) => {
		expect(saidOf(data)?.message).toBe(message);
	});

	it.each([
		...['not found', 'not-found', 'notfound', 'task_not_exist', 'NotExists', 'does not exist'],
	])('with the status %j is that 302.AI does not know it', (status) => {
		const failure = saidOf({ status });
		expect(failure?.message).toMatch(/^302\.AI does not know this task/);
		expect(failure?.remedy).toMatch(/^Check 'Task ID' .*ends in zeros.* 12 hours/);
	});

	it.each([
		...['fail', 'error', 'cancelled', 'aborted', 'rejected', 'refused', 'denied', 'declined'],
		...['invalid', 'violation', 'blocked', 'banned', 'terminated', 'timeout', 'time_out'],
		...[
			'timedout',
			'timed out',
			'time-out',
			'timed_-out',
			'失败',
			'已取消',
			'拒绝',
			'错误',
			'pre-failed-post',
		],
	])('with the status %j is that it ended badly', (status) => {
		expect(saidOf({ status })?.message).toBe(
			`302.AI could not make the portrait (status "${status}")`,
		);
	});

	it.each(['times out of mind', 'time is out', 'undoner', 'not done', 'almost done', 'done soon'])(
		'with the status %j is nothing, as it may run',
		(status) => {
			expect(read(answered({ status }))).toMatchObject({ state: 'running', status });
		},
	);

	it('is what the answer says where its data says nothing', () => {
		const state = read({ code: 10000, message: 'no face found', data: { status: 'failed' } });
		expect(failureIn(state)?.message).toBe(
			'302.AI could not make the portrait (status "failed"): no face found',
		);
	});

	it.each([undefined, 'no task yet'])('with no data says so, and the reason %j', (message) => {
		const state = read({ code: 10000, message, request_id: 'REQUEST-1', data: null });
		expect(state).toMatchObject({ state: 'askAgain', retry: 'fewTimes' });
		expect(failureIn(state)).toMatchObject({
			kind: 'api',
			message: `The API answered without any data about the task${message ? `: ${message}` : ''}`,
			remedy: expect.stringContaining('fetches it later'),
			httpStatus: 200,
			requestId: 'REQUEST-1',
		});
	});

	it('runs under the name "unknown" where it has no status', () => {
		expect(read(answered({}))).toMatchObject({
			state: 'running',
			status: 'unknown',
			requestId: 'request-1',
			answer: answered({}),
		});
	});

	it('keeps the whole answer of a task that runs', () => {
		const data = { status: 'generating', progress: 0.5 };
		expect(read(answered(data))).toMatchObject({ answer: answered(data) });
	});
});

describe('images under a code that nobody documented', () => {
	const data = { status: 'done', image_urls: [LINK] };

	it('are taken when the task is said to be finished', () => {
		const state = read({ code: 20000, request_id: 'REQUEST-1', data });
		expect(state).toMatchObject({
			state: 'done',
			images: [{ link: LINK }],
			requestId: 'REQUEST-1',
			answer: { code: 20000, data },
		});
	});

	it.each<[string, unknown, number]>([
		[
			'when the task is not said to be finished',
			{ code: 20000, data: { image_urls: [LINK], status: 'x' } },
			200,
		],
		['when there are none', { code: 20000, data: { status: 'done' } }, 200],
		['when the data is no object', { code: 20000, data: [1, 2] }, 200],
		['under an HTTP status of a redirect', { code: 20000, data }, 300],
		['under an HTTP status of an error', { code: 20000, data }, 400],
		['when the code is documented after all', { code: 50411, data }, 200],
		['when there is no code', { error: 'no', data }, 200],
	])('are not taken %s', (_when, body, httpStatus) => {
		expect(read(body, httpStatus).state).not.toBe('done');
	});

	it('are taken under any HTTP status of success', () => {
		expect(read({ code: 20000, data }, 299).state).toBe('done');
	});
});

describe('a code that nobody documented', () => {
	it.each([
		[200, 60000, 'never', 'api'],
		[400, 60000, 'never', 'api'],
		[401, 40100, 'never', 'account'],
		[429, -10099, 'rate', 'api'],
		[502, -1, 'untilDeadline', 'api'],
	])('under HTTP status %i (%i) leads to %s', (http, code, next, kind) => {
		const state = read({ code, message: 'something', data: null }, http);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)).toMatchObject({ kind, code, httpStatus: http });
	});

	it.each(['constructor', '__proto__', 'toString'])('in the word %s is final', (code) => {
		expect(nextStep(read({ code, message: 'something' }))).toBe('never');
	});
});

describe('the images of both lists', () => {
	const base64 = 'iVBORw0KGgoAAAANSUhEUgAA';
	const imagesOf = (data: object) => {
		const state = read(doneWith(data));
		return 'images' in state ? state.images : [];
	};

	it('are the same images in two forms where both have an entry', () => {
		const data = { image_urls: ['https://h/a.png'], binary_data_base64: [base64] };
		expect(imagesOf(data)).toEqual([{ link: 'https://h/a.png', base64 }]);
	});

	it('are all there where each list has a gap', () => {
		const data = {
			image_urls: [null, 'https://h/b.png'],
			binary_data_base64: [base64, null],
		};
		expect(imagesOf(data)).toEqual([{ base64 }, { link: 'https://h/b.png' }]);
	});
});

describe('a task that ended without a portrait', () => {
	it('has the code of its answer, and none where the answer has none', () => {
		const data = { status: 'failed' };
		expect(failureIn(read({ code: 10000, data }))?.code).toBe(10000);
		expect(failureIn(read({ data }))?.code).toBeUndefined();
	});
});

describe('an answer without JSON', () => {
	const readBody = (body: ResponseBody, httpStatus: number) => stateIn({ httpStatus, body });

	it.each([
		[200, 'never', 'api'],
		[301, 'never', 'api'],
		[401, 'never', 'api'],
		[402, 'never', 'api'],
		[403, 'never', 'api'],
		[404, 'never', 'api'],
		[429, 'rate', 'api'],
		[500, 'untilDeadline', 'api'],
		[502, 'untilDeadline', 'api'],
		[503, 'untilDeadline', 'api'],
	])('but a web page with status %i leads to %s', (http, next, kind) => {
		const state = readBody({ kind: 'html', title: '' }, http);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)).toMatchObject({ kind, httpStatus: http });
		expect(failureIn(state)?.message).toMatch(http === 301 ? /redirect/ : /web page/i);
	});

	it.each(Array.from({ length: 500 }, (_, index) => index + 100))(
		'but a web page with status %i is never a result',
		(http) => {
			const said = failureIn(readBody({ kind: 'html', title: '' }, http))?.message;
			const others = http === 407 ? /proxy/ : /web page/i;
			expect(said).toMatch(http >= 300 && http < 400 ? /redirect/ : others);
		},
	);

	it.each<[ResponseBody, RegExp]>([
		[{ kind: 'empty' }, /empty/],
		[{ kind: 'cutShort', text: '' }, /cut short/],
		[{ kind: 'text', text: 'upstream timed out' }, /upstream timed out/],
	])('that may pass is asked again: %j', (body, said) => {
		const state = readBody(body, 200);
		expect(state.state).toBe('askAgain');
		expect(failureIn(state)?.message).toMatch(said);
	});

	it('that is too large is final and names the option', () => {
		const state = readBody({ kind: 'tooLarge', limit: 50e6 }, 200);
		expect(nextStep(state)).toBe('never');
		expect(failureIn(state)?.message).toContain('50 MB');
		expect(failureIn(state)?.remedy).toContain("'Max File Size'");
	});
});

describe('JSON of another shape', () => {
	it.each([null, true, 0, 7, '', 'text', [], [1], [{ code: 10000 }], {}])(
		'is no result: %j',
		(body) => {
			const state = read(body);
			expect(state.state).toBe('askAgain');
			expect(failureIn(state)?.message).not.toBe('');
		},
	);

	it.each([undefined, null, 7, 'text', [], true])('with data %j is no result', (data) => {
		expect(read(answered(data)).state).toBe('askAgain');
	});

	it('of another service under HTTP status 200 is shown in its own words', () => {
		expect(failureIn(read({ error: 'model not found' }))?.message).toContain('model not found');
	});

	it('passes Retry-After on', () => {
		const body = samples.concurrencyLimit.body;
		expect(read(body, 429, 3000)).toMatchObject({ state: 'askAgain', retryAfter: 3000 });
	});

	it('is readable when its message is long or holds control characters', () => {
		const message = `one\u0000two\u202e\n\tthree ${'x'.repeat(5000)}`;
		const said = failureIn(read({ code: 50411, message }))?.message ?? '';
		expect(said).toMatch(/one two three/);
		expect(said.length).toBeLessThan(400);
	});
});

describe('a link', () => {
	it.each([
		['https://host.example/x.png?a=1&amp;sig=2', 'https://host.example/x.png?a=1&sig=2'],
		[String.raw`https:\/\/host.example\/x.png`, 'https://host.example/x.png'],
		['"https://host.example/x.png"', 'https://host.example/x.png'],
	])('is freed of what a program wrote it in: %s', (given, link) => {
		const state = read(answered({ status: 'done', image_urls: [given] }));
		expect(state).toMatchObject({ images: [{ link }] });
	});

	it.each([{ url: 'https://host.example/x.png' }, { image_url: 'https://host.example/x.png' }])(
		'in an object in the list of links is found: %j',
		(entry) => {
			const state = read(answered({ status: 'done', image_urls: [entry] }));
			expect(state).toMatchObject({ images: [{ link: 'https://host.example/x.png' }] });
		},
	);
});

describe('an answer that was written into JSON once more', () => {
	const data = { status: 'done', image_urls: [LINK] };

	it.each<[string, unknown]>([
		['as a text', JSON.stringify({ code: 10000, data })],
		['as a list of one', [{ code: 10000, data }]],
		['in the data of another answer', { code: 200, data: { code: 10000, data } }],
		['without any envelope', { code: 10000, ...data }],
		['with its data in a list', { code: 10000, data: [data] }],
		['under result', { code: 10000, result: data }],
		['under output', { code: 0, output: data }],
		['with a code in words', { code: 'Success', data }],
		['with a code that nobody documented', { code: 20000, data }],
		['with its data as a text', { code: 10000, data: JSON.stringify(data) }],
		[
			'with its links as a text',
			{ code: 10000, data: { ...data, image_urls: JSON.stringify([LINK]) } },
		],
	])('%s is understood', (_name, body) => {
		expect(read(body)).toMatchObject({ state: 'done', images: [{ link: LINK }] });
	});
});

describe('a web page under HTTP status 400', () => {
	it('is that of a proxy or of a wrong address, and no matter of parameters', () => {
		const title = '400 The plain HTTP request was sent to HTTPS port';
		const failure = failureIn(stateIn({ httpStatus: 400, body: { kind: 'html', title } }));
		expect(failure?.message).toContain(title);
		expect(failure?.remedy).toMatch(/'Base URL'.*proxy/);
	});
});

describe('an answer in the envelope of another gateway', () => {
	it.each([0, 200, '0', '200'])('with code %j is read for its data', (code) => {
		expect(read({ code, data: { status: 'generating' } }).state).toBe('running');
		expect(read({ code, data: { status: 'done', image_urls: [LINK] } }).state).toBe('done');
	});

	it.each([0, 200])('with code %j and no data is none', (code) => {
		expect(read({ code, message: 'Success', data: null }).state).not.toBe('running');
	});
});

describe('a refusal whose reason stands elsewhere', () => {
	it('is told in its words, under HTTP status 422', () => {
		const body = { detail: [{ loc: ['body', 'task_id'], msg: 'field required' }] };
		const failure = failureIn(read(body, 422));
		expect(failure).toMatchObject({
			message: '302.AI answered: body.task_id: field required (HTTP status 422)',
			httpStatus: 422,
		});
	});

	it.each([
		[429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }],
		[429, { code: 42901, message: 'The quota of this key is used up' }],
		[429, { message: '账户余额不足' }],
		[403, { message: 'Insufficient balance' }],
		[402, { error: 'out of credits' }],
	])('for a used-up account is no rate limit: HTTP status %i, %j', (status, body) => {
		const state = read(body, status);
		expect(nextStep(state)).toBe('never');
		expect(failureIn(state)?.kind).toBe('account');
	});

	it.each([
		[429, { message: 'Quota exceeded for requests per minute' }],
		[429, { message: 'Too many requests, check your quota' }],
		[429, { message: 'QPS quota reached' }],
		[429, {}],
	])('for a limit that passes is one: HTTP status %i, %j', (status, body) => {
		expect(nextStep(read(body, status))).toBe('rate');
	});

	it('is no matter of the account only because a word of it is in there', () => {
		const state = read({ code: 50200, message: 'white balance out of range' }, 400);
		expect(failureIn(state)?.kind).toBe('api');
	});
});
