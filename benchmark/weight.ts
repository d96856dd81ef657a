/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** What the package weighs: its tarball, and the time n8n takes to load it. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { InstalledN8n } from '../real-n8n/driver/install';
import { unpackInto } from '../real-n8n/driver/package';
import { run } from '../real-n8n/driver/process';
import { median, milliseconds, spread, type Row } from './rows';
import type { Arena } from './sides';

const MOST_BYTES = 70_000;
/** Milliseconds. */
const MOST_TIME = 15;

export async function weigh({ installed, tarball }: Arena, times: number): Promise<Row[]> {
	const work = 'the package itself';
	const bytes = statSync(tarball).size;
	const loading = await loadingTimes(installed, tarball, times);
	return [
		{
			work,
			measure: 'tarball',
			target: `< ${MOST_BYTES / 1000} kB`,
			ours: `${(bytes / 1000).toFixed(1)} kB`,
			met: bytes < MOST_BYTES,
		},
		{
			work,
			measure: 'n8n loading it, over loading an empty package',
			target: `< ${MOST_TIME} ms`,
			ours: spread(loading, milliseconds),
			met: median(loading) < MOST_TIME,
		},
	];
}

/** Milliseconds over those for an empty package, each in a fresh process. */
async function loadingTimes(
	{ node, nodeModules }: InstalledN8n,
	tarball: string,
	times: number,
): Promise<number[]> {
	const folder = mkdtempSync(path.join(tmpdir(), 'weight-'));
	try {
		const ours = await unpackInto(folder, tarball);
		const empty = path.join(folder, 'empty');
		mkdirSync(empty);
		const manifest = { name: 'n8n-nodes-empty', version: '1.0.0', n8n: { nodes: [] } };
		writeFileSync(path.join(empty, 'package.json'), JSON.stringify(manifest));
		const script = path.join(__dirname, 'loadPackage.cjs');
		const found: number[] = [];
		while (found.length < times) {
			const { code, output } = await run(node, [script, nodeModules, ours, empty], {
				env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: nodeModules },
			});
			if (code !== 0) throw new Error(`Could not load the package:\n${output}`);
			found.push(Number(output.trim().split('\n').at(-1)));
		}
		return found;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
