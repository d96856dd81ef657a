/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * Workflows as n8n saved them with a version of the nodes that was released. They lie in people's databases: these files are
 * never changed, only added to.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { WorkflowFile } from '../../../../real-n8n/driver/instance';

export const SAVED = readdirSync(__dirname)
	.filter((file) => file.endsWith('.json'))
	.sort();

/** @param texts replaced in the text of the file: what no file can know, such as a free port. */
export function readSaved(
	file: string,
	texts: Record<string, string> = {},
): WorkflowFile & { id: string } {
	const text = Object.entries(texts).reduce(
		(current, [from, to]) => current.replaceAll(from, to),
		readFileSync(path.join(__dirname, file), 'utf8'),
	);
	const workflow: WorkflowFile = JSON.parse(text);
	return { ...workflow, id: file.replace('.json', '').slice(0, 21) };
}
