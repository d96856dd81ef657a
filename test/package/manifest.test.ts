/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { manifest, ROOT } from './built';

const FORBIDDEN_SCRIPTS = [
	'prepare',
	'preinstall',
	'install',
	'postinstall',
	'prepublish',
	'preprepare',
	'postprepare',
];

describe('package.json is as n8n wants it of a verified community node:', () => {
	const {
		author,
		dependencies = {},
		description,
		files,
		homepage,
		keywords,
		license,
		n8n,
		name,
		overrides,
		peerDependencies,
		repository,
		scripts,
		version,
	} = manifest();

	it('its name, version, description and keyword', () => {
		expect(name).toBe('n8n-nodes-302ai-doubao-portrait');
		expect(version).toMatch(/^\d+\.\d+\.\d+$/);
		expect(description.length).toBeGreaterThan(20);
		expect(keywords).toContain('n8n-community-node-package');
	});

	it('a section of its version in the changelog, without which it is not published', () => {
		const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
		expect(changelog.split('\n')).toContain(`## ${version}`);
	});

	it('licence, author, home and repository', () => {
		expect(license).toBe('MIT');
		expect(Object.keys(author).sort()).toEqual(['email', 'name']);
		expect(author.name).toMatch(/\S/);
		expect(author.email).toMatch(/^\S+@\S+$/);
		expect(homepage).toMatch(/^https:\/\//);
		expect(repository).toMatchObject({ type: 'git', url: expect.stringMatching(/^git\+https:/) });
		expect(repository.url).not.toContain('n8n-nodes-starter');
	});

	it('no runtime dependency, no override, n8n-workflow as the only peer', () => {
		expect(dependencies).toEqual({});
		expect(overrides).toBeUndefined();
		expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('nothing but dist in the package, strict, and every path to JavaScript in dist', () => {
		expect(files).toEqual(['dist']);
		expect(n8n).toMatchObject({ n8nNodesApiVersion: 1, strict: true });
		expect(n8n.nodes.length).toBeGreaterThan(0);
		expect(n8n.credentials.length).toBeGreaterThan(0);
		for (const path of [...n8n.nodes, ...n8n.credentials]) expect(path).toMatch(/^dist\/.*\.js$/);
	});

	it('the scripts of the template, and none that run at installation', () => {
		for (const script of ['build', 'build:watch', 'dev', 'lint', 'lint:fix', 'release']) {
			expect(scripts).toHaveProperty([script]);
		}
		expect(scripts.prepublishOnly).toBe('n8n-node prerelease');
		for (const script of FORBIDDEN_SCRIPTS) expect(scripts).not.toHaveProperty([script]);
	});

	it('no placeholder left over', () => {
		expect(JSON.stringify(manifest())).not.toMatch(/<\.\.\.>|\{\{|<[A-Z_ -]+>/);
	});
});
