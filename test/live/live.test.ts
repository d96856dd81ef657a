/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { FREE_CHECKS, PAID_CHECKS } from '../../live/checks';
import { runLive, type Surroundings } from '../../live/live';
import { answer, htmlPage, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type { Endpoint, Sandbox } from '../../sandbox/types';
import { drawPicture } from '../support/photo';

const NAMES = [...FREE_CHECKS, ...PAID_CHECKS].map(({ name }) => name);
const folder = mkdtempSync(join(tmpdir(), 'live-'));
const photo = join(folder, 'anna.png');
writeFileSync(photo, drawPicture());
const CATALOGUE = String.raw`["\/doubao\/drawing\/portrait_result", "\/doubao\/drawing\/portrait", "$0.05"]`;
const SMALL = { width: 160, height: 160, generatingFor: 30 };

let sandbox: Sandbox;
type Rewrite = (exchange: string) => string;
/** Changes `POST link⏎body` on its way to the API, and the same with ` -> 200 answer` behind it on its way back. */
let rewrite: Rewrite;

const realFetch = fetch;
beforeEach(async () => {
	sandbox = await startSandbox();
	sandbox.coming.push(SMALL);
	rewrite = (exchange) => exchange;
	jest.spyOn(globalThis, 'fetch').mockImplementation(async (link, options = {}) => {
		const { body, method = '' } = options;
		if (!String(link).startsWith(sandbox.baseUrl)) return await realFetch(link, options);
		const asked = rewrite(`${method} ${String(link)}\n${typeof body === 'string' ? body : ''}`);
		const [, to = '', text] = /^\w* (\S+)\n([^]*)$/.exec(asked) ?? [];
		const came = await realFetch(to, { ...options, body: typeof body === 'string' ? text : body });
		const answered = rewrite(`${asked} -> ${came.status} ${await came.text()}`);
		const [, status, content] = / -> (\d+) ([^]*)$/.exec(answered) ?? [];
		return new Response(content, { status: Number(status), headers: came.headers });
	});
});
afterEach(async () => {
	jest.restoreAllMocks();
	await sandbox.stop();
});

async function live(given: string[] = ['--photo', photo, '--yes'], others?: Partial<Surroundings>) {
	const kept = mkdtempSync(join(folder, 'run-'));
	const lines: string[] = [];
	const code = await runLive({
		given: ['--catalogue', `${sandbox.baseUrl}/api/cache/product-list`, ...given],
		environment: { AI302_API_KEY: sandbox.key, AI302_BASE_URL: sandbox.baseUrl },
		folder: kept,
		say: (line) => lines.push(line),
		pause: 20,
		...others,
	});
	const said = lines.join('\n');
	const named = (verdict: string) =>
		[...said.matchAll(new RegExp(`^${verdict} +([\\w-]+):`, 'gm'))].map(([, name]) => name);
	const [holds, differs, unseen] = ['holds', 'differs', 'could not be seen'].map(named);
	return { code, said, kept, holds, differs, unseen };
}

const sent = (endpoint: Endpoint) => sandbox.log.filter((entry) => entry.endpoint === endpoint);

it('of an API as expected all holds, and only the API sees the key', async () => {
	sandbox.inject({ endpoint: 'unknown', handle: answer(200, CATALOGUE) });
	rewrite = to(/(-> 200 \{)"object"/, `$1"echo":"Bearer ${sandbox.key}","object"`);
	const { code, said, kept, holds, unseen } = await live();
	expect(holds).toEqual(NAMES.filter((name) => name !== 'retry-after'));
	expect([code, unseen]).toEqual([0, ['retry-after']]);
	expect([sandbox.orders.length, sent('submit').length, sent('upload').length]).toEqual([1, 2, 1]);
	expect(said).toMatch(/catalogue.*\/portrait_result".*\/portrait".*\$0\.05/);
	const files = readdirSync(kept, { recursive: true, withFileTypes: true })
		.filter((file) => file.isFile())
		.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
	expect(files.length).toBeGreaterThan(20);
	expect(files.join()).toContain('"Bearer [API key hidden]"');
	expect([said, ...files].join()).not.toContain(sandbox.key);
	expect(sent('image').length).toBeGreaterThan(5);
	expect(JSON.stringify([sent('image'), sent('unknown')])).not.toContain(sandbox.key);
});

it('with a task of before nothing is ordered', async () => {
	const taskId = sandbox.addTask({ width: 160, height: 160 });
	const { differs, unseen } = await live(['--task-id', taskId, '--yes']);
	expect([differs, unseen]).toEqual([[], ['catalogue', 'submit', 'task-id', 'retry-after']]);
	expect(sandbox.orders).toEqual([]);
});

/** What is found in a request, or in a request with its answer, is something else. */
function to(found: RegExp, instead: string): Rewrite {
	return (exchange) => exchange.replace(found, instead);
}

/** Once a mark was asked for, it is drawn for those who ask for links alone as well. */
function staying(): Rewrite {
	let isMarked = false;
	const mark = to(/(?<="\{)(?=\\"return_url\\":true\}")/, '\\"logo_info\\":{\\"add_logo\\":true},');
	return (exchange) => {
		isMarked ||= exchange.includes('add_logo');
		return isMarked ? mark(exchange) : exchange;
	};
}

// prettier-ignore
const DIFFERENCES: Array<[check: string, how: string, rewrite: Rewrite]> = [
	['key', 'no list', to(/"data":\[\{"id".*/, '"data":"hello"}')],
	['wrong-key', 'another status', to(/-> 401/, '-> 403')],
	['wrong-key', 'anyone has the list', to(/-> 401 .*/, '-> 200 {"data":[]}')],
	['unknown-task', 'another word', to(/"not_found"/, '"expired"')],
	['mangled-id', 'HTTP 200', to(/-> 400 (.*50215)/, '-> 200 $1')],
	['upload', 'another code', to(/"code":200/, '"code":0')],
	['upload', 'the link elsewhere', to(/"data":("http[^"]*")/, '"data":{"url":$1}')],
	['submit', 'another path', to(/doubao\/drawing\/portrait\n/, 'nowhere\n')],
	['submit', 'no task ID', to(/"data":\{"task_id":"\d+"\}/, '"data":{}')],
	['task-id', 'elsewhere', to(/"data":\{("task_id":"\d+")\}/, '"data":{},$1')],
	['links', 'base64 comes', to(/\?response_format=url(\n\{"task_id":"7\d*"),"req_json":"\{\\"return_url\\":true\}"/, '$1')],
	['links-by-return-url', 'base64 comes', to(/(portrait_result\n\{"task_id":"\d*"),"req_json":"[^}]*\}"/, '$1')],
	['base64', 'links come', to(/(portrait_result\n\{"task_id":"\d*")\}/, '$1,"req_json":"{\\"return_url\\":true}"}')],
	['same-task', 'no mark is drawn', to(/(add_logo\\":)true/, '$1false')],
	['same-task', 'the mark stays', staying()],
	['watermark-bottom-right', 'another corner', to(/(position\\":)0/, '$12')],
	['watermark-bottom-left', 'another corner', to(/(position\\":)1/, '$13')],
	['watermark-top-left', 'another corner', to(/(position\\":)2/, '$10')],
	['watermark-top-right', 'another corner', to(/(position\\":)3/, '$11')],
	['content-label', 'not passed on', to(/,\\"aigc_meta\\":\{.*?\}/, '')],
	['content-label', 'refused', to(/aigc_meta/, 'aigc')],
	['refused-parameter', 'HTTP 200', to(/-> 400 (.*50200)/, '-> 200 $1')],
	['refused-parameter', 'taken', to(/-> 400 .*50200.*/, '-> 200 {"code":10000,"data":{"task_id":"7418048504813240370"}}')],
	['status-words', 'another word', to(/"status":"done"/, '"status":"processing"')],
	['catalogue', 'neither path', to(/(product-list\n -> )404 .*/, '$1200 []')],
	['catalogue', 'one path', to(/(product-list\n -> )404 .*/, '$1200 /doubao/drawing/portrait_result')],
	['image-file', 'refused', to(/(image_urls":\["http:\/\/[^/]+)[^"]*/, '$1/nowhere')],
	['retry-after', 'none', to(/-> 200 .*"not_found".*/, '-> 429 {"code":50429}')],
];

describe('of an API that differs in one point exactly that one differs', () => {
	it.each(DIFFERENCES)('%s: %s', async (check, _how, difference) => {
		rewrite = difference;
		const { code, differs } = await live();
		expect([code, differs]).toEqual([1, [check]]);
		expect(sandbox.orders.length).toBeLessThanOrEqual(1);
	});

	it('and there is a difference for each check', () => {
		const checks = DIFFERENCES.map(([check]) => check);
		expect([...new Set(checks)].sort()).toEqual([...NAMES].sort());
	});
});

describe('nothing is submitted twice', () => {
	it.each([
		['the connection breaks', resetBeforeAnswer, 1, /may have been taken/],
		['a page comes in place of the answer', htmlPage(502), 1, /may have been taken/],
		['a limit is reached', answer(429, { code: 50430, message: 'Limit' }), 0, /surely not taken/],
	])('%s', async (_what, handle, orders, words) => {
		sandbox.inject({ endpoint: 'submit', after: orders === 1, handle });
		const { said, unseen } = await live();
		expect([sandbox.orders.length, sent('submit').length]).toEqual([orders, 1]);
		expect(unseen).toEqual(expect.arrayContaining(['submit', 'links', 'refused-parameter']));
		expect(said).toMatch(words);
	});
});

describe('before something costs money', () => {
	it.each([
		['without a terminal', ['--photo', photo], undefined],
		['without a yes', ['--photo', photo], async () => 'no'],
		['without a photo', ['--yes'], async () => ''],
	])('it stops %s, with what is free done', async (_what, given, ask) => {
		const { code, holds } = await live(given, { ask });
		expect([code, holds]).toEqual([2, ['key', 'wrong-key', 'unknown-task', 'mangled-id']]);
		expect([...sent('upload'), ...sent('submit')]).toEqual([]);
	});

	it('it says the price, and goes on after a yes', async () => {
		const asked: string[] = [];
		const ask = async (question: string) => (asked.push(question) === 1 ? photo : 'yes');
		const { code, said } = await live([], { ask });
		expect(asked).toEqual([expect.stringMatching(/^Photo/), expect.stringMatching(/^Spend/)]);
		expect([code, sandbox.orders.length]).toEqual([0, 1]);
		expect(said).toContain('at most 0.101 PTC');
	});
});

it.each([
	['the key', 'models', answer(401, { error: { err_code: -10001, message: 'No' } })],
	['the balance', 'submit', answer(402, { error: { err_code: -10004, message: 'No' } })],
] as const)('after a refusal of %s nothing more is sent', async (_what, endpoint, handle) => {
	sandbox.inject({ endpoint, handle });
	const { code, differs } = await live();
	expect([code, differs]).toEqual([2, []]);
	expect(sandbox.log.at(-1)?.endpoint).toBe(endpoint);
});

it.each([
	['no key', ['--yes'], {}, /AI302_API_KEY is not set/],
	['no image', ['--photo', __filename], undefined, /is not an image/],
	['no such option', ['--yess'], undefined, /--yess/],
	['no path', ['--api-path', 'nowhere'], undefined, /--api-path/],
])('with %s nothing is sent', async (_what, given, environment, words) => {
	const { code, said } = await live(given, environment && { environment });
	expect([code, sandbox.log]).toEqual([2, []]);
	expect(said).toMatch(words);
});

it('the command says what it needs', () => {
	const command = ['--import', 'tsx', resolve(__dirname, '../../live/main.ts'), '--help'];
	const { status, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
	expect([status, stdout]).toEqual([0, expect.stringContaining('--photo <file or link>')]);
});
