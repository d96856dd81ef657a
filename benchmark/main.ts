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
import { cellsOf, MEASURES, page, table, type Claim, type Pairs } from './report';
import { measure, setUp, type Arena } from './run';
import { WORKS, type Work } from './works';

const IDS = WORKS.map(({ id }) => id);
const HELP = `npm run bench -- [options]

  --only <works>      some of: ${IDS.join(', ')} (with commas)
  --pairs <n>         pairs of runs for each work (5)
  --package <file>    another packed tarball than that of this folder
  --write             write docs/performance.md
`;

const { values } = parseArgs({
	options: {
		only: { type: 'string', default: IDS.join(',') },
		pairs: { type: 'string', default: '5' },
		package: { type: 'string' },
		write: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	},
});

const cleanups: Cleanups = [];

async function runWork(arena: Arena, work: Work, count: number): Promise<string[][]> {
	const told = work.claims.map(({ quantity }) => quantity);
	const quantities = new Set<Claim['quantity']>(['time', 'memory', ...told]);
	const pairs: Pairs = [];
	for (let pair = 0; pair < count; pair += 1) {
		console.log(`${work.title}: pair ${pair + 1} of ${count}`);
		const turn = Object.entries(work.runs(pair));
		// In turns from the front and from the back, so that no side always comes first.
		if (pair % 2 === 1) turn.reverse();
		const taken: Pairs[number] = {};
		for (const [side, { workflow, batch }] of turn) {
			const measured = await measure(arena, workflow, batch);
			taken[side] = measured;
			const numbers = [...quantities].map((quantity) => {
				const [title, format] = MEASURES[quantity];
				return `${title} ${format(measured[quantity])}`;
			});
			console.log(`  ${work.id} ${side.padEnd(6)} ${numbers.join(', ')}`);
		}
		pairs.push(taken);
	}
	return work.claims.map((claim, index) => [index ? '' : work.title, ...cellsOf(pairs, claim)]);
}

async function bench(): Promise<void> {
	const only = values.only.split(',');
	const pairs = Number(values.pairs);
	if (values.help || !(pairs >= 1) || only.some((id) => !IDS.includes(id))) {
		console.log(HELP);
		return;
	}
	const complete = IDS.every((id) => only.includes(id));
	if (values.write && !complete) throw new Error('--write needs all works.');
	const installed = await ensureN8n();
	const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
	cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
	const tarball = values.package ? path.resolve(values.package) : await buildAndPack(folder);
	const arena = await setUp(installed, tarball, path.join(folder, 'n8n'));

	const rows: string[][] = [];
	for (const work of WORKS.filter(({ id }) => only.includes(id))) {
		rows.push(...(await runWork(arena, work, pairs)));
	}
	console.log(`\n${table(rows)}`);
	if (!values.write) return;
	const { stdout } = await run(installed.node, ['--version']);
	const node = stdout.trim().replace(/^v/, '');
	const file = path.join(ROOT, 'docs', 'performance.md');
	writeFileSync(file, page(rows, pairs, node, installed.version));
	console.log(`\nWritten to ${path.relative(ROOT, file)}.`);
}

runCommand(bench, cleanups);
