/** n8n's main process and two workers, a sandbox, and what n8n's database says about the executions. */
import { createHash } from 'node:crypto';

import { startSandbox } from '../../../sandbox/sandbox';
import type { Sandbox } from '../../../sandbox/types';
import { exampleCredential } from '../../../real-n8n/demo/examples';
import { Cluster, type Worker } from '../../../real-n8n/driver/cluster';
import type { Database } from '../../../real-n8n/driver/services';
import { sleep } from '../../../real-n8n/driver/process';
import type { RestClient } from '../../../real-n8n/driver/rest';
import { isRecord } from '../../support/isRecord';
import { brought, build } from '../stage';
import { fetching, ordering } from './workflows';

/** How many executions a worker runs at a time. */
export const CONCURRENCY = 20;

export interface QueueStage {
	sandbox: Sandbox;
	cluster: Cluster;
	rest: RestClient;
	workers: [Worker, Worker];
	stop: () => Promise<void>;
}

export async function setUp(): Promise<QueueStage> {
	return await build(async (cleanups) => {
		const sandbox = await startSandbox({ submitted: { queuedFor: 4_000, generatingFor: 6_000 } });
		cleanups.push(async () => await sandbox.stop());
		const cluster = await Cluster.create({ ...(await brought()), concurrency: CONCURRENCY });
		cleanups.push(async () => await cluster.stop());
		await cluster.main.importCredentials([exampleCredential(sandbox.key, sandbox.baseUrl)]);
		await cluster.main.importWorkflows([fetching(), ordering()]);
		for (const { id } of [fetching(), ordering()]) await cluster.main.activate(id);
		const rest = await cluster.main.serve();
		const first = await cluster.startWorker('worker-1');
		const second = await cluster.startWorker('worker-2');
		const workers: QueueStage['workers'] = [first, second];
		return { sandbox, cluster, rest, workers };
	});
}

/** An execution as n8n's database has it. */
export interface ExecutionRow {
	id: string;
	status: string;
	/** SHA-256 of the file in the database that the execution's data refers to. */
	file: string | null;
	/** What n8n tells whoever opens a failed execution. */
	error?: string;
}

/** Every execution that n8n knows. */
export async function executionsIn(database: Database): Promise<ExecutionRow[]> {
	type Row = ExecutionRow & { data: string | null };
	const found = await database.query<Row[]>(`
		select coalesce(json_agg(one order by one.id), '[]') from (
			select e.id::text, e.status, case when e.status <> 'success' then d.data end as data,
				(select encode(sha256(b.data), 'hex') from binary_data b
					where b."sourceType" = 'execution' and b."sourceId" = e.id::text
					and position('database:' || b."fileId" in d.data) > 0) as file
			from execution_entity e left join execution_data d on d."executionId" = e.id
		) one`);
	return found.map(({ data, ...row }) => ({ ...row, error: data ? errorIn(data) : undefined }));
}

/** n8n keeps run data flat: a list whose objects hold indexes into it. */
function errorIn(data: string): string | undefined {
	const flat: unknown[] = JSON.parse(data);
	const message = ['resultData', 'error', 'message'].reduce<unknown>(
		(current, key) => (isRecord(current) ? flat[Number(current[key])] : undefined),
		flat[0],
	);
	return typeof message === 'string' ? message : undefined;
}

/**
 * The mark with which the webhook was called for each execution. To be asked for before an execution fails: n8n then keeps
 * the error only of one whose worker is gone.
 */
export async function marksIn(database: Database): Promise<Map<string, string>> {
	const found = await database.query<Array<{ id: string; mark: string }>>(`
		select coalesce(json_agg(one), '[]') from (
			select "executionId"::text as id, substring(data from 'mark-[0-9]{4}') as mark
			from execution_data) one`);
	return new Map(found.map(({ id, mark }) => [id, mark]));
}

/** How many executions have which status. */
export async function statuses(database: Database): Promise<Record<string, number>> {
	return await database.query<Record<string, number>>(`
		select coalesce(json_object_agg(status, number), '{}') from
			(select status, count(*) as number from execution_entity group by status) one`);
}

/**
 * The failed executions and their status, as the editor's list shows them. They have to fit on one page: n8n turns pages by ID
 * but sorts them by start, so executions that start out of turn can fall between two pages.
 */
export async function listedAsFailed(rest: RestClient): Promise<Map<string, string>> {
	const filter = encodeURIComponent(JSON.stringify({ status: ['error', 'crashed'] }));
	const page = await rest.get(`/rest/executions?limit=100&filter=${filter}`);
	if (!isRecord(page) || !Array.isArray(page.results)) throw new Error('n8n lists nothing.');
	return new Map(page.results.filter(isRecord).map((one) => [String(one.id), String(one.status)]));
}

/** Calls a webhook until n8n takes it: n8n answers 404 until it has its webhooks ready, and starts nothing then. */
export async function call(rest: RestClient, webhook: string, body: object): Promise<void> {
	for (;;) {
		const response = await fetch(`${rest.baseUrl}/webhook/${webhook}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		const text = await response.text();
		if (response.ok) return;
		if (response.status !== 404) throw new Error(`HTTP ${response.status} ${text}`);
		await sleep(200);
	}
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
