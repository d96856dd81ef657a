/* eslint-disable @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/** `npm run bench`: the nodes in a real n8n against the workflows that users would build, on the same work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { runCommand, type Cleanups } from '../real-n8n/driver/command';
import { ensureN8n, ROOT } from '../real-n8n/driver/install';
import { buildAndPack } from '../real-n8n/driver/package';
import { run } from '../real-n8n/driver/process';
import { Api } from './api';
import { Line } from './line';
import { document, table } from './report';
import { CALLS, DELAY, LOST, MEMORY, ORDERS, TIME, type Pairs, type Row } from './rows';
import type { Measured } from './run';
import { openSides, type Arena } from './sides';
import { weigh } from './weight';
import { worksOf, type Work } from './works';

const IDS = 'finished waiting crowd many base64 large limited growth single step weight';
const HELP = `npm run bench -- [options]

  --only <works>      some of: ${IDS.replaceAll(' ', ', ')} (with commas)
  --pairs <n>         pairs of runs for each work (5)
  --package <file>    another packed tarball than that of this folder
  --profile <folder>  write a CPU profile of each n8n process there (slows them down)
  --write             write docs/performance.md
`;

const { values } = parseArgs({
	options: {
		only: { type: 'string', default: IDS.replaceAll(' ', ',') },
		pairs: { type: 'string', default: '5' },
		package: { type: 'string' },
		profile: { type: 'string' },
		write: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	},
});

const cleanups: Cleanups = [];

function show(work: Work, side: string, measured: Measured): void {
	const waited = measured.delay < 1e9 ? [DELAY] : [];
	const ordered = measured.orders > 0 ? [ORDERS] : [];
	const numbers = [TIME, ...waited, MEMORY, CALLS, LOST, ...ordered].map(
		(quantity) => `${quantity.measure} ${quantity.format(quantity.of(measured))}`,
	);
	console.log(`  ${work.id} ${side.padEnd(6)} ${numbers.join(', ')}`);
}

async function runWork(work: Work, pairs: number): Promise<Row[]> {
	const measured: Pairs = [];
	for (let pair = 0; pair < pairs; pair += 1) {
		console.log(`${work.title}: pair ${pair + 1} of ${pairs}`);
		const turn = Object.entries(work.runs);
		// In turns from the front and from the back, so that no side always comes first.
		if (pair % 2 === 1) turn.reverse();
		const taken: Record<string, Measured> = {};
		for (const [side, once] of turn) {
			// The floor is no contestant: one look at it is enough.
			if (side === 'floor' && pair > 0) continue;
			taken[side] = await once(pair);
			show(work, side, taken[side]);
		}
		measured.push(taken);
	}
	return work.rows(measured).map((row) => ({ ...row, work: row.work ?? work.title }));
}

function profiling(folder: string): Record<string, string> {
	return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${path.resolve(folder)}` };
}

async function bench(): Promise<void> {
	const only = values.only.split(',');
	const pairs = Number(values.pairs);
	const known = IDS.split(' ');
	const complete = known.every((id) => only.includes(id));
	if (values.help || !(pairs >= 1) || only.some((id) => !known.includes(id))) {
		console.log(HELP);
		return;
	}
	if (values.write && !complete) throw new Error('--write needs all works.');

	const installed = await ensureN8n();
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
	cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
	const tarball = values.package ? path.resolve(values.package) : await buildAndPack(folder);
	const api = await Api.start();
	const line = await Line.open();
	cleanups.push(() => line.close());
	const arena: Arena = { api, line, installed, tarball };
	const sides = await openSides(arena, values.profile ? profiling(values.profile) : {});
	cleanups.push(async () => await sides.stop());

	const rows: Row[] = [];
	for (const work of worksOf(arena, sides).filter(({ id }) => only.includes(id))) {
		rows.push(...(await runWork(work, pairs)));
	}
	if (only.includes('weight')) rows.push(...(await weigh(arena, pairs)));

	console.log(`\n${table(rows)}`);
	if (!values.write) return;
	const { output } = await run(installed.node, ['--version']);
	const nodeVersion = output.trim().replace(/^v/, '');
	const file = path.join(ROOT, 'docs', 'performance.md');
	writeFileSync(file, document(rows, { pairs, installed, nodeVersion }));
	console.log(`\nWritten to ${path.relative(ROOT, file)}.`);
}

runCommand(bench, cleanups);
