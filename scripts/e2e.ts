/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- a tool for development, never shipped */
/**
 * `npm run test:e2e`: the packed package in real n8n, headless.
 * `--n8n <version>` chooses which (default newest; a folder of real-n8n/ or the version in one, e.g. 1.123); everything else goes to jest.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ensureN8n, resolveVersion, ROOT } from './n8n/install';
import { buildAndPack } from './n8n/package';
import { start, stopAll } from './n8n/process';
import { withProgress } from './n8n/progress';

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		options: { n8n: { type: 'string', default: 'newest' } },
		allowPositionals: true,
	});
	const n8n = await ensureN8n(resolveVersion(values.n8n));
	// The tarball, and the folders of the n8n that jest starts: gone with this process, even when jest was ended half-way.
	const folder = mkdtempSync(path.join(tmpdir(), 'e2e-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const tarball = await withProgress(
		'Building and packing this package',
		async () => await buildAndPack(folder),
	);
	console.log(`Testing ${path.basename(tarball)} in n8n ${n8n.version}`);

	const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
	const running = start(
		process.execPath,
		[jest, '--config', 'jest.e2e.config.js', ...positionals],
		{
			cwd: ROOT,
			env: {
				...process.env,
				N8N_VERSION_FOLDER: n8n.name,
				N8N_TARBALL: tarball,
				N8N_TEST_FOLDER: folder,
				...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
			},
			onOutput: (text) => process.stdout.write(text),
		},
	);
	return (await running.ended).code ?? 1;
}

let ending = false;
function end(exitCode: number): void {
	if (ending) return;
	ending = true;
	void stopAll().finally(() => process.exit(exitCode));
}
process.on('SIGINT', () => end(130));
process.on('SIGTERM', () => end(143));
process.on('SIGHUP', () => end(129));

main().then(
	(code) => {
		process.exitCode = code;
	},
	(error: unknown) => {
		if (!ending) console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	},
);
