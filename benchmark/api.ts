/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The stand-in for the API as a process of its own, and arranging it over HTTP. */
import path from 'node:path';

import type { Limits, LogEntry, Order, TaskSpec } from '../sandbox/types';
import { ROOT } from '../real-n8n/driver/install';
import { freePort, sleep, start, type Running } from '../real-n8n/driver/process';

/** How long each call and each image is held back (milliseconds). */
export const LATENCY = { api: 300, image: 100 };
export const API_KEY = 'sk-test-302-sandbox';

export class Api {
	private constructor(
		private readonly process: Running,
		/** No trailing slash. */
		readonly baseUrl: string,
	) {}

	static async start(): Promise<Api> {
		const ports = { api: await freePort(), image: await freePort() };
		const main = path.join(ROOT, 'sandbox', 'main.ts');
		const options = {
			port: ports.api,
			'image-port': ports.image,
			latency: LATENCY.api,
			'image-latency': LATENCY.image,
		};
		const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
		const running = start(process.execPath, ['--import', 'tsx', main, ...args], { cwd: ROOT });
		while (!running.output().includes('is ready')) {
			if (running.child.exitCode !== null) throw new Error(running.output());
			await sleep(50);
		}
		return new Api(running, `http://127.0.0.1:${ports.api}`);
	}

	/** As it was right after the start, with these limits. */
	async reset(limits: Limits = {}): Promise<void> {
		await this.control('POST', 'reset', {});
		await this.control('POST', 'limits', limits);
	}

	/** Adds tasks that are all alike. */
	async addTasks(count: number, spec: TaskSpec): Promise<string[]> {
		const { ids }: { ids: string[] } = await this.control('POST', 'tasks', { count, spec });
		return ids;
	}

	/** The next orders become these tasks, one after the other. */
	async planOrders(specs: TaskSpec[]): Promise<void> {
		await this.control('POST', 'coming', specs);
	}

	/** The task IDs of the orders that were taken. */
	async orderedTasks(): Promise<string[]> {
		const orders: Order[] = await this.control('GET', 'orders');
		return orders.map(({ taskId }) => taskId);
	}

	/** Lets the API draw the picture that all tasks of this size share, which it does once after a reset. */
	async warmUp(spec: TaskSpec): Promise<void> {
		const [taskId] = await this.addTasks(1, { bytes: spec.bytes });
		const answer = await fetch(`${this.baseUrl}/doubao/drawing/portrait_result`, {
			method: 'POST',
			headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
			body: JSON.stringify({ task_id: taskId }),
		});
		await answer.arrayBuffer();
	}

	/** How many result calls were made for these tasks. */
	async countResultCalls(taskIds: string[]): Promise<number> {
		const wanted = new Set(taskIds);
		const log: LogEntry[] = await this.control('GET', 'log');
		return log.filter(({ endpoint, taskId = '' }) => endpoint === 'result' && wanted.has(taskId))
			.length;
	}

	async stop(): Promise<void> {
		await this.process.stop();
	}

	private async control<T>(method: string, what: string, body?: object): Promise<T> {
		const response = await fetch(`${this.baseUrl}/sandbox/${what}`, {
			method,
			headers: { 'x-sandbox-control': '1', 'content-type': 'application/json' },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${what}: HTTP ${response.status}: ${text}`);
		return JSON.parse(text);
	}
}
