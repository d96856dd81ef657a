/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a tool for development, never shipped */
/** The results as Markdown: on the screen, and as docs/performance.md. */
import { cpus, totalmem } from 'node:os';

import type { InstalledN8n } from '../scripts/n8n/install';
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

What Doubao Portrait Result takes for its work in a real n8n, beside what a user would build of n8n's own nodes, and beside a bare Node script (\`fetch\` and streams to disk, without n8n, without retries or checks), which is the floor.

\`\`\`
npm run bench -- --write
\`\`\`

Measured on ${machine}. Medians of ${pairs} pairs, with the least and the most; the ratio is that of the medians. The bare script was run once for each work.

${table(rows)}

## How it is measured

- The API is the [sandbox](../sandbox/) in a process of its own; it takes ${LATENCY.api} ms for a call and ${LATENCY.image} ms for an image.
- Every run is a fresh \`n8n execute\` with n8n's default settings; both sides run in turns. The tasks begin when the workflow fetches them, so n8n's start does not count.
- **Theirs** is what the column says, each node with its defaults and with the same credential. "Wait 3 s and again" goes back to the first HTTP Request.
- **Time** comes from n8n's own run data: from the start of the first of these nodes to the end of the last.
- **Peak memory over n8n alone** is the largest resident set of the n8n process from the moment it gets the tasks until the execution is saved, less what it held at that moment. n8n alone, which fetches the tasks and does nothing with them, takes 8 MB by this measure.
- **Result calls** are counted by the sandbox. Tasks that end later do so at another moment in every pair.
- **Never rising** allows for 5 % of noise.
- **n8n loading it** is the time of n8n's \`PackageDirectoryLoader\` in a process that has loaded n8n's core.

\`npm run bench -- --only waiting,single --pairs 1\` runs some of the works; \`--help\` names them.
`;
}
