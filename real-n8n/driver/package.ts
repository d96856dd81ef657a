/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Builds and packs this package, and puts the tarball where n8n looks for community packages. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT, type InstalledN8n } from './install';
import { npm, run } from './process';

/** What of a package.json matters here. */
interface Manifest {
	name: string;
	version: string;
}

export function manifest(folder = ROOT): Manifest {
	const read: Manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
	return read;
}

async function npmOrThrow(args: string[]): Promise<void> {
	const { command, args: all } = npm(args);
	const { code, output } = await run(command, all, { cwd: ROOT });
	if (code !== 0)
		throw new Error(`npm ${args.join(' ')} failed with exit code ${code}:\n${output}`);
}

/** Builds the package and packs it as it would be published. Returns the tarball's path inside `folder`. */
export async function buildAndPack(folder: string): Promise<string> {
	await npmOrThrow(['run', 'build']);
	mkdirSync(folder, { recursive: true });
	await npmOrThrow(['pack', '--pack-destination', folder]);
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	if (!tarball) throw new Error('npm pack left no tarball.');
	return path.join(folder, tarball);
}

/** Unpacks a tarball into `<user folder>/.n8n/nodes`, as n8n itself does when a user installs a community package. */
export async function unpackInto(userFolder: string, tarball: string): Promise<string> {
	const nodes = path.join(userFolder, '.n8n', 'nodes');
	const { name, version } = manifest();
	const target = path.join(nodes, 'node_modules', name);
	mkdirSync(target, { recursive: true });
	const { code, output } = await run('tar', [
		'-xzf',
		tarball,
		'-C',
		target,
		'--strip-components=1',
	]);
	if (code !== 0) throw new Error(`Could not unpack ${tarball}: ${output}`);
	const ledger = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	writeFileSync(path.join(nodes, 'package.json'), JSON.stringify(ledger, null, 2));
	return target;
}

/**
 * Writes the package into n8n's database too, so that the editor lists it under Settings > Community nodes.
 * The database has to exist: call it after the first n8n command in that user folder.
 */
export async function registerIn(
	userFolder: string,
	packageFolder: string,
	n8n: InstalledN8n,
): Promise<void> {
	const database = path.join(userFolder, '.n8n', 'database.sqlite');
	if (!existsSync(database)) throw new Error('n8n has made no database yet.');
	const script = path.join(__dirname, 'registerPackage.cjs');
	const { code, output } = await run(n8n.node, [script, packageFolder, database], {
		// n8n's own modules stand in for the peer dependency, as they do when n8n loads the package.
		env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: n8n.nodeModules },
	});
	if (code !== 0) throw new Error(`Could not list the package in n8n's database:\n${output}`);
}
