/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Child processes without a shell: run one to its end, or keep one running and end it with all its children. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

export interface SpawnOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** Called with each piece of output as it comes. */
	onOutput?: (text: string) => void;
	/** A file for its standard output until it ends: what a process has not got into a pipe by then, it loses. */
	stdoutFile?: string;
}

/** Ends what was started here once this process has gone without doing so; see watch(). */
let watcher: ChildProcess | undefined;

export interface Finished {
	/** Null when a signal ended it. */
	code: number | null;
	stdout: string;
	/** Both streams, in the order in which they came. */
	output: string;
}

export interface Running {
	child: ChildProcess;
	/** Both streams so far. */
	output: () => string;
	/** Resolves when the process has gone, whoever ended it. */
	ended: Promise<Finished>;
	/** Asks it and its children to end, and insists after `graceMs` milliseconds. Harmless when it has gone. */
	stop: (graceMs?: number) => Promise<void>;
	/** Ends it and its children at once with SIGKILL, as a crash would. */
	kill: () => Promise<void>;
}

/** Everything started here that still runs, so that nothing outlives this process. */
const alive = new Set<ChildProcess>();

/**
 * A process group of its own lets one signal reach a process and its children. Not inside jest, which tells nobody when it is
 * ended: there the processes stay in jest's group, which scripts/testN8n.ts ends as a whole.
 */
const ownGroups = process.platform !== 'win32' && process.env.JEST_WORKER_ID === undefined;
const leaders = new WeakSet<ChildProcess>();

/**
 * From now on every process gets a group of its own, inside jest too, and a small watcher ends these groups and removes the
 * folders it is told of when this process goes without having done so, be it by SIGKILL. Not for Windows.
 */
export function watch(): { folder: (path: string) => void; stop: () => Promise<void> } {
	const child = spawn(process.execPath, [path.join(__dirname, 'watcher.cjs')], {
		stdio: ['pipe', 'ignore', 'inherit'],
		detached: true,
	});
	const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
	child.stdin.on('error', () => {});
	child.unref();
	watcher = child;
	return {
		folder: (folder) => void child.stdin.write(`folder ${folder}\n`),
		stop: async () => {
			if (watcher === child) watcher = undefined;
			child.stdin.end();
			await gone;
		},
	};
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		// A negative PID is the whole group.
		if (leaders.has(child)) process.kill(-child.pid, name);
		else child.kill(name);
	} catch {
		// It has gone in the meantime.
	}
}

process.on('exit', () => {
	for (const child of alive) signal(child, 'SIGKILL');
});

export function start(command: string, args: string[], options: SpawnOptions = {}): Running {
	const keeper = watcher;
	const detached = ownGroups || keeper !== undefined;
	const { stdoutFile } = options;
	const file = stdoutFile === undefined ? undefined : openSync(stdoutFile, 'w', 0o600);
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: ['ignore', file ?? 'pipe', 'pipe'],
		detached,
	});
	if (file !== undefined) closeSync(file);
	alive.add(child);
	if (detached) leaders.add(child);
	if (child.pid !== undefined) keeper?.stdin?.write(`start ${child.pid}\n`);
	let stdout = '';
	let output = '';
	const take = (text: string) => {
		output += text;
		options.onOutput?.(text);
	};
	const takeStdout = (text: string) => {
		stdout += text;
		take(text);
	};
	child.stdout?.setEncoding('utf8').on('data', takeStdout);
	child.stderr?.setEncoding('utf8').on('data', take);

	const ended = new Promise<Finished>((resolve, reject) => {
		child.once('error', (error) => {
			alive.delete(child);
			reject(new Error(`Could not start ${command}: ${error.message}`));
		});
		// A child of its own may stay behind in the group, and would keep the output open.
		child.once('exit', () => signal(child, 'SIGTERM'));
		child.once('close', (code) => {
			alive.delete(child);
			if (stdoutFile !== undefined && existsSync(stdoutFile)) {
				takeStdout(readFileSync(stdoutFile, 'utf8'));
				rmSync(stdoutFile);
			}
			if (keeper?.stdin?.writable) keeper.stdin.write(`end ${child.pid}\n`);
			resolve({ code, stdout, output });
		});
	});
	// Whoever keeps a server running may look at `ended` only when it stops.
	ended.catch(() => {});

	return {
		child,
		output: () => output,
		ended,
		stop: async (graceMs = 10_000) => {
			if (!alive.has(child)) return;
			signal(child, 'SIGTERM');
			const insist = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
			await ended.catch(() => {});
			clearTimeout(insist);
		},
		kill: async () => {
			signal(child, 'SIGKILL');
			await ended.catch(() => {});
		},
	};
}

/** Runs a command to its end; does not throw for an exit code. */
export async function run(
	command: string,
	args: string[],
	options: SpawnOptions = {},
): Promise<Finished> {
	return await start(command, args, options).ended;
}

/** Ends everything that was started here and still runs. */
export async function stopAll(): Promise<void> {
	await Promise.all(
		[...alive].map(async (child) => {
			signal(child, 'SIGTERM');
			const insist = setTimeout(() => signal(child, 'SIGKILL'), 5_000);
			await new Promise<void>((resolve) => child.once('close', () => resolve()));
			clearTimeout(insist);
		}),
	);
}

/** npm as a program that needs no shell: npm's own script, run by the Node that runs this. */
export function npm(args: string[]): { command: string; args: string[] } {
	const besideNode = ['../lib/node_modules', 'node_modules'].map((folder) =>
		path.resolve(path.dirname(process.execPath), folder, 'npm/bin/npm-cli.js'),
	);
	const script = [process.env.npm_execpath, ...besideNode].find(
		(candidate) => candidate?.endsWith('npm-cli.js') && existsSync(candidate),
	);
	return script ? { command: process.execPath, args: [script, ...args] } : { command: 'npm', args };
}

/** A loopback port that is free now; `preferred` if that one is. */
export async function freePort(preferred = 0): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error) => {
			if (preferred) resolve(freePort());
			else reject(error);
		});
		server.listen(preferred, '127.0.0.1', () => {
			const address = server.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			server.close(() => resolve(port));
		});
	});
}

export const sleep = async (ms: number): Promise<void> =>
	await new Promise((resolve) => setTimeout(resolve, ms));
