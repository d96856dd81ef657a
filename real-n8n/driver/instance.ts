/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** One real n8n with a user folder of its own. */
import { randomUUID } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { IBinaryData, IConnections, IDataObject, INode } from 'n8n-workflow';

import { environment, OWNER } from './environment';
import type { InstalledN8n } from './install';
import { registerIn, unpackInto } from './package';
import { freePort, sleep, start, type Finished, type Running } from './process';
import { RestClient } from './rest';
import { Execution } from './runData';

export interface InstanceOptions {
	n8n: InstalledN8n;
	/** Kept when given; otherwise a temporary folder that is removed with `stop()`. */
	userFolder?: string;
	/** The editor's port where it is free; otherwise, and when absent, any free one. */
	port?: number;
	/** More environment variables for n8n. */
	env?: Record<string, string>;
	/** Most files that a process of n8n may have open (Linux). */
	openFiles?: number;
}

/** A workflow as n8n exports it. */
export interface WorkflowFile {
	id?: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IDataObject;
}

export interface CredentialFile {
	id: string;
	name: string;
	type: string;
	/** In plain; n8n encrypts it on import. */
	data: Record<string, string>;
}

/** How long n8n may take to serve its editor before something must be wrong (milliseconds). */
const SERVE_DEADLINE = 180_000;

export class N8nInstance {
	/** n8n's user folder, its home folder and its working folder. */
	readonly userFolder: string;

	private readonly temporary: boolean;

	private server?: Running;

	private constructor(private readonly options: InstanceOptions) {
		this.temporary = options.userFolder === undefined;
		const folder = options.userFolder ?? mkdtempSync(path.join(tmpdir(), 'n8n-'));
		mkdirSync(folder, { recursive: true });
		// n8n compares real paths when it decides whether a node may write a file.
		this.userFolder = realpathSync(folder);
		mkdirSync(this.filesFolder, { recursive: true });
	}

	static create(options: InstanceOptions): N8nInstance {
		return new N8nInstance(options);
	}

	/** `~/.n8n-files`: where n8n 2 lets its nodes read and write files unless it is told otherwise. */
	get filesFolder(): string {
		return path.join(this.userFolder, '.n8n-files');
	}

	/** Installs a packed tarball as a community package. */
	async installPackage(tarball: string): Promise<void> {
		// n8n makes its database with its first command, whichever that is.
		if (!existsSync(path.join(this.userFolder, '.n8n', 'database.sqlite'))) {
			await this.command(['list:workflow']);
		}
		const folder = await unpackInto(this.userFolder, tarball);
		await registerIn(this.userFolder, folder, this.options.n8n);
	}

	async importCredentials(credentials: CredentialFile[]): Promise<void> {
		await this.importFile('import:credentials', credentials);
	}

	/** Workflows need an `id` (up to 21 characters): it is what `execute` takes. One with the same ID is overwritten. */
	async importWorkflows(workflows: Array<WorkflowFile & { id: string }>): Promise<void> {
		await this.importFile(
			'import:workflow',
			workflows.map((workflow) => ({ settings: {}, ...workflow, active: false })),
		);
	}

	/** Runs a workflow headless. A failed execution is a result like another: see `succeeded` and `error`. */
	async execute(workflowId: string): Promise<Execution> {
		return Execution.parse(await this.run(workflowId));
	}

	/**
	 * Runs a workflow headless and returns everything that n8n printed.
	 *
	 * @param onStart called with the PID of the n8n process, for whoever measures it.
	 */
	async run(workflowId: string, onStart?: (pid: number) => void): Promise<string> {
		const args = ['execute', `--id=${workflowId}`, '--rawOutput'];
		// Files that n8n keeps in its memory are printed as well, and may be large.
		const stdoutFile = path.join(this.userFolder, `execution-${randomUUID()}.out`);
		return (await this.command(args, { onStart, stdoutFile })).output;
	}

