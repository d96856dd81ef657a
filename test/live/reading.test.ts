/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PAGE, writeReport } from '../../live/page';
import { FIXTURES, Redaction, type Fixture } from '../../live/record';
import { readAnswer } from '../../nodes/shared/api/answer';
import { isJsonObject, type Json, type JsonObject } from '../../nodes/shared/api/json';
import { judge } from '../../nodes/shared/api/judge';
import { GATEWAY_ROWS, PASSING_CODE_ROWS, SERVICE_ROWS } from '../../nodes/shared/api/verdictRows';
import { failureOf } from '../../nodes/shared/sentences';
import { startSandbox } from '../../sandbox/sandbox';
import { needBuild, ROOT } from '../package/built';
import { checkLive } from './bench';

/** What an answer says, by its documented fields alone, and what it is read as, in the same words. */
interface Reading {
	says: object;
	readAs: object;
}

function readingOf({ endpoint, http, body }: Fixture): Reading {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const answer = readAnswer({ httpStatus: http, text }, 0);
	const verdict = judge(answer, endpoint);
	const read = answer.data;
	const says: JsonObject = isJsonObject(body) ? body : {};
	const data: JsonObject = isJsonObject(says.data) ? says.data : {};
	const code = codeIn(says);
	if (code !== undefined && isDocumented(code)) {
		const failure = verdict && failureOf(answer, verdict);
		return {
			says: { refused: code, reason: true },
			readAs: { refused: failure?.code, reason: failure?.message.includes(reasonIn(says)) },
		};
	}
	switch (endpoint) {
		case 'models':
			return { says: { accepted: http < 300 }, readAs: { accepted: verdict === undefined } };
		case 'upload':
			return { says: { link: textIn(says.data) }, readAs: { link: read.link } };
		case 'submit':
			return { says: { taskId: textIn(data.task_id) }, readAs: { taskId: read.taskId } };
		case 'result':
			return {
				says: {
					status: textIn(data.status),
					images: [...linksIn(data.image_urls), ...linksIn(data.binary_data_base64)].length,
				},
				readAs: { status: read.status, images: read.images.length },
			};
	}
}

/** A code of a refusal. */
function isDocumented(code: number | string): boolean {
	const rows = [...SERVICE_ROWS, ...GATEWAY_ROWS, ...PASSING_CODE_ROWS];
	return rows.some((row) => row.code?.includes(code));
}

/** The code of a refusal, of the service or of the gateway before it. */
function codeIn({ code, error }: JsonObject): number | string | undefined {
	const stated = isJsonObject(error) ? error.err_code : code;
	return typeof stated === 'number' || typeof stated === 'string' ? stated : undefined;
}

function reasonIn({ message, error }: JsonObject): string {
	return textIn(isJsonObject(error) ? error.message : message) ?? '';
}

function textIn(value: Json | undefined): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function linksIn(list: Json | undefined): Json[] {
	return Array.isArray(list) ? list : [];
}

function fixturesIn(folder: string): Map<string, Fixture> {
	const names = existsSync(folder) ? readdirSync(folder) : [];
	return new Map(
		names
			.filter((name) => name.endsWith('.json'))
			.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]),
	);
}

function expectRead(fixtures: Map<string, Fixture>): void {
	for (const [name, fixture] of fixtures) {
		expect(Object.keys(fixture)).toEqual(['endpoint', 'http', 'body']);
		const { says, readAs } = readingOf(fixture);
		expect([name, readAs]).toEqual([name, says]);
	}
}

it('the answers of 302.AI that a live check brought are read as what they say', () => {
	expectRead(fixturesIn(join(ROOT, FIXTURES)));
});

describe('the answers of the sandbox that a live check writes', () => {
	const root = mkdtempSync(join(tmpdir(), 'live-'));
	let fixtures: Map<string, Fixture>;

	beforeAll(async () => {
		needBuild();
		mkdirSync(join(root, 'docs'));
		const sandbox = await startSandbox();
		const { asker, results } = await checkLive(sandbox);
		await sandbox.stop();
		writeReport(
			root,
			{ date: new Date(0), baseUrl: 'https://api.302.ai', results, answers: asker.answers },
			new Redaction(sandbox.key, []),
		);
		fixtures = fixturesIn(join(root, FIXTURES));
	});

	it('are of every call, and read as what they say', () => {
		const endpoints = [...fixtures.values()].map(({ endpoint }) => endpoint);
		expect(new Set(endpoints)).toEqual(new Set(['models', 'result', 'submit', 'upload']));
		expectRead(fixtures);
	});

	it.each([
		['submit.json', { taskId: '7000000000000000001' }],
		['unknown-task.json', { status: 'not_found', images: 0 }],
		['mangled-id.json', { refused: 50215, reason: true }],
		['wrong-key.json', { refused: -10001, reason: true }],
		['links.json', { status: 'done', images: 1 }],
		['base64.json', { status: 'done', images: 1 }],
	])('%s says what it should', (name, says) => {
		const fixture = fixtures.get(name);
		if (!fixture) throw new Error('it was not written');
		const reading = readingOf(fixture);
		if ('taskId' in says)
			expect(reading.says).toEqual({ taskId: expect.stringMatching(/^7\d{18}$/) });
		else expect(reading.says).toEqual(says);
	});

	it('stand beside a page with a row for each check', () => {
		const page = readFileSync(join(root, PAGE), 'utf8');
		expect(page).toContain('| Date | 1970-01-01 |');
		expect(page).toContain('| Base URL | https://api.302.ai |');
		expect(page).toMatch(/^\| `mangled-id` \| .* \| holds \| HTTP 400, code 50215, .* \|$/m);
		expect(page).toMatch(/^## How to run it\n[^]*npm run live -- --photo/m);
		expect(page).toMatch(/^\| `retry-after` \| .* \| could not be seen \| .* \|$/m);
	});
});
