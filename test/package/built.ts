/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

/** package.json, as far as the tests look at it. */
export interface Manifest {
	name: string;
	version: string;
	description: string;
	keywords: string[];
	license: string;
	homepage: string;
	author: { name: string; email: string };
	repository: { type: string; url: string };
	main: string;
	files: string[];
	scripts: Record<string, string>;
	dependencies?: Record<string, string>;
	peerDependencies: Record<string, string>;
	overrides?: unknown;
	n8n: { n8nNodesApiVersion: number; strict: boolean; credentials: string[]; nodes: string[] };
}

export function manifest(): Manifest {
	return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}

/** `npm test` builds before it starts jest. */
export function needBuild(): void {
	if (existsSync(join(ROOT, 'dist/index.js'))) return;
	throw new Error('dist/ is missing: run "npm run build" first, as "npm test" does');
}

export interface Packed {
	filename: string;
	/** Bytes of the tarball. */
	size: number;
	files: Array<{ path: string; size: number }>;
}

/** What npm would publish; with a folder the tarball is put there. */
export function pack(folder?: string): Packed {
	const where = folder === undefined ? ['--dry-run'] : ['--pack-destination', folder];
	const said = execFileSync('npm', ['pack', '--json', '--ignore-scripts', ...where], {
		cwd: ROOT,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [packed]: Packed[] = JSON.parse(said);
	return packed;
}

/** The tarball as npm would publish it, unpacked; gives the folder of the package. */
export function unpacked(): string {
	const folder = mkdtempSync(join(tmpdir(), 'doubao-portrait-'));
	const { filename } = pack(folder);
	execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
	return join(folder, 'package');
}

/** Every file below a folder, by its path from there with `/`. */
export function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
		.sort();
}
