/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error, no-console -- never shipped */
/**
 * Brings a real n8n into `real-n8n/versions/<name>/`, a folder with a lock file of its own and the Node that this n8n needs.
 * Complete and in step with its lock: nothing happens. Otherwise it is installed from the lock, once, in about six minutes.
 */
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { npm, run, sleep } from './process';
import { withProgress } from './progress';

export const ROOT = path.resolve(__dirname, '../..');
const FOLDERS = path.join(ROOT, 'real-n8n', 'versions');

/** An n8n that is ready to run. */
export interface InstalledN8n {
	/** Its folder's name, e.g. `newest`. */
	name: string;
	/** n8n's own version, e.g. `2.41.1`. */
	version: string;
	/** The Node binary that runs it. */
	node: string;
	/** n8n's command line script. */
	cli: string;
	nodeModules: string;
}

/** The n8n versions that can be installed: the folders of `real-n8n/versions/`. */
export function availableVersions(): string[] {
	return readdirSync(FOLDERS).filter((name) =>
		existsSync(path.join(FOLDERS, name, 'package-lock.json')),
	);
}

/** Finds what `--n8n <version>` means: a folder's name, or the n8n version (or the start of one) that a folder holds. */
export function resolveVersion(wanted = 'newest'): string {
	const available = availableVersions();
	if (available.includes(wanted)) return wanted;
	const holding = available.find((name) => {
		const version = wantedN8n(path.join(FOLDERS, name));
		return version === wanted || version.startsWith(`${wanted}.`);
	});
	if (holding) return holding;
	throw new Error(`There is no n8n "${wanted}" here. Choose one of: ${available.join(', ')}.`);
}

/** Makes sure that the n8n of `real-n8n/versions/<name>/` is there and as its lock says. */
export async function ensureN8n(name = 'newest'): Promise<InstalledN8n> {
	const folder = path.join(FOLDERS, resolveVersion(name));
	if (!isComplete(folder)) {
		await alone(folder, async () => {
			// Another process may have done it while this one waited.
			if (!isComplete(folder)) await install(folder);
		});
	}
	const nodeModules = path.join(folder, 'node_modules');
	return {
		name: path.basename(folder),
		version: wantedN8n(folder),
		node: path.join(nodeModules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		cli: path.join(nodeModules, 'n8n', 'bin', 'n8n'),
		nodeModules,
	};
}

function wantedN8n(folder: string): string {
	const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
		readFileSync(path.join(folder, 'package.json'), 'utf8'),
	);
	return dependencies.n8n ?? '';
}

// ---- complete or not -------------------------------------------------------------------------------------------

const stampFile = (folder: string) => path.join(folder, 'node_modules', '.complete');

/** What a complete installation's stamp holds: the state of the files that decide what gets installed. */
function stamp(folder: string): string {
	const hash = createHash('sha256');
	for (const file of ['package.json', 'package-lock.json']) {
		hash.update(readFileSync(path.join(folder, file)));
	}
	return hash.digest('hex');
}

function isComplete(folder: string): boolean {
	return existsSync(stampFile(folder)) && readFileSync(stampFile(folder), 'utf8') === stamp(folder);
}

// ---- one at a time ---------------------------------------------------------------------------------------------

/** Runs `work` while no other process installs into the same folder. The lock holds the PID, so that a dead owner's is ignored. */
async function alone(folder: string, work: () => Promise<void>): Promise<void> {
	const lock = path.join(
		tmpdir(),
		`real-n8n-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`,
	);
	const owner = path.join(lock, 'pid');
	for (let told = false; ; told = true) {
		try {
			mkdirSync(lock);
			writeFileSync(owner, String(process.pid));
			break;
		} catch (error) {
			if (!existsSync(lock)) throw error;
		}
		if (isAbandoned(lock, owner)) {
			rmSync(lock, { recursive: true, force: true });
			continue;
		}
		if (!told) console.log('  Another process is installing this n8n; waiting for it.');
		await sleep(1_000);
	}
	const release = () => rmSync(lock, { recursive: true, force: true });
	process.once('exit', release);
	try {
		await work();
	} finally {
		process.off('exit', release);
		release();
	}
}

function isAbandoned(lock: string, owner: string): boolean {
	try {
		process.kill(Number(readFileSync(owner, 'utf8')), 0);
		return false;
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'EPERM') return false; // It lives, as another user's process.
		if (code !== 'ENOENT') return true;
		// Between making the folder and writing the PID there is a moment without one.
		return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5_000;
	}
}

// ---- the installation itself ------------------------------------------------------------------------------------

async function install(folder: string): Promise<void> {
	console.log(
		`Installing n8n ${wantedN8n(folder)} for trying the package out (about six minutes, once):`,
	);
	// Install scripts stay off: some of n8n's packages download binaries at install that are never needed here.
	await step('1/3 n8n and its Node from npm, 2.9 GB', folder, ['ci']);
	// The npm package `node` puts its binary in place in an install script.
	await step('2/3 the Node that this n8n needs', folder, [
		'rebuild',
		'node',
		'--ignore-scripts=false',
	]);
	try {
		await step('3/3 the database driver, compiled here', folder, [
			'rebuild',
			'sqlite3',
			'--ignore-scripts=false',
		]);
	} catch (error) {
		const missing = missingBuildTools();
		if (missing.length === 0) throw error;
		throw new Error(
			`n8n's database driver (sqlite3) has to be compiled on this machine, and ${missing.join(' and ')} ` +
				'could not be found. Install the build tools and run the same command again:\n' +
				'  Debian, Ubuntu: sudo apt-get install -y python3 make g++\n' +
				'  Fedora:         sudo dnf install -y python3 make gcc-c++\n' +
				'  macOS:          xcode-select --install\n' +
				`What npm said: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
	writeFileSync(stampFile(folder), stamp(folder));
}

async function step(label: string, folder: string, args: string[]): Promise<void> {
	await withProgress(label, async () => {
		const { command, args: all } = npm(args);
		const { code, output } = await run(command, all, {
			cwd: folder,
			env: buildEnvironment(folder),
		});
		if (code !== 0) {
			throw new Error(
				`npm ${args.join(' ')} failed with exit code ${code}:\n${output.slice(-4_000)}`,
			);
		}
	});
}

/** The folder's own Node goes first on PATH; C headers of the running Node are used where it brings some, instead of a download. */
function buildEnvironment(folder: string): NodeJS.ProcessEnv {
	const prefix = path.resolve(path.dirname(process.execPath), '..');
	const headers = existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
	return {
		...process.env,
		PATH: [path.join(folder, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
		...(headers ? { npm_config_nodedir: prefix } : {}),
	};
}

function missingBuildTools(): string[] {
	const folders = (process.env.PATH ?? '').split(path.delimiter);
	const has = (names: string[]) =>
		names.some((name) => folders.some((folder) => existsSync(path.join(folder, name))));
	const tools: Record<string, string[]> = {
		Python: ['python3', 'python', 'python.exe'],
		make: ['make', 'gmake', 'MSBuild.exe'],
		'a C++ compiler': ['g++', 'c++', 'clang++', 'cl.exe'],
	};
	return Object.keys(tools).filter((tool) => !has(tools[tool]));
}
