import { Asker } from '../../live/ask';
import { CHECKS } from '../../live/checks';
import { answer, htmlPage, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { needBuild } from '../package/built';
import { isRecord } from '../support/isRecord';
import { drawPicture } from '../support/photo';
import { alter, checkLive, type Instead, type Leaving, type Sent } from './bench';

let sandbox: Sandbox;

beforeAll(() => needBuild());
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => await sandbox.stop());

const NAMES = CHECKS.map(({ name }) => name);
/** Those that need the portrait. */
const OF_PORTRAIT = NAMES.slice(NAMES.indexOf('links'), NAMES.indexOf('status-words'));

const submits = (): unknown[] => sandbox.log.filter(({ endpoint }) => endpoint === 'submit');

/** The body of an answer with other data. */
const withData = ({ body, data }: Leaving, changed: object): Instead => ({
	body: { ...body, data: { ...data, ...changed } },
});

/** The data of the result that the sandbox gives to another request. */
async function resultOf(taskId: unknown, query: string, settings?: object): Promise<object> {
	const response = await fetch(`${sandbox.baseUrl}/doubao/drawing/portrait_result${query}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			task_id: taskId,
			...(settings && { req_json: JSON.stringify(settings) }),
		}),
	});
	const answered: unknown = await response.json();
	if (!isRecord(answered) || !isRecord(answered.data)) throw new Error('the sandbox gave no data');
	return answered.data;
}

const isUrlAsked = ({ entry }: Sent): boolean => entry.path.includes('response_format=url');
const isDone = ({ data }: Leaving): boolean => data.status === 'done';
/** A request for links with nothing else. */
const isPlain = (sent: Sent): boolean =>
	isUrlAsked(sent) && JSON.stringify(sent.settings) === '{"return_url":true}';
const positionIn = ({ settings }: Sent): unknown =>
	JSON.parse(JSON.stringify(settings)).logo_info?.position;

it('of a sandbox that is as it is assumed everything holds but what it does not show', async () => {
	const { names } = await checkLive(sandbox);
	expect(names('differs')).toEqual([]);
	expect(names('could not be seen')).toEqual(['retry-after']);
	expect(names('holds')).toEqual(NAMES.filter((name) => name !== 'retry-after'));
	expect(sandbox.orders).toHaveLength(1);
	expect(sandbox.log.filter(({ endpoint }) => endpoint === 'upload')).toHaveLength(1);
});

it('with a task of before nothing is ordered', async () => {
	const taskId = sandbox.addTask({ width: 256, height: 256 });
	const { names } = await checkLive(sandbox, { taskId, photo: undefined });
	expect(names('differs')).toEqual([]);
	expect(names('could not be seen')).toEqual(['submit', 'task-id', 'retry-after']);
	expect(sandbox.orders).toEqual([]);
});

it('the photo of a link is submitted by it', async () => {
	const link = 'https://example.com/anna.jpg';
	const { names } = await checkLive(sandbox, { photo: { link } });
	expect(names('differs')).toEqual([]);
	expect(sandbox.orders.map(({ body }) => body.image_input)).toEqual([link]);
});

/** Each makes the sandbox differ in one point. */
const DIFFERENCES: Array<[string, string, () => void]> = [
	[
		'key',
		'there is no such call',
		() =>
			alter(sandbox, 'models', ({ entry }) =>
				entry.headers.authorization === `Bearer ${sandbox.key}`
					? { status: 404, body: { error: { err_code: -10010, message: 'Not found' } } }
					: undefined,
			),
	],
	[
		'key',
		'it gives no list',
		() =>
			alter(sandbox, 'models', ({ entry }) =>
				entry.headers.authorization === `Bearer ${sandbox.key}`
					? { body: { code: 0, data: 'hello' } }
					: undefined,
			),
	],
	[
		'wrong-key',
		'anyone may have the list',
		() =>
			alter(sandbox, 'models', (_sent, { status }) =>
				status === 401 ? { body: { object: 'list', data: [] } } : undefined,
			),
	],
	[
		'wrong-key',
		'it is refused with another status',
		() =>
			alter(sandbox, 'models', (_sent, { status, body }) =>
				status === 401 ? { status: 403, body } : undefined,
			),
	],
	[
		'unknown-task',
		'it is called expired',
		() =>
			alter(sandbox, 'result', (_sent, leaving) =>
				leaving.data.status === 'not_found' ? withData(leaving, { status: 'expired' }) : undefined,
			),
	],
	[
		'mangled-id',
		'it is an unknown task',
		() =>
			alter(sandbox, 'result', (_sent, { body }) =>
				body.code === 50215
					? { body: { ...body, code: 10000, data: { status: 'not_found' } } }
					: undefined,
			),
	],
	[
		'mangled-id',
		'its HTTP status is 200',
		() =>
			alter(sandbox, 'result', (_sent, { body }) => (body.code === 50215 ? { body } : undefined)),
	],
	[
		'upload',
		'its code is another',
		() => alter(sandbox, 'upload', (_sent, { body }) => ({ body: { ...body, code: 0 } })),
	],
	[
		'upload',
		'the link is in another place',
		() =>
			alter(sandbox, 'upload', (_sent, { body }) => ({
				body: { code: 200, data: { url: body.data } },
			})),
	],
	[
		'submit',
		'the path is another',
		() =>
			sandbox.inject({
				endpoint: 'submit',
				times: Infinity,
				handle: answer(404, { error: { err_code: -10010, message: 'Nothing answers' } }),
			}),
	],
	[
		'submit',
		'no task ID comes',
		() => alter(sandbox, 'submit', (_sent, { body }) => ({ body: { ...body, data: {} } })),
	],
	[
		'task-id',
		'it is in another place',
		() =>
			alter(sandbox, 'submit', (_sent, { body, data: { task_id } }) =>
				task_id === undefined ? undefined : { body: { ...body, data: {}, task_id } },
			),
	],
	[
		'links',
		'base64 comes all the same',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				isPlain(sent) && isDone(leaving)
					? withData(leaving, await resultOf(sent.body.task_id, ''))
					: undefined,
			),
	],
	[
		'image-file',
		'the image host refuses',
		() => sandbox.inject({ endpoint: 'image', handle: answer(403, 'Forbidden') }),
	],
	[
		'links-by-return-url',
		'return_url alone is not enough',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				!isUrlAsked(sent) && sent.settings.return_url === true
					? withData(leaving, await resultOf(sent.body.task_id, ''))
					: undefined,
			),
	],
	[
		'base64',
		'links come all the same',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				!isUrlAsked(sent) && sent.body.req_json === undefined
					? withData(leaving, await resultOf(sent.body.task_id, '', { return_url: true }))
					: undefined,
			),
	],
	[
		'same-task',
		'no mark is drawn',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				positionIn(sent) === undefined
					? undefined
					: withData(leaving, await resultOf(sent.body.task_id, '', { return_url: true })),
			),
	],
	[
		'same-task',
		'the mark stays',
		() => {
			let marked: unknown;
			alter(sandbox, 'result', (sent, leaving) => {
				if (positionIn(sent) === 0) marked = leaving.data.image_urls;
				return isPlain(sent) && marked !== undefined
					? withData(leaving, { image_urls: marked })
					: undefined;
			});
		},
	],
	...(
		[
			['watermark-bottom-right', 0, 2],
			['watermark-bottom-left', 1, 0],
			['watermark-top-left', 2, 3],
			['watermark-top-right', 3, 1],
		] as const
	).map(([name, asked, drawn]): [string, string, () => void] => [
		name,
		'it is another corner',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				positionIn(sent) === asked && isUrlAsked(sent)
					? withData(
							leaving,
							await resultOf(sent.body.task_id, '', {
								return_url: true,
								logo_info: { add_logo: true, position: drawn, language: 1 },
							}),
						)
					: undefined,
			),
	]),
	[
		'content-label',
		'302.AI does not pass it on',
		() =>
			alter(sandbox, 'result', async (sent, leaving) =>
				sent.settings.aigc_meta === undefined
					? undefined
					: withData(leaving, await resultOf(sent.body.task_id, '', { return_url: true })),
			),
	],
	[
		'content-label',
		'it is refused',
		() =>
			alter(sandbox, 'result', (sent) =>
				sent.settings.aigc_meta === undefined
					? undefined
					: { status: 400, body: { code: 50200, data: null, message: 'aigc_meta' } },
			),
	],
	[
		'refused-parameter',
		'the HTTP status is 200',
		() =>
			alter(sandbox, 'submit', (_sent, { body }) => (body.code === 50200 ? { body } : undefined)),
	],
	[
		'refused-parameter',
		'it is taken',
		() =>
			alter(sandbox, 'submit', (_sent, { body }) =>
				body.code === 50200
					? { body: { code: 10000, data: { task_id: '7418048504813240370' } } }
					: undefined,
			),
	],
	[
		'status-words',
		'a running task is called otherwise',
		() => {
			let isRunning = true;
			alter(sandbox, 'result', (_sent, leaving) => {
				if (!isRunning || !isDone(leaving)) return undefined;
				isRunning = false;
				return withData(leaving, { status: 'processing', image_urls: null });
			});
		},
	],
	[
		'retry-after',
		'a refusal for a limit does not say how long',
		() =>
			sandbox.inject({
				endpoint: 'result',
				handle: answer(429, { code: 50429, message: 'Request Has Reached API Limit' }),
			}),
	],
];

/** Without the path, or the link of the photo, nothing can be ordered. */
const WITHOUT_ORDER = ['submit: the path is another', 'upload: the link is in another place'];

describe('of a sandbox that differs in one point exactly that one differs', () => {
	it.each(DIFFERENCES)('%s: %s', async (name, how, differ) => {
		differ();
		const { names } = await checkLive(sandbox);
		expect(names('differs')).toEqual([name]);
		// The second one is the order that is to be refused.
		expect(submits().length).toBeLessThanOrEqual(2);
		const hasOrder = !WITHOUT_ORDER.includes(`${name}: ${how}`);
		expect(sandbox.orders).toHaveLength(hasOrder ? 1 : 0);
	});

	it('and there is a difference for each check', () => {
		expect([...new Set(DIFFERENCES.map(([name]) => name))]).toEqual(NAMES);
	});
});

describe('a submit of which nobody knows whether it was taken is never sent again', () => {
	it.each([
		['the connection breaks', resetBeforeAnswer],
		['a page comes in place of the answer', htmlPage(502)],
	])('%s', async (_what, handle) => {
		sandbox.inject({ endpoint: 'submit', after: true, handle });
		const { names, results } = await checkLive(sandbox);
		expect(sandbox.orders).toHaveLength(1);
		expect(submits()).toHaveLength(1);
		expect(names('differs')).toEqual([]);
		expect(names('could not be seen')).toEqual(
			expect.arrayContaining(['submit', 'task-id', ...OF_PORTRAIT]),
		);
		const { came = '' } = results.find(({ name }) => name === 'submit') ?? {};
		expect(came).toMatch(/taken/);
	});
});

it('a submit that is refused for a limit is sent again, and so taken once', async () => {
	sandbox.inject({
		endpoint: 'submit',
		handle: answer(429, { code: 50430, message: 'Concurrent Limit' }, { 'retry-after': '0' }),
	});
	const { names } = await checkLive(sandbox);
	expect(names('could not be seen')).toEqual([]);
	expect(names('holds')).toEqual(NAMES);
	expect(sandbox.orders).toHaveLength(1);
});

it('a portrait that 302.AI refuses does not speak against the path', async () => {
	sandbox.inject({
		endpoint: 'submit',
		handle: answer(400, { code: 50411, data: null, message: 'Pre Img Risk Not Pass' }),
	});
	const { names } = await checkLive(sandbox);
	expect(names('differs')).toEqual([]);
	expect(names('could not be seen')).toEqual(expect.arrayContaining(['submit', ...OF_PORTRAIT]));
	expect(submits()).toHaveLength(1);
});

it('a photo that 302.AI cannot fetch does not speak against the path either', async () => {
	const body = { error: { err_code: -10016, message: 'Failed to fetch the file' } };
	sandbox.inject({ endpoint: 'submit', handle: answer(400, body) });
	const { names } = await checkLive(sandbox);
	expect(names('differs')).toEqual([]);
	expect(names('could not be seen')).toEqual(expect.arrayContaining(['submit']));
});

it('a submit that is refused for a limit each time was surely not taken, and is told so', async () => {
	const busy = answer(429, { code: 50430, message: 'Concurrent Limit' });
	sandbox.inject({ endpoint: 'submit', times: Infinity, handle: busy });
	const { results } = await checkLive(sandbox);
	const { verdict, came } = results.find(({ name }) => name === 'submit') ?? {};
	expect(verdict).toBe('could not be seen');
	expect(came).toMatch(/^Nothing was submitted/);
});

it('what passes by itself speaks against nothing', async () => {
	const taskId = sandbox.addTask({ width: 160, height: 160 });
	for (const endpoint of ['models', 'upload', 'result'] as const) {
		sandbox.inject({ endpoint, times: 2, handle: htmlPage(502) });
	}
	const { names } = await checkLive(sandbox, { taskId });
	expect(names('differs')).toEqual([]);
	expect(names('could not be seen')).toEqual(
		expect.arrayContaining(['key', 'wrong-key', 'unknown-task', 'mangled-id', 'upload']),
	);
	expect(names('holds')).toEqual(expect.arrayContaining(['links', 'base64', 'same-task']));
});

it('a form that is refused differs, and hides none of the others', async () => {
	alter(sandbox, 'result', (sent) =>
		isUrlAsked(sent) &&
		sent.entry.taskId !== '8999999999999999999' &&
		sent.body.task_id !== 'not-a-task-id'
			? { status: 400, body: { code: 50200, data: null, message: 'response_format' } }
			: undefined,
	);
	const taskId = sandbox.addTask({ width: 160, height: 160 });
	const { names } = await checkLive(sandbox, { taskId });
	expect(names('differs')).toEqual(['links']);
	expect(names('holds')).toEqual(expect.arrayContaining(['links-by-return-url', 'base64']));
});

it('a task ID that comes with a refusal of the account is kept', async () => {
	alter(sandbox, 'submit', (_sent, { body, data }) => ({
		status: 402,
		body: { ...body, data, error: { err_code: -10004, message: 'Insufficient balance' } },
	}));
	const { results } = await checkLive(sandbox);
	const [{ taskId }] = sandbox.orders;
	expect(results.find(({ name }) => name === 'submit')?.came).toContain(taskId);
});

describe('after a refusal of the key or the account nothing more is sent', () => {
	it('a wrong key', async () => {
		const { results } = await checkLive(sandbox, {}, { apiKey: 'sk-test-mistyped' });
		expect(results.map(({ name }) => name)).toEqual(NAMES);
		for (const { verdict, came } of results) {
			expect(verdict).toBe('could not be seen');
			expect(came).toContain('302.AI does not accept this key');
		}
		expect(sandbox.log).toHaveLength(1);
	});

	it('an empty balance', async () => {
		const body = { error: { err_code: -10004, message: 'Insufficient balance' } };
		sandbox.inject({ endpoint: 'submit', handle: answer(402, body) });
		const { names, results } = await checkLive(sandbox);
		expect(names('differs')).toEqual([]);
		expect(names('holds')).toEqual(NAMES.slice(0, NAMES.indexOf('submit')));
		expect(results.at(-1)?.came).toMatch(/Insufficient balance/);
		expect(submits()).toHaveLength(1);
	});
});

describe('one check that fails does not hide the others', () => {
	it('when what came cannot be decoded', async () => {
		const broken = Buffer.concat([drawPicture().subarray(0, 40), Buffer.alloc(200)]);
		sandbox.inject({ endpoint: 'image', skip: 1, handle: answer(200, broken) });
		const { names } = await checkLive(sandbox);
		expect(names('differs')).toEqual([]);
		expect(names('could not be seen')).toEqual(['same-task', 'retry-after']);
	});

	it('when it throws', async () => {
		const ask = jest.spyOn(Asker.prototype, 'fileOf');
		ask.mockRejectedValueOnce(new TypeError('a defect'));
		const { results, names } = await checkLive(sandbox);
		ask.mockRestore();
		expect(results.find(({ name }) => name === 'image-file')?.came).toContain('a defect');
		expect(names('holds')).toEqual(expect.arrayContaining(['base64', 'refused-parameter']));
	});

	it('when no answer comes', async () => {
		sandbox.inject({ endpoint: 'upload', handle: resetBeforeAnswer });
		const { names } = await checkLive(sandbox, { photo: { link: 'https://example.com/anna.jpg' } });
		expect(names('could not be seen')).toEqual(['upload', 'retry-after']);
	});
});

it('without the link of the photo nothing is submitted', async () => {
	sandbox.inject({ endpoint: 'upload', handle: resetBeforeAnswer });
	const { names } = await checkLive(sandbox);
	expect(names('could not be seen')).toEqual(
		expect.arrayContaining(['upload', 'submit', ...OF_PORTRAIT]),
	);
	expect(submits()).toEqual([]);
});

it('a portrait that is not ready in time is left alone', async () => {
	const taskId = sandbox.addTask({ generatingFor: 60_000 });
	const { results } = await checkLive(sandbox, { taskId, longestWait: 100 });
	const links = results.find(({ name }) => name === 'links');
	expect(links?.verdict).toBe('could not be seen');
	expect(links?.came).toContain('--task-id');
});
