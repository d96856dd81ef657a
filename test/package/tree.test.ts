/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './built';

const FOLDERS = [
	...['index.ts', 'nodes', 'credentials'],
	...['benchmark', 'live', 'real-n8n', 'sandbox', 'scripts', 'test'],
];

it('every file imports only what its place allows, and nothing in a circle', () => {
	const command = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
	const rules = join(__dirname, 'dependencies.cjs');
	const report = execFileSync(
		process.execPath,
		[command, '--config', rules, '--output-type', 'json', ...FOLDERS],
		{ cwd: ROOT, encoding: 'utf8', maxBuffer: 100_000_000 },
	);
	const { summary }: { summary: { violations: unknown[]; totalCruised: number } } =
		JSON.parse(report);
	expect(summary.totalCruised).toBeGreaterThan(200);
	expect(summary.violations).toEqual([]);
});

it("n8n's rules for shipped code are switched off in one wording, and only in the workshop", () => {
	const tracked = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' });
	const headers = tracked
		.trim()
		.split('\n')
		.filter((file) => existsSync(join(ROOT, file)))
		.flatMap((file) => {
			const found = /^.*eslint-disable(?!-).*$/m.exec(readFileSync(join(ROOT, file), 'utf8'));
			return found ? [{ file, header: found[0] }] : [];
		});
	expect(headers.length).toBeGreaterThan(50);
	for (const { file, header } of headers) {
		const rules = header.slice('/* eslint-disable '.length, -' -- never shipped */'.length);
		expect([file, header]).toEqual([file, `/* eslint-disable ${rules} -- never shipped */`]);
		expect(rules.split(', ')).toEqual(rules.split(', ').sort());
		expect(file).toMatch(/^(benchmark|live|real-n8n|sandbox|scripts|test)\//);
	}
});