	/** Lets a workflow answer its webhooks from the next `serve()` on; imported workflows do not. */
	async activate(workflowId: string): Promise<void> {
		const args = ['update:workflow', `--id=${workflowId}`, '--active=true'];
		const { code, output } = await this.command(args);
		if (code !== 0) throw new Error(`n8n did not activate ${workflowId}:\n${output.slice(-4_000)}`);
	}

	/** Serves the editor and the REST API until `stop()`; resolves when they answer, with a signed-in client. */
	async serve(): Promise<RestClient> {
		const port = await freePort(this.options.port);
		const { n8n } = this.options;
		const server = start(n8n.node, [n8n.cli, 'start'], {
			cwd: this.userFolder,
			env: await this.environment(port),
		});
		this.server = server;
		let ended: Finished | undefined;
		void server.ended.then((finished) => (ended = finished));

		const client = new RestClient(`http://127.0.0.1:${port}`);
		const deadline = Date.now() + SERVE_DEADLINE;
		while (!(await client.isUp())) {
			if (ended)
				throw new Error(`n8n ended with exit code ${ended.code}:\n${ended.output.slice(-4_000)}`);
			if (Date.now() > deadline) {
				throw new Error(`n8n did not serve its editor in time:\n${server.output().slice(-4_000)}`);
			}
			await sleep(200);
		}
		await client.ensureOwner(OWNER);
		await client.signIn(OWNER);
		return client;
	}

	/** The bytes behind a binary property of run data, wherever n8n keeps them. */
	readBinary(binary: IBinaryData): Buffer {
		if (!binary.id) return Buffer.from(binary.data, 'base64');
		const file = binary.id.slice(binary.id.indexOf(':') + 1);
		const places = ['storage', 'binaryData'].map((folder) =>
			path.join(this.userFolder, '.n8n', folder, file),
		);
		const found = places.find((place) => existsSync(place));
		if (!found) throw new Error(`n8n has no file for ${binary.id}.`);
		return readFileSync(found);
	}

	/** What the served n8n has printed so far. */
	get log(): string {
		return this.server?.output() ?? '';
	}

	/** Stops the served n8n as a machine that goes to sleep does, or lets it go on. */
	sleeps(isAsleep: boolean): void {
		const pid = this.server?.child.pid;
		if (pid !== undefined) process.kill(pid, isAsleep ? 'SIGSTOP' : 'SIGCONT');
	}

	/** Ends the server with its children, and removes the user folder if it is a temporary one. */
	async stop(): Promise<void> {
		await this.server?.stop();
		this.server = undefined;
		if (this.temporary) rmSync(this.userFolder, { recursive: true, force: true });
	}

	private async importFile(command: string, content: object[]): Promise<void> {
		// Credentials are in plain in this file, so it is readable for its owner only, and gone at once.
		const file = path.join(this.userFolder, `${command.replace(':', '-')}.json`);
		writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
		try {
			const { code, output } = await this.command([command, `--input=${file}`]);
			if (code !== 0)
				throw new Error(`n8n ${command} failed with exit code ${code}:\n${output.slice(-4_000)}`);
		} finally {
			rmSync(file, { force: true });
		}
	}

	private async command(
		args: string[],
		{ onStart, stdoutFile }: { onStart?: (pid: number) => void; stdoutFile?: string } = {},
	): Promise<Finished> {
		const { n8n, openFiles } = this.options;
		const limit = openFiles === undefined ? [] : ['prlimit', `--nofile=${openFiles}`];
		const [program, ...rest] = [...limit, n8n.node, n8n.cli, ...args];
		const { child, ended } = start(program, rest, {
			cwd: this.userFolder,
			env: await this.environment(await freePort()),
			stdoutFile,
		});
		if (child.pid !== undefined) onStart?.(child.pid);
		return await ended;
	}

	private async environment(port: number): Promise<NodeJS.ProcessEnv> {
		return environment({
			n8n: this.options.n8n,
			userFolder: this.userFolder,
			port,
			brokerPort: await freePort(),
			extra: this.options.env,
		});
	}
}
