/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- never shipped */
/** n8n in queue mode on this machine: one main process and workers, with Redis, PostgreSQL and files in the database. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { undoAll, type Cleanups } from './command';
import { environment } from './environment';
import type { InstalledN8n } from './install';
import { N8nInstance } from './instance';
import { buildAndPack, unpackInto } from './package';
import { freePort, start, watch, type Running } from './process';
import {
	installServices,
	startPostgres,
	startRedis,
	untilUp,
	type Database,
	type Service,
} from './services';

/** How long a worker may take until it takes jobs (milliseconds). */
const WORKER_DEADLINE = 180_000;

export interface ClusterOptions {
	n8n: InstalledN8n;
	/** The packed package, which every process of n8n gets in a user folder of its own; packed here when absent. */
	tarball?: string;
	/** Executions that one worker runs at a time. */
	concurrency: number;
}

export class Worker {
	constructor(
		readonly name: string,
		private readonly running: Running,
	) {}

	get pid(): number | undefined {
		return this.running.child.pid;
	}

	/** Executions that it has begun, as it says in its log. */
	get started(): Set<string> {
		return this.inLog(/Worker started execution (\d+)/g);
	}

	/** Executions that it has ended, well or not. */
	get finished(): Set<string> {
		return this.inLog(/Worker finished execution (\d+)/g);
	}

	/** Executions that it has in hand. */
	get inHand(): string[] {
		const { finished } = this;
		return [...this.started].filter((id) => !finished.has(id));
	}

	get log(): string {
		return this.running.output();
	}

	/** The end that a lack of memory makes: SIGKILL, for the worker and its children. */
	async kill(): Promise<void> {
		await this.running.kill();
	}

	async stop(): Promise<void> {
		await this.running.stop();
	}

	private inLog(pattern: RegExp): Set<string> {
		return new Set([...this.log.matchAll(pattern)].map(([, id]) => id));
	}
}

export class Cluster {
	readonly workers: Worker[] = [];

	private readonly cleanups: Cleanups = [];

	/** Everything that this cluster writes is in here. */
	private readonly folder: string;

	/** Set up by `create()`. */
	private readonly services: {
		tarball?: string;
		redis?: Service;
		database?: Database;
		main?: N8nInstance;
	} = {};

	private constructor(private readonly options: ClusterOptions) {
		this.folder = mkdtempSync(path.join(tmpdir(), 'n8n-cluster-'));
		const watcher = watch();
		watcher.folder(this.folder);
		this.cleanups.push(watcher.stop, () =>
			rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 }),
		);
	}

	/** Redis, PostgreSQL and the main process's folder; nothing of n8n runs yet. */
	static async create(options: ClusterOptions): Promise<Cluster> {
		await installServices();
		const cluster = new Cluster(options);
		try {
			await cluster.prepare();
		} catch (error) {
			await cluster.stop();
			throw error;
		}
		return cluster;
	}

	/** n8n's main process, for imports and then to `serve()`. */
	get main(): N8nInstance {
		return present(this.services.main);
	}

	get database(): Database {
		return present(this.services.database);
	}

	/** The main process has to have made the database's tables by then. */
	async startWorker(name: string): Promise<Worker> {
		const { n8n, concurrency } = this.options;
		const userFolder = await this.userFolder(name);
		const health = await freePort();
		const running = start(n8n.node, [n8n.cli, 'worker', `--concurrency=${concurrency}`], {
			cwd: userFolder,
			env: environment({
				n8n,
				userFolder,
				port: await freePort(),
				brokerPort: await freePort(),
				extra: {
					...this.queueMode(),
					QUEUE_HEALTH_CHECK_ACTIVE: 'true',
					QUEUE_HEALTH_CHECK_PORT: String(health),
					N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				},
			}),
		});
		const worker = new Worker(name, running);
		this.workers.push(worker);
		this.cleanups.push(async () => await worker.stop());
		await untilUp(name, running, async () => await isReady(health), WORKER_DEADLINE);
		return worker;
	}

	/** Ends every process and removes every file. */
	async stop(): Promise<void> {
		await undoAll(this.cleanups);
	}

	private async prepare(): Promise<void> {
		const { tarball } = this.options;
		this.services.tarball = tarball ?? (await buildAndPack(path.join(this.folder, 'packed')));
		const redis = await startRedis(path.join(this.folder, 'redis'));
		this.services.redis = redis;
		this.cleanups.push(redis.stop);
		const database = await startPostgres(this.folder);
		this.services.database = database;
		this.cleanups.push(database.stop);
		const main = N8nInstance.create({
			n8n: this.options.n8n,
			userFolder: await this.userFolder('main'),
			env: this.queueMode(),
		});
		this.services.main = main;
		this.cleanups.push(async () => await main.stop());
	}

	/** A folder with the package in it, as each machine of a cluster has its own. */
	private async userFolder(name: string): Promise<string> {
		const folder = path.join(this.folder, name);
		mkdirSync(folder);
		await unpackInto(folder, present(this.services.tarball));
		return folder;
	}

	private queueMode(): Record<string, string> {
		return {
			...this.services.redis?.env,
			...this.services.database?.env,
			EXECUTIONS_MODE: 'queue',
			N8N_DEFAULT_BINARY_DATA_MODE: 'database',
			N8N_ENCRYPTION_KEY: 'the-cluster-of-the-tests',
		};
	}
}

function present<T>(value: T | undefined): T {
	if (value === undefined) throw new Error('The cluster was not set up.');
	return value;
}

async function isReady(port: number): Promise<boolean> {
	try {
		return (await fetch(`http://127.0.0.1:${port}/healthz/readiness`)).ok;
	} catch {
		return false;
	}
}
