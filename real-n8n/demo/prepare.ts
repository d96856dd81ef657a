/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The demo's own n8n: a user folder that stays, so that the second start has little left to do. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT, type InstalledN8n } from '../driver/install';
import { N8nInstance } from '../driver/instance';
import { exampleCredential, type Example } from './examples';

const FOLDER = path.join(ROOT, '.demo');
const STATE = path.join(FOLDER, 'state.json');
const OWNER_PID = path.join(FOLDER, 'running.pid');

/** Fingerprints of what has been imported, so that it is done again only when it has changed. */
interface State {
	credential?: string;
	examples?: string;
}

/** Takes the demo folder for this process; two n8n on one database would get into each other's way. Returns how to give it back. */
export function claimDemoFolder(): () => void {
	mkdirSync(FOLDER, { recursive: true });
	if (existsSync(OWNER_PID)) {
		const owner = Number(readFileSync(OWNER_PID, 'utf8'));
		if (isRunning(owner))
			throw new Error(`The demo is already running, as process ${owner}. End that one first.`);
	}
	writeFileSync(OWNER_PID, String(process.pid));
	return () => rmSync(OWNER_PID, { force: true });
}

function isRunning(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch {
		return false;
	}
}

export function demoInstance(n8n: InstalledN8n): N8nInstance {
	return N8nInstance.create({ n8n, userFolder: FOLDER, port: 5678 });
}

/** Imports the credential and the examples where they differ from what the demo's n8n has. */
export async function importInto(
	instance: N8nInstance,
	examples: Example[],
	{ apiKey, baseUrl }: { apiKey: string; baseUrl: string },
): Promise<void> {
	const state = readState();
	const credential = exampleCredential(apiKey, baseUrl);
	if (state.credential !== fingerprint(credential)) {
		await instance.importCredentials([credential]);
		saveState({ credential: fingerprint(credential) });
	}
	// A workflow that the person has changed in the editor stays as it is until the example itself changes.
	if (state.examples !== fingerprint(examples)) {
		await instance.importWorkflows(examples);
		saveState({ examples: fingerprint(examples) });
	}
}

const fingerprint = (value: object): string =>
	createHash('sha256').update(JSON.stringify(value)).digest('hex');

function readState(): State {
	try {
		const state: State = JSON.parse(readFileSync(STATE, 'utf8'));
		return state;
	} catch {
		return {};
	}
}

function saveState(part: State): void {
	writeFileSync(STATE, JSON.stringify({ ...readState(), ...part }));
}
