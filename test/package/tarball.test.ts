/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { filesBelow, manifest, needBuild, pack, ROOT, unpacked } from './built';

let folder: string;

beforeAll(() => {
	needBuild();
	folder = unpacked();
});
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

/** What the sources make of themselves when they are built. */
function expectedFiles(): string[] {
	const sources = [
		'index.ts',
		...filesBelow(join(ROOT, 'nodes')).map((path) => `nodes/${path}`),
		...filesBelow(join(ROOT, 'credentials')).map((path) => `credentials/${path}`),
		...filesBelow(join(ROOT, 'icons')).map((path) => `icons/${path}`),
	];
	const built = sources.map((path) => `dist/${path.replace(/\.ts$/, '.js')}`);
	return ['LICENSE', 'README.md', 'package.json', ...built].sort();
}

describe('the packed tarball', () => {
	it('holds exactly what n8n needs, file by file', () => {
		expect(filesBelow(folder)).toEqual(expectedFiles());
	});

	it('holds no test, no source map, no build information and no picture of the documentation', () => {
		const strangers = filesBelow(folder).filter((path) =>
			/test|\.map$|tsbuildinfo|\.d\.ts$|\.png$|\.gif$|\.jpe?g$|docs\/|sandbox|scripts\//.test(path),
		);
		expect(strangers).toEqual([]);
	});

	it('is smaller than 70 kB', () => {
		expect(pack().size).toBeLessThan(70_000);
	});

	it('requires nothing at runtime but its own files and n8n-workflow', () => {
		const required = filesBelow(folder)
			.filter((path) => path.endsWith('.js'))
			.flatMap((path) => {
				const text = readFileSync(join(folder, path), 'utf8');
				const found = text.matchAll(/(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)/g);
				return [...found].map(([, name]) => name);
			});
		expect(required.length).toBeGreaterThan(20);
		const foreign = new Set(required.filter((name) => !name.startsWith('.')));
		expect([...foreign]).toEqual(['n8n-workflow']);
		expect(builtinModules.filter((name) => foreign.has(name))).toEqual([]);
	});

	it('has every file that package.json names', () => {
		const { main, n8n } = manifest();
		for (const path of [main, ...n8n.nodes, ...n8n.credentials]) {
			expect([path, existsSync(join(folder, path))]).toEqual([path, true]);
		}
	});

	it('gives out every class', () => {
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- the package as others load it
		const given: Record<string, unknown> = require(join(ROOT, 'dist/index.js'));
		const { nodes, credentials } = manifest().n8n;
		const classes = [...nodes, ...credentials].map((path) =>
			path.replace(/^.*\//, '').replace(/\.(node|credentials)\.js$/, ''),
		);
		expect(Object.keys(given).sort()).toEqual(classes.sort());
		for (const name of classes) expect(typeof given[name]).toBe('function');
	});
});

describe("n8n's official scanner", () => {
	const scan = async (where: string, what: string): Promise<string> => {
		const script = join(ROOT, 'test/package/scan.mjs');
		const run = promisify(execFile);
		// Under NODE_ENV=test, which jest sets, its rules take every file for one of their own tests.
		const env = { ...process.env, NODE_ENV: 'production' };
		const { stdout } = await run(process.execPath, [script, where, what], { cwd: ROOT, env }).catch(
			(failed: { stdout: string }) => failed,
		);
		return stdout.trim();
	};

	it('passes the sources', async () => {
		expect(await scan(ROOT, 'source')).toBe('source passed');
	});

	it('passes the tarball', async () => {
		expect(await scan(folder, 'dist')).toBe('dist passed');
	});
});
