/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/**
 * One run of Doubao Portrait Result in a process of its own, which then says how much memory it held at most.
 * usage: node --import tsx memoryChild.ts <json of {@link Child}>
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import '../support/setup';
import { runInEngine } from '../support/engine';

export interface Child {
	baseUrl: string;
	key: string;
	taskId: string;
	output: string;
	/** MB. */
	maxFileSize: number;
}

// With its ending, or tsx would take the node's JSON for it.
const { DoubaoPortraitResult } = createRequire(__filename)(
	'../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node.ts',
) as typeof import('../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node');

async function main(): Promise<void> {
	const given: Child = JSON.parse(process.argv[2]);
	const { success } = await runInEngine({
		node: new DoubaoPortraitResult(),
		items: [{ json: { task_id: given.taskId } }],
		parameters: {
			output: given.output,
			options: { maxFileSize: given.maxFileSize, requestTimeout: 60, maxWait: 3 },
		},
		credential: { apiKey: given.key, baseUrl: given.baseUrl },
		settings: { onError: 'continueRegularOutput' },
	});
	const status = readFileSync('/proc/self/status', 'utf8');
	const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
	console.log(`RESULT ${JSON.stringify({ peak, said: success[0].json.error ?? 'done' })}`);
	process.exit(0);
}

void main();
