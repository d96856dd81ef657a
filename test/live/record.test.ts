/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { answers as readers, type Json } from '../../live/built';
import { PROMPT } from '../../live/checks';
import { PAGE, writeReport } from '../../live/page';
import { FIXTURES, fixturesOf, Redaction, writeFixtures } from '../../live/record';
import { startSandbox } from '../../sandbox/sandbox';
import { imageTypeOf } from '../support/imageType';
import { drawPicture } from '../support/photo';
import { needBuild } from '../package/built';
import { alter, checkLive } from './bench';

const OWN = 'sk-test-AbCd0123EfGh4567IjKl89';
const LINK = 'https://photos.example.org/family/anna-at-home.jpg?token=s3cr3t';
const FILE = 'anna-at-home.jpg';
const TASK_ID = '6682608976809320374';
const REQUEST_ID = '20250704135505CC9722EC8585EC323E03';

const redaction = (): Redaction => new Redaction(OWN, [LINK, FILE, PROMPT]);
const written = (value: Json): string => JSON.stringify(redaction().json(value));

beforeAll(() => needBuild());

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Each text, and what of it must be gone. */
const SECRETS: Array<[string, string, string]> = [
	['the key', `Invalid key ${OWN}`, OWN],
	['the key as a header', `Bearer ${OWN}`, OWN],
	['the key in Base64', base64(`Bearer ${OWN}`), base64(`Bearer ${OWN}`).slice(12, 30)],
	['the key URL-encoded', encodeURIComponent(`?key=${OWN}`), OWN],
	['the key with escapes', `"${OWN.replace('t', String.raw`\u0074`)}"`, OWN.slice(10)],
	[
		'the key with nothing but escapes',
		[...OWN].map((one) => String.raw`\u00${one.charCodeAt(0).toString(16)}`).join(''),
		String.raw`\u0073\u006b`,
	],
	['the key in small letters', OWN.toLowerCase(), OWN.toLowerCase().slice(3)],
	['the key without its beginning', `user ${OWN.slice(8)} is unknown`, OWN.slice(8)],
	['the beginning of the key', `Invalid key ${OWN.slice(0, 14)}…`, OWN.slice(8, 14)],
	['the middle of the key', `key …${OWN.slice(9, 17)}…`, OWN.slice(9, 17)],
	['a key with stars', `${OWN.slice(0, 12)}****${OWN.slice(-4)}`, OWN.slice(-4)],
	['a key of somebody else', 'not sk-zyxwvutsrq but another', 'zyxw'],
	['the end of a key behind stars', `the key ****${OWN.slice(-4)}`, OWN.slice(-4)],
	['the key as hexadecimal', Buffer.from(OWN).toString('hex'), Buffer.from(OWN).toString('hex')],
	['the link of the photo', `could not fetch ${LINK}`, 'photos.example.org'],
	['the link of the photo, encoded', `?src=${encodeURIComponent(LINK)}&x=1`, 's3cr3t'],
	['the file name of the photo', `file ${FILE} is too large`, FILE],
	['another link', 'see https://file.302.ai/gpt/imgs/20250704/294e21f5.png', '294e21f5'],
	['a link with escaped slashes', String.raw`{"u":"https:\/\/file.302.ai\/a\/294e.png"`, '294e'],
	['a task ID', `task ${TASK_ID} is unknown`, TASK_ID],
	['a request ID', `request id: ${REQUEST_ID}`, REQUEST_ID],
	['a UUID', 'trace 0b8ff4f7-5e0a-4c29-9a3c-3a5ee0c1f001', '9a3c'],
	['a mail address', 'anna.b@example.org has no credit', 'anna.b'],
	['the prompt', `not passed: ${PROMPT}`, PROMPT],
];

