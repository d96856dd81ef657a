/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The results as Markdown: on the screen, and as docs/performance.md. */
import { cpus, totalmem } from 'node:os';

import type { InstalledN8n } from '../real-n8n/driver/install';
import { LATENCY } from './api';
import type { Row } from './rows';

const HEAD = ['Work', 'Measure', 'Target', 'Ours', 'Theirs', 'Bare Node', 'Ratio', 'Met'];

export function table(rows: Row[]): string {
	const lines = rows.map((row, index) => [
		row.work === rows[index - 1]?.work ? '' : (row.work ?? ''),
		row.measure,
		row.target ?? '–',
		row.ours,
		row.theirs ?? '–',
		row.floor ?? '–',
		row.ratio ?? '–',
		row.met === undefined ? '–' : row.met ? 'yes' : '**no**',
	]);
	return [HEAD, HEAD.map(() => '---'), ...lines]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** The whole of docs/performance.md. @param nodeVersion of the Node that runs n8n. */
export function document(
	rows: Row[],
	{
		pairs,
		installed,
		nodeVersion,
	}: { pairs: number; installed: InstalledN8n; nodeVersion: string },
): string {
	const [{ model }] = cpus();
	const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${nodeVersion}, n8n ${installed.version}`;
	return `<!-- Written by \`npm run bench -- --write\`; changes by hand are lost. -->

# Performance

What Doubao Portrait Result, or Doubao Portrait Submit where it makes the portraits too, takes for its work in a real n8n, beside what a user would build of n8n's own nodes and beside a bare Node script: [how it is measured](measuring.md#performance). Measured on ${machine}; medians of ${pairs} pairs; the API holds back a call for ${LATENCY.api} ms and an image for ${LATENCY.image} ms.

${table(rows)}
`;
}
