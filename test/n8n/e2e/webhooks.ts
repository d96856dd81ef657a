/** Workflows that begin with a webhook, and starting them, where a test stops or retries the execution. */
import { sleep } from '../../../real-n8n/driver/process';
import type { RestClient } from '../../../real-n8n/driver/rest';
import { isRecord } from '../../support/isRecord';

export const nodeOf = (name: string, type: string, typeVersion: number, parameters: object) => ({
	id: name,
	name,
	type,
	typeVersion,
	position: [0, 0] as [number, number],
	parameters: { ...parameters },
});

/** A webhook that answers at once. */
export const webhookNode = (name: string, path: string) => ({
	...nodeOf(name, 'n8n-nodes-base.webhook', 2, {
		httpMethod: 'POST',
		path,
		responseMode: 'onReceived',
	}),
	webhookId: `c4b1f3f2-77b5-4f5e-9d5c-${path.padEnd(12, '0').slice(0, 12)}`,
});

/** The executions that are not among `earlier`; all without it. */
export async function executionsOf(
	rest: RestClient,
	earlier: ReadonlySet<unknown> = new Set(),
): Promise<Array<Record<string, unknown>>> {
	const answer = await rest.get('/rest/executions?limit=50');
	const list = isRecord(answer) && Array.isArray(answer.results) ? answer.results : [];
	return list.filter(isRecord).filter(({ id }) => !earlier.has(id));
}

/** Does what starts an execution, and returns the ID of that. */
export async function startedBy(rest: RestClient, work: () => Promise<unknown>): Promise<string> {
	const earlier = new Set((await executionsOf(rest)).map(({ id }) => id));
	await work();
	for (;;) {
		const [started] = await executionsOf(rest, earlier);
		if (started) return String(started.id);
		await sleep(100);
	}
}

/** Calls a webhook and returns its execution's ID. n8n answers 404 until it has its webhooks ready. */
export async function begin(rest: RestClient, path: string, body: object): Promise<string> {
	const request = {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	};
	return await startedBy(rest, async () => {
		while (!(await fetch(`${rest.baseUrl}/webhook/${path}`, request)).ok) await sleep(200);
	});
}
