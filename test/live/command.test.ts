/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { needBuild, ROOT } from '../package/built';
import { drawPicture } from '../support/photo';

let sandbox: Sandbox;
const folder = mkdtempSync(join(tmpdir(), 'live-'));
const photo = join(folder, 'anna.png');

beforeAll(async () => {
	needBuild();
	sandbox = await startSandbox();
	writeFileSync(photo, drawPicture());
});
beforeEach(() => (sandbox.log.length = 0));
afterAll(async () => await sandbox.stop());

interface Ended {
	code: number | null;
	said: string;
}

/** The command, without a terminal. */
async function live(given: string[], env: Record<string, string | undefined> = {}): Promise<Ended> {
	const command = ['--import', 'tsx', join(ROOT, 'live', 'main.ts'), ...given];
	const { key: AI302_API_KEY, baseUrl: AI302_BASE_URL } = sandbox;
	const running = spawn(process.execPath, command, {
		cwd: ROOT,
		env: { ...process.env, AI302_API_KEY, AI302_BASE_URL, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	for (const stream of [running.stdout, running.stderr]) {
		stream.on('data', (part: Buffer) => (said += part.toString()));
	}
	const code = await new Promise<number | null>((resolve) => running.on('close', resolve));
	return { code, said };
}

describe('without a terminal nothing is sent', () => {
	it('unless --yes is given, and the price is said first', async () => {
		const { code, said } = await live(['--photo', photo]);
		expect(code).toBe(2);
		expect(said).toMatch(/At most 0\.101 PTC[^]*--yes/);
		expect(sandbox.log).toEqual([]);
	});

	it.each([
		['the photo', [], {}, /one real person[^]*--photo/],
		['the key', ['--photo', photo, '--yes'], { AI302_API_KEY: undefined }, /AI302_API_KEY/],
		['a photo that is one', ['--photo', __filename, '--yes'], {}, /is not an image/],
		['a photo that is there', ['--photo', '/no/such.png', '--yes'], {}, /no such file/i],
		['an option that there is', ['--yess'], {}, /--yess[^]*--task-id/],
		['a path', ['--api-path', 'nowhere', '--yes', '--photo', photo], {}, /--api-path/],
		['a base URL', ['--photo', photo, '--yes'], { AI302_BASE_URL: 'x' }, /'Base URL'/],
	])('without %s', async (_what, given, env, words) => {
		const { code, said } = await live(given, env);
		expect(code).toBe(2);
		expect(said).toMatch(words);
		expect(said).not.toMatch(/^\s+at /m);
		expect(sandbox.log).toEqual([]);
	});
});

it('with a task and --yes it prints each check, and writes page and answers', async () => {
	const page = readFileSync(join(ROOT, 'docs', 'live-check.md'), 'utf8');
	const taskId = sandbox.addTask({ width: 160, height: 160 });
	const { code, said } = await live(['--task-id', taskId, '--yes']);
	expect(said).toContain('At most 0.051 PTC');
	expect(said).toMatch(/^same-task +holds +The mark/m);
	expect(said).toMatch(/^\d+ hold, 0 differ, 3 could not be seen$/m);
	expect(said).toContain(`--task-id ${taskId}`);
	expect(code).toBe(0);
	expect(sandbox.orders).toEqual([]);
	const [, written = ''] = /^Written: (\S+\.md) /m.exec(said) ?? [];
	expect(readFileSync(written, 'utf8')).toMatch(/^# Live check\n/);
	// What the sandbox says must not stand where 302.AI's own answers belong.
	expect(dirname(dirname(written))).not.toBe(ROOT);
	expect(readFileSync(join(ROOT, 'docs', 'live-check.md'), 'utf8')).toBe(page);
	expect(existsSync(join(dirname(dirname(written)), 'test', 'fixtures', 'live', 'key.json'))).toBe(
		true,
	);
	rmSync(dirname(dirname(written)), { recursive: true });
});

it('a key that is refused is said, and what was written before stays', async () => {
	const { code, said } = await live(['--photo', photo, '--yes'], { AI302_API_KEY: 'sk-test-no' });
	expect(code).toBe(2);
	expect(said).toContain('302.AI does not accept this key');
	expect(said).toContain('nothing was written');
	expect(sandbox.log).toHaveLength(1);
});

it('what differs is in the exit code', async () => {
	const { code, said } = await live(['--photo', photo, '--yes', '--api-path', '/no/such/path']);
	expect(said).toMatch(/^submit +differs +\/no\/such\/path: HTTP 404/m);
	expect(code).toBe(1);
	expect(sandbox.orders).toEqual([]);
});
