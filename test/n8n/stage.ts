/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error -- never shipped */
/** A real n8n with the packed package, and a sandbox: one for each test file. */
import type { INodeExecutionData } from 'n8n-workflow';

import { exampleCredential } from '../../real-n8n/demo/examples';
import { undoAll, type Cleanups } from '../../real-n8n/driver/command';
import { ensureN8n, type InstalledN8n } from '../../real-n8n/driver/install';
import { N8nInstance, type InstanceOptions } from '../../real-n8n/driver/instance';
import type { Execution } from '../../real-n8n/driver/runData';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox, SandboxOptions } from '../../sandbox/types';

export interface Stage {
	sandbox: Sandbox;
	n8n: N8nInstance;
	/** n8n's version, e.g. `2.41.1`. */
	version: string;
	stop: () => Promise<void>;
}

/** Runs a workflow headless, and makes sure that the key is nowhere in what n8n printed. */
export async function execute({ n8n, sandbox }: Stage, workflowId: string): Promise<Execution> {
	const execution = await n8n.execute(workflowId);
	expect(execution.log).not.toContain(sandbox.key);
	return execution;
}

/** The bytes of the file in an item's field `data`. */
export function fileOf({ n8n }: Stage, { binary }: INodeExecutionData): Buffer {
	if (!binary?.data) throw new Error('The item has no file in its field "data".');
	return n8n.readBinary(binary.data);
}

/** The n8n and the tarball that scripts/testN8n.ts has brought. */
export async function brought(): Promise<{ n8n: InstalledN8n; tarball: string }> {
	const { N8N_VERSION_FOLDER, N8N_TARBALL } = process.env;
	if (!N8N_TARBALL) throw new Error('Run it with `npm run test:e2e`, test:editor or test:queue.');
	return { n8n: await ensureN8n(N8N_VERSION_FOLDER), tarball: N8N_TARBALL };
}

/** Builds a stage; what stands already is taken down again when the rest cannot be built. */
export async function build<Built>(
	work: (cleanups: Cleanups) => Promise<Built>,
): Promise<Built & { stop: () => Promise<void> }> {
	const cleanups: Cleanups = [];
	const stop = async () => await undoAll(cleanups);
	try {
		return { ...(await work(cleanups)), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** How n8n is to run. */
export type Settings = Pick<InstanceOptions, 'env' | 'openFiles'>;

/** n8n with the package and nothing else. */
export async function openStage(
	cleanups: Cleanups,
	options: SandboxOptions = {},
	{ env = {}, openFiles }: Settings = {},
): Promise<Omit<Stage, 'stop'>> {
	const { n8n: installed, tarball } = await brought();
	const sandbox = await startSandbox(options);
	cleanups.push(async () => await sandbox.stop());
	const n8n = N8nInstance.create({ n8n: installed, env, openFiles });
	cleanups.push(async () => await n8n.stop());
	await n8n.installPackage(tarball);
	return { sandbox, n8n, version: installed.version };
}

/** The same with a credential for the sandbox, to which the examples refer. */
export async function setUp(options: SandboxOptions = {}, settings: Settings = {}): Promise<Stage> {
	return await build(async (cleanups) => {
		const stage = await openStage(cleanups, options, settings);
		await stage.n8n.importCredentials([
			exampleCredential(stage.sandbox.key, stage.sandbox.baseUrl),
		]);
		return stage;
	});
}
