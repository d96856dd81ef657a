/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/**
 * `npm run test:e2e`, `test:editor`, `test:queue`: the packed package in real n8n.
 * usage: testN8n.ts <folder of test/n8n> [--n8n <version>] [<part of a test file's path> …]
 * `--n8n` takes a folder of real-n8n/versions or the version in one, e.g. 1.123; default newest.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { runCommand, type Cleanups } from '../real-n8n/driver/command';
import { ensureN8n, resolveVersion, ROOT } from '../real-n8n/driver/install';
import { buildAndPack } from '../real-n8n/driver/package';
import { start } from '../real-n8n/driver/process';
import { withProgress } from '../real-n8n/driver/progress';
import { temporaryFolder } from '../test/support/temporaryFolder';

const FOLDERS = ['e2e', 'editor', 'queue'];
const cleanups: Cleanups = [];

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		options: { n8n: { type: 'string', default: 'newest' } },
		allowPositionals: true,
	});
	const [folder = '', ...files] = positionals;
	if (!FOLDERS.includes(folder)) throw new Error(`Name one of ${FOLDERS.join(', ')}.`);
	const n8n = await ensureN8n(resolveVersion(values.n8n));
	// The tarball, and all that jest writes: gone with this process, even when jest was ended half-way. Processes that jest leaves would write into it.
	const temporary = temporaryFolder();
	cleanups.push(() => rmSync(temporary, { recursive: true, force: true }));
	// .ci/run packs once for runs that go on side by side.
	const tarball =
		process.env.N8N_TARBALL ??
		(await withProgress(
			'Building and packing this package',
			async () => await buildAndPack(temporary),
		));
	console.log(`Testing ${path.basename(tarball)} in n8n ${n8n.version}`);

	const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
	const tests = ['--config', 'test/n8n/jest.config.js', '--roots', `test/n8n/${folder}`];
	const running = start(process.execPath, [jest, ...tests, '--', ...files], {
		cwd: ROOT,
		env: {
			...process.env,
			N8N_VERSION_FOLDER: n8n.name,
			N8N_TARBALL: tarball,
			TMPDIR: temporary,
			...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
		},
		onOutput: (text) => process.stdout.write(text),
	});
	return (await running.ended).code ?? 1;
}

runCommand(main, cleanups);
