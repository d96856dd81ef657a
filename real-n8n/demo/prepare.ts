/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The demo's own n8n: a user folder that stays, so that the second start has little left to do. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isRecord } from '../../test/support/isRecord';
import { ROOT, type InstalledN8n } from '../driver/install';
import { N8nInstance } from '../driver/instance';
import { run } from '../driver/process';
import { claimFolder } from './claim';
import { exampleCredential, type Example } from './examples';
import { memoryOf, repairsFor, type Found, type FoundWorkflow, type Memory } from './repairs';

const FOLDER = path.join(ROOT, '.demo');
const STATE = path.join(FOLDER, 'state.json');
const N8N_FOLDER = path.join(FOLDER, '.n8n');

/** The port of the demo's editor, where it is free. */
export const EDITOR_PORT = 5678;

/** Takes the demo folder for this process. Returns how to give it back. */
export async function claimDemoFolder(): Promise<() => Promise<void>> {
	mkdirSync(FOLDER, { recursive: true });
	const giveBack = await claimFolder(FOLDER);
	sweep();
	return giveBack;
}

/** What a demo that was killed had no time to remove: files with a key or with images, and a mark for which n8n waits ten seconds. */
function sweep(): void {
	for (const file of readdirSync(FOLDER)) {
		if (/^import-\w+\.json$|^execution-.+\.out$|^running\.pid$/.test(file)) {
			rmSync(path.join(FOLDER, file), { force: true });
		}
	}
	rmSync(path.join(N8N_FOLDER, 'crash.journal'), { force: true });
}

export function demoInstance(n8n: InstalledN8n): N8nInstance {
	return N8nInstance.create({ n8n, userFolder: FOLDER, port: EDITOR_PORT });
}

/**
 * Sees to it that the demo's n8n has the credential, the examples and a sign-in without a code, whatever a person did in its
 * editor. Returns what had to be put right, in sentences.
 */
export async function putRight(
	instance: N8nInstance,
	n8n: InstalledN8n,
	examples: Example[],
	{ apiKey, baseUrl }: { apiKey: string; baseUrl: string },
): Promise<string[]> {
	const wanted = { credential: exampleCredential(apiKey, baseUrl), examples };
	const found = await readDatabase(n8n, wanted.credential.id);
	const memory = readMemory();
	const repairs = repairsFor(wanted, found, memory, encryptionKey(), new Date());
	if (repairs.credential) await instance.importCredentials([wanted.credential]);
	const lost = await keep(instance, repairs.kept);
	// After the credential: n8n drops a reference to one that it does not know.
	if (repairs.workflows.length > 0) await instance.importWorkflows(repairs.workflows);
	if (repairs.secondFactor) await instance.disableSecondFactor();
	const now = await readDatabase(n8n, wanted.credential.id);
	const missing = examples.filter(({ id }) => now.workflows.every((one) => one.id !== id));
	if (!now.credential || missing.length > 0) {
		throw new Error("The demo's n8n did not take the credential and the examples.");
	}
	const imported = repairs.workflows.map(({ id }) => id);
	writeFileSync(STATE, JSON.stringify(memoryOf(wanted, now, encryptionKey(), imported, memory)));
	return [...repairs.report, ...lost];
}

/** n8n refuses to import what it takes from its editor, such as a connection to a node that is gone: then a file has to do. */
async function keep(instance: N8nInstance, workflows: FoundWorkflow[]): Promise<string[]> {
	if (workflows.length === 0) return [];
	try {
		await instance.importWorkflows(workflows);
		return [];
	} catch {
		return workflows.map((workflow) => {
			const file = path.join(FOLDER, `kept-${workflow.id}.json`);
			writeFileSync(file, JSON.stringify(workflow, null, 2));
			return `n8n did not take “${workflow.name}”. It is in the file ${path.relative(ROOT, file)} instead.`;
		});
	}
}

async function readDatabase(n8n: InstalledN8n, credentialId: string): Promise<Found> {
	const database = path.join(N8N_FOLDER, 'database.sqlite');
	if (!existsSync(database)) return { workflows: [], secondFactor: false };
	const script = path.join(__dirname, 'readDatabase.cjs');
	const { code, stdout, output } = await run(n8n.node, [script, database, credentialId], {
		env: { ...process.env, NODE_OPTIONS: '' },
	});
	if (code !== 0) throw new Error(`Could not read the demo's database:\n${output.slice(-4_000)}`);
	const found: Found = JSON.parse(stdout);
	return found;
}

/** n8n makes it at its first start and keeps it in its settings file. */
function encryptionKey(): string {
	try {
		const settings: unknown = JSON.parse(readFileSync(path.join(N8N_FOLDER, 'config'), 'utf8'));
		return isRecord(settings) ? String(settings.encryptionKey) : '';
	} catch {
		return '';
	}
}

function readMemory(): Memory {
	try {
		const memory: Memory = JSON.parse(readFileSync(STATE, 'utf8'));
		// Older versions of the demo kept a text here.
		return isRecord(memory.credential) ? memory : {};
	} catch {
		return {};
	}
}
