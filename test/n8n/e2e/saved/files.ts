/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * Workflows as n8n saved them with a version of the nodes that was released. They lie in people's databases: these files are
 * never changed, only added to.
 */
import { readdirSync } from 'node:fs';

import { readWorkflow, type Example } from '../../../../real-n8n/demo/examples';

export const SAVED = readdirSync(__dirname)
	.filter((file) => file.endsWith('.json'))
	.sort();

export function readSaved(file: string, texts: Record<string, string> = {}): Example {
	return readWorkflow(__dirname, file, texts);
}
