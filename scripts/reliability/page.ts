/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- a tool for development, never shipped */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What test/reliability keeps of one part of the matrix. */
interface MatrixFigures {
	cases: number;
	runs: number;
	recovered: number;
	failedWithReason: number;
	requests: number;
	slowest: number;
}

interface LimitFigures {
	/** Bytes, like all below. */
	limit: number;
	baseline: number;
	peaks: Array<{ name: string; extra: number; sent: number }>;
}

interface PaceFigures {
	callsPerSecond: number;
	atOnce: number;
	figures: Array<{
		executions: number;
		tasks: number;
		seconds: number;
		limit: number;
		ratio: number;
	}>;
}

/** What test:e2e leaves in `cancel.json`: figures by the moment of the stop, in milliseconds since it where the name says so. */
type CancelFigures = Record<string, Record<string, number>>;

/** What test:queue leaves in `cluster.json`. */
interface ClusterFigures {
	executions: number;
	delivered: number;
	visiblyFailed: number;
	gone: number;
	orders: number;
	orderedTwice: number;
	killedAfterSeconds: number;
	overAfterSeconds: number;
}

function cancelText(figures: CancelFigures | undefined): string {
	if (!figures) return 'Not measured on this machine: `npm run test:e2e`.';
	const rows = Object.entries(figures).map(
		([moment, one]) =>
			`| ${moment} | ${one.tasks} | ${one.downloadsInFlight} | ${one.lastRequestMs} ms | ${one.temporaryFilesAfter} |`,
	);
	return [
		'Last request: from the moment n8n answered the stop; a negative figure is before it. Sockets were closed at the first look.',
		'',
		'| Stopped while | Tasks | Downloads in flight | Last request | Temporary files left |',
		'| --- | --- | --- | --- | --- |',
		...rows,
	].join('\n');
}

function clusterText(figures: ClusterFigures | undefined): string {
	if (!figures) return 'Not measured on this machine: `npm run test:queue`.';
	const { executions, delivered, visiblyFailed, gone, orders, orderedTwice } = figures;
	return `Queue mode with two workers, Redis, PostgreSQL and files in the database; one worker killed with SIGKILL after ${figures.killedAfterSeconds} s. Of ${executions} executions ${delivered} delivered, ${visiblyFailed} failed visibly in n8n, ${gone} were gone; of ${orders} orders ${orderedTwice} were placed twice. All was over after ${figures.overAfterSeconds} s.`;
}

const MATRIX: Array<[string, string]> = [
	['api', 'at the API'],
	['fields', 'answers of the API that are not as they should be'],
	['image', 'at the image host'],
	['submit', 'at an order or an upload'],
];

/** The figures of one file in the results folder; undefined when it is not there. */
function read<T>(folder: string, name: string): T | undefined {
	const file = path.join(folder, `${name}.json`);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

function table(head: string[], rows: Array<Array<string | number>>): string {
	const line = (cells: Array<string | number>): string => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function matrix(folder: string): string {
	const parts = MATRIX.map(([name, where]) => ({
		where,
		figures: read<MatrixFigures>(folder, `matrix-${name}`),
	}));
	const rows = parts.map(
		({ where, figures }): Array<string | number> =>
			figures
				? [
						where,
						figures.cases,
						figures.runs,
						figures.recovered,
						figures.failedWithReason,
						figures.requests,
					]
				: [where, 'not run', '', '', '', ''],
	);
	const sum = (key: keyof MatrixFigures): number =>
		parts.reduce((total, { figures }) => total + (figures?.[key] ?? 0), 0);
	rows.push([
		'**all**',
		sum('cases'),
		sum('runs'),
		sum('recovered'),
		sum('failedWithReason'),
		sum('requests'),
	]);
	const slowest = Math.max(...parts.map(({ figures }) => figures?.slowest ?? 0));
	return `${table(['Faults', 'Cases', 'Runs', 'Recovered', 'Failed with the reason', 'Requests'], rows)}

The slowest case took ${slowest.toFixed(1)} s: a download that is tried six times.`;
}

function limits(folder: string): string {
	const figures = read<LimitFigures>(folder, 'limits');
	if (!figures) return 'Not run.';
	const rows = figures.peaks.map(({ name, extra, sent }) => [
		name,
		megabytes(extra),
		megabytes(sent),
	]);
	return `'Max File Size' is ${megabytes(figures.limit)}; a process with n8n's engine that fetches a small portrait holds ${megabytes(figures.baseline)} at most (VmHWM).

${table(['Body', 'Peak memory beyond that', 'Sent until the node hung up'], rows)}`;
}

function pace(folder: string): string {
	const figures = read<PaceFigures>(folder, 'pace');
	if (!figures) return 'Not run.';
	const rows = figures.figures.map(({ executions, tasks, seconds, limit, ratio }) => [
		executions,
		tasks,
		`${limit.toFixed(1)} s`,
		`${seconds.toFixed(1)} s`,
		ratio.toFixed(2),
	]);
	return `${figures.callsPerSecond} calls a second and ${figures.atOnce} at once; finished tasks with one image each, downloaded, default settings. All arrive.

${table(['Executions side by side', 'Tasks', 'Time of the limit itself', 'Measured', 'Ratio'], rows)}`;
}

/** The text of docs/reliability.md. */
export function pageOf(folder: string): string {
	const fuzz = read<{ runs: number }>(folder, 'fuzz');
	const cancel = read<CancelFigures>(folder, 'cancel');
	const cluster = read<ClusterFigures>(folder, 'cluster');
	const runs = fuzz?.runs ?? 0;
	return `# Reliability

What the nodes do when everything around them misbehaves, in figures. This page is written by \`npm run reliability\`, which runs
\`test/reliability/\`; do not edit it. Made on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.version} on ${os.cpus().length} processors. Everything but the full-length
pace also runs in \`npm test\`.

## Faults

Every case is run in n8n's engine over real sockets, with On Error set to stop, continue and error branch. It must recover, or fail
with a message that names the cause, the task ID and the remedy; inside its deadline; without a word of JavaScript, a half file, an
open socket or a second order. After every case the key is looked for in outputs, errors, run data, logs and requests to other
hosts, in plain, Base64 and URL-encoded form; the sandbox gives it back wherever it can.

${matrix(folder)}

## Limits

${limits(folder)}

## Pace

${pace(folder)}

## Fuzzing

${runs === 0 ? 'Not run.' : `${runs.toLocaleString('en')} runs over answers, headers, errors and parameter values (fast-check). What they found became fixed cases.`}

## Cancel in real n8n

<!-- cancel in real n8n -->
${cancelText(cancel)}

## The cluster

<!-- cluster -->
${clusterText(cluster)}
`;
}
