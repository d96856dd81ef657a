/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** docs/reliability.md: the figures and nothing else. What they mean is said in docs/measuring.md. */
import os from 'node:os';

import { readFigures, type AllFigures } from '../support/figures';

const MATRIX = {
	'matrix-api': 'at the API',
	'matrix-fields': 'answers of the API that are not as they should be',
	'matrix-image': 'at the image host',
	'matrix-submit': 'at a submit or an upload',
	'matrix-one-step': 'at any of these while Doubao Portrait Submit waits for the portrait',
	'matrix-one-step-retried': 'those of them that do not pass, with Retry On Fail',
} as const;

type Cell = string | number;

function table(head: string[], rows: Cell[][]): string {
	const line = (cells: Cell[]): string => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const notMeasured = (command: string): string => `Not measured in this run: \`${command}\`.`;

function matrix(folder: string): string {
	const names = Object.keys(MATRIX) as Array<keyof typeof MATRIX>;
	const parts = names.flatMap((name) => {
		const figures = readFigures(folder, name);
		return figures ? [{ where: MATRIX[name], ...figures }] : [];
	});
	if (parts.length < names.length) return notMeasured('npm run reliability');
	const keys = ['cases', 'runs', 'recovered', 'failedWithReason', 'requests'] as const;
	const sums = keys.map((key) => parts.reduce((sum, part) => sum + part[key], 0));
	const rows = parts.map((part): Cell[] => [part.where, ...keys.map((key) => part[key])]);
	const slowest = Math.max(...parts.map((part) => part.slowest));
	return `${table(
		['Faults', 'Cases', 'Runs', 'Recovered', 'Failed with the reason', 'Requests'],
		[...rows, ['**all**', ...sums]],
	)}

The slowest case took ${slowest.toFixed(1)} s.`;
}

function limits(figures?: AllFigures['limits']): string {
	if (!figures) return notMeasured('npm run reliability');
	const rows = figures.peaks.map(({ name, extra, sent }) => [
		name,
		megabytes(extra),
		megabytes(sent),
	]);
	return `'Max File Size' is ${megabytes(figures.limit)}; a process that fetches a small portrait holds ${megabytes(figures.baseline)} at most.

${table(['Body', 'Peak memory beyond that', 'Sent until the node hung up'], rows)}`;
}

function pace(given?: AllFigures['pace']): string {
	if (!given) return notMeasured('npm run reliability');
	const rows = given.figures.map(({ executions, tasks, seconds, limit, ratio }) => [
		executions,
		tasks,
		`${limit.toFixed(1)} s`,
		`${seconds.toFixed(1)} s`,
		ratio.toFixed(2),
	]);
	return `The API takes ${given.callsPerSecond} calls a second and ${given.atOnce} at once.

${table(['Executions side by side', 'Tasks', 'Time of the limit itself', 'Measured', 'Ratio'], rows)}`;
}

function cancel(figures?: AllFigures['cancel']): string {
	if (!figures) return notMeasured('npm run test:e2e');
	return table(
		['Stopped while', 'Tasks', 'Downloads in flight', 'Last request', 'Temporary files left'],
		Object.entries(figures).map(([moment, one]) => [
			moment,
			one.tasks,
			one.downloadsInFlight,
			`${one.lastRequestMs} ms`,
			one.temporaryFilesAfter,
		]),
	);
}

function cluster(figures?: AllFigures['cluster']): string {
	if (!figures) return notMeasured('npm run test:queue');
	return table(
		['What', 'Figure'],
		[
			['executions', figures.executions],
			['a worker was killed after', `${figures.killedAfterSeconds} s`],
			['delivered', figures.delivered],
			['failed visibly in n8n', figures.visiblyFailed],
			['gone', figures.gone],
			['submits', figures.submits],
			['submitted twice', figures.submittedTwice],
			['all was over after', `${figures.overAfterSeconds} s`],
		],
	);
}

/** @param folder where the figures lie. */
export function pageOf(folder: string): string {
	const runs = readFigures(folder, 'fuzz')?.runs;
	return `<!-- Written by \`npm run reliability\`; changes by hand are lost. -->

# Reliability

What comes of the nodes when everything around them misbehaves: [how it is measured](measuring.md#reliability). Made on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.version} on ${os.cpus().length} processors.

## Faults

${matrix(folder)}

## Limits

${limits(readFigures(folder, 'limits'))}

## Pace

${pace(readFigures(folder, 'pace'))}

## Fuzzing

${runs === undefined ? notMeasured('npm run reliability') : `${runs.toLocaleString('en')} runs.`}

## Cancel in real n8n

${cancel(readFigures(folder, 'cancel'))}

## Queue mode, one of two workers killed

${cluster(readFigures(folder, 'cluster'))}
`;
}
