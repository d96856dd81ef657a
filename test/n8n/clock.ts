/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** When a request came, on this process's own clock. */
import { get } from 'node:http';

import type { LogEntry, Sandbox } from '../../sandbox/types';

/** Reads the time of a log entry as `performance.now()` would have told it. */
export async function clockOf(sandbox: Sandbox): Promise<(entry: LogEntry) => number> {
	let offset: number | undefined;
	// Called in the very moment that `finishedAt` names.
	sandbox.onEntry(({ finishedAt }) => {
		if (finishedAt !== undefined) offset ??= performance.now() - finishedAt;
	});
	await new Promise((resolve) =>
		get(`${sandbox.baseUrl}/v1/models`, { agent: false }, (answer) =>
			answer.resume().once('close', resolve),
		),
	);
	return ({ at }) => at + (offset ?? NaN);
}
