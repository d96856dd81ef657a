/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The workflows of `examples/`, as they are imported into an n8n by the demo and by the tests. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../driver/install';
import type { CredentialFile, WorkflowFile } from '../driver/instance';

const FOLDER = path.join(ROOT, 'examples');

/** An example ready for import, with the ID under which `execute` finds it. */
export type Example = WorkflowFile & { id: string };

/** The examples in the order of their numbers. `taskIds` replaces task IDs, in the text of the file as a person would. */
export function readExamples(taskIds: Record<string, string> = {}): Example[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith('.json'))
		.sort((one, other) => parseInt(one) - parseInt(other))
		.map((file) => readExample(file, taskIds));
}

export function readExample(file: string, taskIds: Record<string, string> = {}): Example {
	return readWorkflow(FOLDER, file, taskIds);
}

/** @param texts replaced in the text of the file: what no file can know, such as a free port. */
export function readWorkflow(
	folder: string,
	file: string,
	texts: Record<string, string> = {},
): Example {
	const text = Object.entries(texts).reduce(
		(current, [from, to]) => current.replaceAll(from, to),
		readFileSync(path.join(folder, file), 'utf8'),
	);
	const workflow: WorkflowFile = JSON.parse(text);
	return { ...workflow, id: file.replace('.json', '').slice(0, 21) };
}

/** The credential to which the examples refer. */
export function exampleCredential(apiKey: string, baseUrl: string): CredentialFile {
	const references = readExamples().flatMap(({ nodes }) =>
		nodes.flatMap(({ credentials }) => (credentials?.ai302Api ? [credentials.ai302Api] : [])),
	);
	const [reference] = references;
	if (!reference?.id) throw new Error('No example refers to a 302.AI credential.');
	return { id: reference.id, name: reference.name, type: 'ai302Api', data: { apiKey, baseUrl } };
}
