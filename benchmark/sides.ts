/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Who does the work: workflows in a real n8n, each run in a fresh process, and the bare Node script. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Limits } from '../sandbox/types';
import type { InstalledN8n } from '../real-n8n/driver/install';
import { N8nInstance } from '../real-n8n/driver/instance';
import { start } from '../real-n8n/driver/process';
import { API_KEY, type Api } from './api';
import type { Line } from './line';
import { contestants, CREDENTIAL, workflowOf, type WorkflowName } from './workflows';

/** The tasks of one run. */
export interface Batch {
	count: number;
	/** Of each image. */
	bytes: number;
	/** When the first and the last task end, in milliseconds from the start; the others in between. Without it all are finished. */
	endsBetween?: [number, number];
	/**
	 * How long each portrait takes, in milliseconds, in the order in which they are submitted. With it the workflow gets photos
	 * in place of tasks, and submits them itself.
	 */
	takes?: number[];
	limits?: Limits;
}

/** One who does the work. */
export interface Side {
	/** Its name at the line. */
	name: string;
	/** What the report calls it. */
	title: string;
	/** The nodes whose times count: from the first one's start to the last one's end. */
	first: string;
	last: string;
	/** Works off the batch it gets at the line. Resolves with what the process printed. */
	launch: (batch: Batch, onStart: (pid: number) => void) => Promise<string>;
}

export type Form = 'links' | 'base64';

export interface Sides {
	n8n: (name: WorkflowName) => Side;
	floor: (form: Form) => Side;
	stop: () => Promise<void>;
}

export interface Arena {
	api: Api;
	line: Line;
	installed: InstalledN8n;
	/** The packed package. */
	tarball: string;
}

/** @param env more environment variables for n8n, e.g. `NODE_OPTIONS` for a profile. */
export async function openSides(arena: Arena, env: Record<string, string> = {}): Promise<Sides> {
	const workflows = contestants(arena.api.baseUrl);
	const n8n = await prepare(arena, env);
	// An n8n of its own for the workflow that runs beside another.
	const beside = await prepare(arena, env);
	return {
		n8n(name) {
			const { title, first, last } = workflows[name];
			const where = name === 'oursBeside' ? beside : n8n;
			const launch: Side['launch'] = async (_batch, onStart) => {
				clean(where.userFolder);
				return await where.run(name, onStart);
			};
			return { name, title, first, last, launch };
		},
		floor: (form) => ({
			name: 'floor',
			title: 'bare Node',
			first: 'floor',
			last: 'floor',
			launch: async (batch, onStart) => await launchFloor(arena, form, batch, onStart),
		}),
		async stop() {
			await n8n.stop();
			await beside.stop();
		},
	};
}

async function prepare(arena: Arena, env: Record<string, string>): Promise<N8nInstance> {
	const { api, line, installed, tarball } = arena;
	const hook = path.join(__dirname, 'reportRun.cjs');
	const n8n = N8nInstance.create({
		n8n: installed,
		env: { EXTERNAL_HOOK_FILES: hook, BENCHMARK_LINE: line.baseUrl, ...env },
	});
	const data = { apiKey: API_KEY, baseUrl: api.baseUrl };
	await n8n.importCredentials([{ ...CREDENTIAL, type: 'ai302Api', data }]);
	const all = Object.values(contestants(api.baseUrl));
	await n8n.importWorkflows(all.map((each) => workflowOf(each, line.baseUrl)));
	await n8n.installPackage(tarball);
	copyFileSync(database(n8n.userFolder), `${database(n8n.userFolder)}.clean`);
	return n8n;
}

const database = (userFolder: string) => path.join(userFolder, '.n8n', 'database.sqlite');

/** Every run begins with the same database and no files: those of the run before can be a gigabyte. */
function clean(userFolder: string): void {
	for (const folder of ['storage', 'binaryData']) {
		rmSync(path.join(userFolder, '.n8n', folder), { recursive: true, force: true });
	}
	for (const suffix of ['-wal', '-shm']) rmSync(database(userFolder) + suffix, { force: true });
	copyFileSync(`${database(userFolder)}.clean`, database(userFolder));
}

async function launchFloor(
	{ api, line, installed }: Arena,
	form: Form,
	{ limits = {} }: Batch,
	onStart: (pid: number) => void,
): Promise<string> {
	const folder = mkdtempSync(path.join(tmpdir(), 'floor-'));
	try {
		const { callsPerSecond = 0, atOnce = 100 } = limits;
		const script = path.join(__dirname, 'floor.mjs');
		const places = [line.baseUrl, api.baseUrl, API_KEY, folder];
		const args = [script, ...places, form, String(callsPerSecond), String(atOnce)];
		const { child, ended } = start(installed.node, args);
		if (child.pid !== undefined) onStart(child.pid);
		return (await ended).output;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
