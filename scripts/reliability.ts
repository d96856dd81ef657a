/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/**
 * `npm run reliability`: runs the fault matrix, the limits, the pace and the fuzzing, and writes docs/reliability.md.
 * The figures lie in `RELIABILITY_RESULTS` (default .reliability/), one JSON file each; `cancel.json` and `cluster.json` come from
 * test:e2e and test:queue when those run with the same folder.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { runCommand } from '../real-n8n/driver/command';
import { ROOT } from '../real-n8n/driver/install';
import { start } from '../real-n8n/driver/process';
import { pageOf } from '../test/reliability/page';

const RESULTS = path.resolve(process.env.RELIABILITY_RESULTS ?? path.join(ROOT, '.reliability'));

async function jest(): Promise<number> {
	const file = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
	// One after the other: the figures for pace and memory are not to depend on what runs beside them.
	const running = start(process.execPath, [file, '--runInBand', 'test/reliability/'], {
		cwd: ROOT,
		env: { ...process.env, RELIABILITY_RESULTS: RESULTS },
		onOutput: (text) => process.stdout.write(text),
	});
	return (await running.ended).code ?? 1;
}

async function main(): Promise<number> {
	mkdirSync(RESULTS, { recursive: true });
	const code = process.argv.includes('--page-only') ? 0 : await jest();
	if (code !== 0) {
		console.error('A promise was not kept, so docs/reliability.md stays as it is.');
		return code;
	}
	const page = path.join(ROOT, 'docs', 'reliability.md');
	writeFileSync(page, pageOf(RESULTS));
	console.log(`Written: ${path.relative(ROOT, page)}`);
	return 0;
}

runCommand(main);
