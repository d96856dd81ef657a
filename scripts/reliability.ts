/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions, no-console -- a tool for development, never shipped */
/**
 * `npm run reliability`: runs the fault matrix, the limits, the pace and the fuzzing, and writes docs/reliability.md.
 * The figures lie in `RELIABILITY_RESULTS` (default .reliability/), one JSON file each; `cancel.json` and `cluster.json` come from
 * test:e2e and test:queue when those run with the same folder.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { pageOf } from './reliability/page';

const ROOT = path.join(__dirname, '..');
const RESULTS = path.resolve(process.env.RELIABILITY_RESULTS ?? path.join(ROOT, '.reliability'));
const SUITES = ['test/reliability/'];

async function jest(): Promise<number> {
	const file = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
	// One after the other: the figures for pace and memory are not to depend on what runs beside them.
	const running = spawn(process.execPath, [file, '--runInBand', '--forceExit', ...SUITES], {
		cwd: ROOT,
		env: { ...process.env, RELIABILITY_RESULTS: RESULTS },
		stdio: 'inherit',
	});
	return await new Promise((resolve) => running.on('close', (code) => resolve(code ?? 1)));
}

async function main(): Promise<void> {
	mkdirSync(RESULTS, { recursive: true });
	const code = process.argv.includes('--page-only') ? 0 : await jest();
	if (code !== 0) {
		console.error('A promise was not kept, so docs/reliability.md stays as it is.');
		process.exitCode = code;
		return;
	}
	const page = path.join(ROOT, 'docs', 'reliability.md');
	writeFileSync(page, pageOf(RESULTS));
	console.log(`Written: ${path.relative(ROOT, page)}`);
}

void main();
