/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** One run: a fresh n8n works off a batch of tasks, and what it took. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { InstalledN8n } from '../real-n8n/driver/install';
import { N8nInstance } from '../real-n8n/driver/instance';
import { freePort } from '../real-n8n/driver/process';
import { startSandbox } from '../sandbox/sandbox';
import type { Limits } from '../sandbox/types';
import { openLine, type Report } from './line';
import { CREDENTIAL, workflowFiles, type WorkflowName } from './workflows';

/** How long each call and each image is held back (milliseconds). */
export const LATENCY = { api: 300, image: 100 };
const API_KEY = 'sk-test-302-benchmark';
const IS_LINUX = process.platform === 'linux';

/** The tasks of one run. */
export interface Batch {
	/** How long each task takes, in milliseconds; 0 is one that has finished before the run. */
	takes: number[];
	/** Of each image. */
	bytes: number;
	/** The workflow gets photos in place of tasks, and submits them itself. */
	photos?: boolean;
	limits?: Limits;
	/** So many at the same time, each with its own n8n and tasks; 1 unless given. */
	executions?: number;
}

/** What a run took. */
export interface Measured {
	/** All times are milliseconds. */
	time: number;
	/** How long its longest task took. */
	slowest: number;
	/** From the end of the last task until everything was there. */
	delay: number;
	/** Peak of the resident set over what the process held before the work, in bytes; not a number where it cannot be read. */
	memory: number;
	/** Result calls that reached the API, those included that it refused for a limit. */
	calls: number;
	/** Tasks whose image did not come out. */
	lost: number;
	/** Portraits that were ordered, each of which would have been billed. */
	orders: number;
}

/** Where runs take place. */
export interface Arena {
	installed: InstalledN8n;
	ports: { api: number; image: number; line: number };
	/** An n8n user folder with the package, the credential and all workflows. Each run gets a copy. */
	userFolder: string;
}

export async function setUp(
	installed: InstalledN8n,
	tarball: string,
	userFolder: string,
): Promise<Arena> {
	const ports = { api: await freePort(), image: await freePort(), line: await freePort() };
	const n8n = N8nInstance.create({ n8n: installed, userFolder });
	const apiUrl = `http://127.0.0.1:${ports.api}`;
	const data = { apiKey: API_KEY, baseUrl: apiUrl, allowedHttpRequestDomains: 'all' };
	await n8n.importCredentials([{ ...CREDENTIAL, type: 'ai302Api', data }]);
	await n8n.importWorkflows(workflowFiles(apiUrl, lineUrl(ports.line)));
	await n8n.installPackage(tarball);
	return { installed, ports, userFolder };
}

const lineUrl = (port: number): string => `http://127.0.0.1:${port}`;

export async function measure(
	arena: Arena,
	workflow: WorkflowName,
	batch: Batch,
): Promise<Measured> {
	const { takes, bytes, photos, limits, executions = 1 } = batch;
	const { api: port, image: imagePort, line: linePort } = arena.ports;
	const sandbox = await startSandbox({ port, imagePort, key: API_KEY, limits, latency: LATENCY });
	// Tasks of one size share a picture. It is drawn here, once, and not during the work.
	await sandbox.imageBytes(sandbox.addTask({ bytes }));

	const makeItem = (milliseconds: number, index: number): object => {
		const spec = { bytes, queuedFor: milliseconds / 4, generatingFor: (milliseconds * 3) / 4 };
		if (!photos) return { task_id: sandbox.addTask(spec) };
		sandbox.coming.push(spec);
		return { photo: `https://example.com/photo-${index + 1}.jpg` };
	};
	let pid = 0;
	let before = 0;
	let peak = 0;
	let lastTaskEndsAt = 0;
	const reports: Report[] = [];
	const onStart = (): object[] => {
		const items = takes.map(makeItem);
		lastTaskEndsAt = Date.now() + Math.max(...takes);
		// Forgets the peak of n8n's own start, so that it does not hide the work's.
		if (IS_LINUX) writeFileSync(`/proc/${pid}/clear_refs`, '5');
		before = memoryOf(pid, 'VmRSS');
		return items;
	};
	const line = await openLine(linePort, onStart, (report) => {
		reports.push(report);
		peak = memoryOf(pid, 'VmHWM');
	});
	const printed = await Promise.all(
		Array.from(
			{ length: executions },
			async () => await execute(arena, workflow, (started) => (pid = started)),
		),
	);
	line.close();
	await sandbox.stop();
	const failed = reports.find(({ error }) => error !== undefined);
	if (failed || reports.length < executions) {
		throw new Error(`"${workflow}" failed: ${failed?.error ?? printed.join('').slice(-2_000)}`);
	}
	const endedAt = Math.max(...reports.map((report) => report.endedAt));
	const files = reports.reduce((sum, report) => sum + report.files, 0);
	return {
		slowest: Math.max(...takes),
		time: endedAt - Math.min(...reports.map((report) => report.startedAt)),
		delay: endedAt - lastTaskEndsAt,
		memory: peak - before,
		calls: sandbox.log.filter(({ endpoint }) => endpoint === 'result').length,
		lost: executions * takes.length - files,
		orders: sandbox.orders.length,
	};
}

/** Every run begins with the same database and no files: those of the run before can be a gigabyte. */
async function execute(
	{ installed, ports, userFolder }: Arena,
	workflow: WorkflowName,
	onStart: (pid: number) => void,
): Promise<string> {
	const env = {
		EXTERNAL_HOOK_FILES: path.join(__dirname, 'reportRun.cjs'),
		BENCHMARK_LINE: lineUrl(ports.line),
	};
	const n8n = N8nInstance.create({ n8n: installed, env });
	try {
		cpSync(userFolder, n8n.userFolder, { recursive: true });
		return await n8n.run(workflow, onStart);
	} finally {
		await n8n.stop();
	}
}

/** One number of Linux's /proc/<pid>/status, in bytes; not a number elsewhere. */
function memoryOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
	if (!IS_LINUX) return Number.NaN;
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}