describe('what is written holds nothing of the user', () => {
	it.each(SECRETS)('%s', (_what, text, secret) => {
		expect(text.toLowerCase()).toContain(secret.slice(0, 4).toLowerCase());
		for (const value of [text, { message: text }, { [text]: 1 }, JSON.stringify({ a: [text] })]) {
			expect(written(value)).not.toContain(secret);
		}
		expect(redaction().text(text)).not.toContain(secret);
	});

	it.each(['ori_prompt', 'pe_result', 'prompt'])('the words under %s', (name) => {
		expect(written({ resp_data: JSON.stringify({ [name]: 'A man called Otto' }) })).not.toMatch(
			/Otto/,
		);
	});

	it.each([
		[{ request_id: 'R-17x' }, 'R-17x'],
		[{ user_id: 48213 }, '48213'],
	])('a short ID %j', (value, secret) => {
		expect(written(value)).not.toContain(secret);
	});
});

describe('what stands in for it', () => {
	it('is the same for the same, and another for another', () => {
		const one = redaction();
		const [first, second, third] = [TASK_ID, '7418048504813240370', TASK_ID].map((id) =>
			one.json({ task_id: id, message: `task ${id}`, resp_data: JSON.stringify({ of: id }) }),
		);
		expect(first).toEqual(third);
		expect(first).not.toEqual(second);
		expect(first).toEqual({
			task_id: '7000000000000000001',
			message: 'task 7000000000000000001',
			resp_data: '{"of":"7000000000000000001"}',
		});
	});

	it('has the shape of it', () => {
		expect(redaction().text(REQUEST_ID)).toMatch(/^\d{14}[A-F]{2}\d{4}[A-F]{2}\d{4}[A-F]{2}/);
		expect(redaction().text('https://file.302.ai/gpt/294e.png')).toBe(
			'https://file.302.ai/live/1.png',
		);
		expect(redaction().text('https://tos.example.org/a.jpg?s=1')).toBe(
			'https://files.example.com/live/1.jpg',
		);
	});

	it.each(['image/png', 'image/jpeg'] as const)('of an image is a small one: %s', (type) => {
		const large = drawPicture(200, type).toString('base64');
		const small = redaction().json(large);
		if (typeof small !== 'string') throw new Error('it is no text any more');
		expect(small.length).toBeLessThan(1200);
		expect(imageTypeOf(Buffer.from(small, 'base64'))).toBe(type.slice('image/'.length));
	});

	it('leaves what is no secret as it came', () => {
		const body = {
			code: 10000,
			data: { status: 'done', image_urls: null, binary_data_base64: [], comfyui_cost: 21.3237 },
			message: 'Success',
			time_elapsed: '925.911462ms',
		};
		expect(redaction().json(body)).toEqual(body);
	});
});

it('a text with a secret in it is not written', () => {
	const one = redaction();
	one.text(`task ${TASK_ID}`);
	const root = mkdtempSync(join(tmpdir(), 'live-'));
	for (const body of [TASK_ID, LINK, OWN, base64(OWN)]) {
		const fixtures = new Map([['a.json', { endpoint: 'result', http: 200, body } as const]]);
		expect(() => writeFixtures(root, fixtures, one)).toThrow('Nothing was written');
	}
	expect(readdirSync(root)).toEqual([]);
});

it('a report whose IDs look like nothing is written without them, wherever they stand', async () => {
	const sandbox = await startSandbox({ key: OWN });
	const root = mkdtempSync(join(tmpdir(), 'live-'));
	mkdirSync(join(root, 'docs'));
	const short = 'cgt-2025-ab12';
	try {
		alter(sandbox, 'submit', (_sent, { body, data }) => ({
			body: { ...body, message: `task ${short} taken`, data: { ...data, task_id: short } },
		}));
		const { asker, results } = await checkLive(sandbox, { photo: { link: LINK } });
		expect(results.find(({ name }) => name === 'task-id')?.verdict).toBe('differs');
		const report = { date: new Date(), baseUrl: 'https://gateway.example', results };
		writeReport(root, { ...report, answers: asker.answers }, redaction());
		const files = readdirSync(join(root, FIXTURES)).map((name) => join(root, FIXTURES, name));
		for (const file of [...files, join(root, PAGE)]) {
			const text = readFileSync(file, 'utf8');
			expect([file, text.includes(short), text.includes('gateway.example')]).toEqual([
				file,
				false,
				false,
			]);
		}
	} finally {
		await sandbox.stop();
	}
});

