/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- a tool for development, never shipped */
/** A real n8n with the packed package and a credential for a sandbox: one for each test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox, SandboxOptions } from '../../sandbox/types';
import { exampleCredential } from '../../scripts/demo/examples';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { buildAndPack } from '../../scripts/n8n/package';

export interface Stage {
	sandbox: Sandbox;
	n8n: N8nInstance;
	/** n8n's version, e.g. `2.41.1`. */
	version: string;
	stop: () => Promise<void>;
}

/** @param env more environment variables for n8n. */
export async function setUp(
	options: SandboxOptions = {},
	env: Record<string, string> = {},
): Promise<Stage> {
	const installed = await ensureN8n(process.env.N8N_VERSION_FOLDER);
	const sandbox = await startSandbox(options);
	const n8n = N8nInstance.create({ n8n: installed, env });
	const stop = async () => {
		await n8n.stop();
		await sandbox.stop();
	};
	try {
		await n8n.importCredentials([exampleCredential(sandbox.key, sandbox.baseUrl)]);
		await installPackage(n8n);
	} catch (error) {
		await stop();
		throw error;
	}
	return { sandbox, n8n, version: installed.version, stop };
}

/** scripts/e2e.ts has packed the package; jest run by hand packs it here. */
async function installPackage(n8n: N8nInstance): Promise<void> {
	const packed = process.env.N8N_TARBALL;
	if (packed) return await n8n.installPackage(packed);
	const folder = mkdtempSync(path.join(tmpdir(), 'packed-'));
	try {
		await n8n.installPackage(await buildAndPack(folder));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
