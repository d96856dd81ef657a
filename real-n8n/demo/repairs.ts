/** What a start of the demo has to put right, after whatever a person did in its editor. */
import { createHash, randomUUID } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../../test/support/isRecord';
import type { CredentialFile, WorkflowFile } from '../driver/instance';
import type { Example } from './examples';

export interface FoundWorkflow extends WorkflowFile {
	id: string;
	pinData?: IDataObject;
	isArchived?: boolean;
}

/** What the demo's n8n holds. */
export interface Found {
	/** Its data is encrypted. */
	credential?: { name: string; type: string; data: string };
	workflows: FoundWorkflow[];
	/** Whether the owner has to type a code from a phone in order to sign in. */
	secondFactor: boolean;
}

/** Fingerprints of what n8n was given, and of what it made of that: it encrypts, and may change references. */
interface Left {
	given: string;
	kept: string;
}

/** What the last start left in the demo's n8n. */
export interface Memory {
	credential?: Left;
	/** By the workflow's ID. */
	workflows?: Record<string, Left>;
}

export interface Repairs {
	credential: boolean;
	/** Examples to import. */
	workflows: FoundWorkflow[];
	/** A person's own versions of them, under new IDs, to import before. */
	kept: FoundWorkflow[];
	secondFactor: boolean;
	/** For people, a sentence or two each. */
	report: string[];
}

export interface Wanted {
	credential: CredentialFile;
	/** The first one is run at every start. */
	examples: Example[];
}

/**
 * @param encryptionKey with another one n8n cannot read the credential, however right it looks.
 * @param now the time in the name of a version that is kept.
 */
export function repairsFor(
	wanted: Wanted,
	found: Found,
	memory: Memory,
	encryptionKey: string,
	now: Date,
): Repairs {
	const report: string[] = [];
	const credential = credentialRepair(wanted.credential, found, memory, encryptionKey);
	if (credential) report.push(credential);
	const kept: FoundWorkflow[] = [];
	const workflows = wanted.examples.flatMap((example, index) => {
		const has = found.workflows.find(({ id }) => id === example.id);
		const repair = workflowRepair(example, index === 0, has, memory.workflows?.[example.id], now);
		if (repair.report) report.push(repair.report);
		if (repair.kept) kept.push(repair.kept);
		return repair.workflows;
	});
	if (found.secondFactor) {
		report.push('Signing in needed a code from a phone. The password alone is enough again.');
	}
	return {
		credential: credential !== undefined,
		workflows,
		kept,
		secondFactor: found.secondFactor,
		report,
	};
}

/** What to say about a credential that has to be given again, nothing at a first start; undefined when it is right. */
function credentialRepair(
	wanted: CredentialFile,
	{ credential }: Found,
	{ credential: memory }: Memory,
	encryptionKey: string,
): string | undefined {
	const name = `The credential “${wanted.name}”`;
	if (!credential) return memory ? `${name} had been deleted. It is there again.` : '';
	if (!memory) return '';
	if (fingerprintOfKept(credential, encryptionKey) !== memory.kept) {
		return (
			`${name} had been changed. It holds the key and the Base URL of this start again. ` +
			'For a key of your own, create a second credential.'
		);
	}
	if (fingerprint(wanted) === memory.given) return undefined;
	return `${name} has another key or Base URL than at the last start. Its Base URL is ${wanted.data.baseUrl}.`;
}

function workflowRepair(
	example: Example,
	isRun: boolean,
	has: FoundWorkflow | undefined,
	memory: Left | undefined,
	now: Date,
): { workflows: FoundWorkflow[]; kept?: FoundWorkflow; report?: string } {
	const { name } = example;
	const fresh = { ...example, pinData: {}, isArchived: false };
	if (!has) {
		const report = memory && `The workflow “${name}” had been deleted. It is there again.`;
		return { workflows: [fresh], report };
	}
	if (has.isArchived) {
		return {
			workflows: [fresh],
			report: `The workflow “${name}” had been archived. It is there again, as in examples/.`,
		};
	}
	const [current, right] = [fingerprintOf(has), fingerprintOf(example)];
	if (current === right) return { workflows: [] };
	const isNew = right !== memory?.given;
	if (current === memory?.kept) return { workflows: isNew ? [fresh] : [] };
	// What is not run here, a person may have as they like, until the example itself changes.
	if (!isRun && !isNew) return { workflows: [] };
	const keptName = `${has.name} (as it was on ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
	return {
		workflows: [fresh],
		kept: { ...has, id: newId(), name: keptName, isArchived: false },
		report: `The workflow “${name}” was not as in examples/. It is again; what it was is kept as “${keptName}”.`,
	};
}

/** @param imported the IDs of the workflows that this start has imported; the others are as a person has left them. */
export function memoryOf(
	wanted: Wanted,
	found: Found,
	encryptionKey: string,
	imported: string[],
	before: Memory = {},
): Memory {
	const { credential } = found;
	return {
		credential: credential && {
			given: fingerprint(wanted.credential),
			kept: fingerprintOfKept(credential, encryptionKey),
		},
		workflows: Object.fromEntries(
			wanted.examples.map((example) => {
				const given = fingerprintOf(example);
				const has = found.workflows.find(({ id }) => id === example.id);
				const kept =
					has && imported.includes(example.id)
						? fingerprintOf(has)
						: (before.workflows?.[example.id]?.kept ?? given);
				return [example.id, { given, kept }];
			}),
		),
	};
}

function fingerprintOfKept(credential: object, encryptionKey: string): string {
	return fingerprint({ ...credential, encryptionKey });
}

/** Of what a workflow does: neither its name nor where its nodes lie on the canvas. */
function fingerprintOf({ nodes, connections, settings, pinData = {} }: Omit<FoundWorkflow, 'id'>) {
	const placeless = nodes.map((node) => ({ ...node, position: undefined }));
	return fingerprint({ nodes: placeless, connections, settings: settings ?? {}, pinData });
}

/** The same for the same content, in whatever order an editor writes the names. */
function fingerprint(value: object): string {
	const text = JSON.stringify(value, (_name, part: unknown) =>
		isRecord(part)
			? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
			: part,
	);
	return createHash('sha256').update(text).digest('hex');
}

/** n8n takes up to 21 characters. */
const newId = (): string => randomUUID().replaceAll('-', '').slice(0, 21);