it('the name of a photo is replaced where it stands by itself, and leaves the words that hold it', () => {
	const one = new Redaction(OWN, ['image']);
	expect(one.text('image_urls of an image')).toBe('image_urls of an replaced-1');
});

it('whoever runs it sees the task ID at once, and never the key', () => {
	expect(redaction().forScreen(`task ${TASK_ID} with ${OWN}`)).toBe(
		`task ${TASK_ID} with [API key hidden]`,
	);
});

it('answers of one check that differ in nothing but their IDs are kept once', () => {
	const answer = (status: string, index: number) => {
		const text = JSON.stringify({ code: 10000, data: { status }, request_id: `id-${index}` });
		const read = readers.readAnswer({ httpStatus: 200, text }, 0);
		return { check: 'links', endpoint: 'result', answer: read } as const;
	};
	const answers = ['in_queue', 'generating', 'generating', 'done'].map(answer);
	expect([...fixturesOf(answers, redaction()).keys()]).toEqual([
		'links.json',
		'links-2.json',
		'links-3.json',
	]);
});

it('after a run in which every answer repeats everything, nothing of it is in any file', async () => {
	const sandbox = await startSandbox({ key: OWN });
	const root = mkdtempSync(join(tmpdir(), 'live-'));
	mkdirSync(join(root, 'docs'));
	mkdirSync(join(root, FIXTURES), { recursive: true });
	writeFileSync(join(root, FIXTURES, 'of-the-run-before.json'), '{}');
	const requestIds: unknown[] = [];
	try {
		for (const endpoint of ['models', 'result', 'submit', 'upload'] as const) {
			alter(sandbox, endpoint, (sent, { status, body }) => {
				requestIds.push(...(body.request_id === undefined ? [] : [body.request_id]));
				const said = SECRETS.map(([, text]) => text).join(' ; ');
				const echoed = { log: said, sent: sent.entry.body, key: sent.entry.headers.authorization };
				return { status, body: { ...body, ...echoed, [OWN]: { prompt: PROMPT } } };
			});
		}
		const { asker, results } = await checkLive(sandbox, { photo: { link: LINK } });
		const report = { date: new Date(), baseUrl: sandbox.baseUrl, results, answers: asker.answers };
		writeReport(root, report, redaction());
		const files = readdirSync(join(root, FIXTURES)).map((name) => join(root, FIXTURES, name));
		expect(files.length).toBeGreaterThan(10);
		expect(files.join()).not.toContain('of-the-run-before');
		const [order] = sandbox.orders;
		const gone = [order.taskId, PROMPT, ...requestIds.map(String)];
		expect(gone.length).toBeGreaterThan(10);
		for (const file of [...files, join(root, PAGE)]) {
			// What every run leaves as it is has links of its own.
			const [text] = readFileSync(file, 'utf8').split('## How to run it');
			const found = [...gone, ...SECRETS.map(([, , secret]) => secret)].filter((secret) =>
				text.includes(secret),
			);
			expect([file, found]).toEqual([file, []]);
			expect(() => redaction().assertClean(text)).not.toThrow();
			for (const [link] of text.matchAll(/https?:\/\/[^"\s)|]+/g)) {
				expect(link).toMatch(
					/^https:\/\/(file\.302\.ai|files\.example\.com)\/live\/|^http:\/\/127\.0\.0\.1:\d+$/,
				);
			}
		}
	} finally {
		await sandbox.stop();
	}
});
