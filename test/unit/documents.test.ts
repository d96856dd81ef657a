/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { resultProperties } from '../../nodes/DoubaoPortraitResult/description';
import { submitProperties } from '../../nodes/DoubaoPortraitSubmit/description';

const ROOT = resolve(__dirname, '../..');

function read(path: string): string {
	return readFileSync(join(ROOT, path), 'utf8');
}

const PAGES = [
	'README.md',
	'examples/README.md',
	...readdirSync(join(ROOT, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

describe.each(PAGES)('every link of %s leads somewhere', (path) => {
	const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);

	it('and there are some', () => {
		expect(links.length).toBeGreaterThan(0);
	});

	it.each([...new Set(links)])('%s', (link) => {
		if (link.startsWith('https://')) return;
		const [file, anchor] = link.split('#');
		const target = file === '' ? path : join(dirname(path), file);
		expect([target, existsSync(join(ROOT, target))]).toEqual([target, true]);
		if (anchor !== undefined) expect(anchorsOf(target)).toContain(anchor);
	});
});

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
	return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\w\s-]/g, '')
			.replaceAll(' ', '-'),
	);
}

it("README's layout has ten lines, which name every folder that there is, and no other", () => {
	const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' });
	const folders = new Set(tracked.match(/^[a-z][\w-]*(?=\/)/gm));
	const layout =
		/```\n(credentials\/[^`]*)```/.exec(read('README.md'))?.[1].trim().split('\n') ?? [];
	expect(layout).toHaveLength(10);
	const named = layout.flatMap((line) => line.match(/(?<=^|, )[\w/-]+\/(?=,| {2})/g) ?? []);
	expect(named.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
	expect([...folders].filter((folder) => !named.includes(`${folder}/`))).toEqual([]);
});

describe.each([
	{ page: 'docs/doubao-portrait-result.md', others: [], properties: resultProperties },
	{
		page: 'docs/doubao-portrait-submit.md',
		others: ['docs/doubao-portrait-result.md'],
		properties: submitProperties,
	},
])('the tables of $page', ({ page, others, properties }) => {
	const firstCells = [page, ...others].flatMap((path) =>
		[...read(path).matchAll(/^\| ([^|]+) \| /gm)].map(([, cell]) => cell),
	);

	it('and of the page it leads to have a row for every field and every option of the panel', () => {
		const options = properties.find(({ name }) => name === 'options')?.options ?? [];
		const fields = properties.filter(({ name }) => name !== 'options');
		const names = [...fields, ...options].flatMap((one) =>
			'displayName' in one ? one.displayName : [],
		);
		expect(names.length).toBeGreaterThan(15);
		expect(names.filter((name) => !firstCells.includes(name))).toEqual([]);
	});

	it('have the default of every choice', () => {
		for (const { displayName, default: value, options = [] } of properties) {
			const chosen = options.find((option) => 'value' in option && option.value === value);
			if (!chosen) continue;
			const row = [page, ...others].map(read).join('\n').split(`\n| ${displayName} | `)[1];
			// The language is said without the text that it stands for.
			expect(row.split(' | ')[0]).toBe(chosen.name.replace(/ \(.*\)$/, ''));
		}
	});
});

it('README says of both nodes and of the credential where their pages are', () => {
	for (const page of ['credential', 'doubao-portrait-result', 'doubao-portrait-submit']) {
		expect(read('README.md')).toContain(`](docs/${page}.md)`);
	}
});

describe('the recipes', () => {
	const recipes = read('docs/recipes.md');

	it('name fields and choices as the panels of the nodes do, or as n8n does', () => {
		const bold = [...recipes.matchAll(/\*\*([^*]+)\*\*/g)].map(([, text]) => text);
		const ours = bold.filter((text) => NAMES.has(text));
		expect(new Set(ours).size).toBeGreaterThan(10);
		const others = bold.filter((text) => !NAMES.has(text) && !/[a-z]\.$/.test(text));
		expect(others.filter((text) => !NAMES_OF_N8N.includes(text))).toEqual([]);
	});

	it('lead to every example', () => {
		const examples = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.json'));
		expect(examples.length).toBeGreaterThan(7);
		for (const name of examples) expect(recipes).toContain(`](../examples/${name})`);
	});
});

/** Names of fields and of their choices. */
function namesOf(properties: INodeProperties[]): string[] {
	return properties.flatMap(({ displayName, options = [] }) => [
		displayName,
		...options.flatMap((option) => {
			if ('values' in option) return namesOf(option.values);
			return 'type' in option ? namesOf([option]) : [option.name];
		}),
	]);
}

const NAMES = new Set([
	'Doubao Portrait Result',
	'Doubao Portrait Submit',
	...namesOf([...resultProperties, ...submitProperties]),
]);

/** Read in n8n 2.41 and its nodes. */
const NAMES_OF_N8N = [
	...['AI Agent', 'AWS S3', 'Data table', 'Google Sheets', 'If', 'S3', 'Schedule Trigger'],
	...['Loop Over Items (Split in Batches)', 'Split Out', 'Telegram', 'Telegram Trigger', 'Wait'],
	...['Let the model define this parameter', 'On Error', 'Retry On Fail', 'Settings'],
	'Retry with original workflow (from node with error)',
	...['Gmail', 'Google Drive', 'Read/Write Files from Disk', 'Send Email'],
	...['Attachment Field Name', 'Attachments', 'Attachments (File)', 'From Email', 'To', 'To Email'],
	...['HTML', 'Message', 'Subject', 'File', 'File Path and Name', 'Filter', 'Folder'],
	...['Parent Drive', 'Parent Folder', 'What to Search', 'Execute step'],
	...['Additional Fields', 'Batch Size', 'Binary File', 'Bucket Name', 'Caption', 'Cell Format'],
	...['Chat ID', 'Conditions', 'Document', 'Download Images/Files', 'Input Binary Field'],
	...['Mapping Column Mode', 'Max Iterations', 'Operation', 'Parent Folder Key', 'Resource'],
	...['Restrict to Chat IDs', 'Restrict to User IDs', 'Resume', 'Return All', 'Sheet'],
	...['System Message', 'Text', 'Trigger On', 'Wait Amount', 'Wait Unit'],
	// Google's own, and what is bold to be seen.
	...['Format → Number → Plain text', 'Links expire'],
	...['Photos from Drive', 'Portraits to Drive'],
	...['Workflow 1 submits', 'Workflow 2 fetches', 'all'],
];

describe('the list of rules for verification', () => {
	const rules = read('docs/verification.md');
	const code = [...rules.matchAll(/`([^`]+)`/g)].map(([, text]) => text);

	it('names files that are there', () => {
		const paths = code.filter(
			(text) =>
				/^[\w.-]+\/[\w./-]*$|^[\w-]+\.(js|json|mjs|md)$/.test(text) && !/^dist\b/.test(text),
		);
		expect(paths.length).toBeGreaterThan(30);
		expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
	});

	it("names every rule of n8n's linter", () => {
		const print = `import { n8nCommunityNodesPlugin as plugin } from '@n8n/eslint-plugin-community-nodes';
			console.log(Object.keys(plugin.configs.recommended.rules).join('\\n'));`;
		const linter = ['--input-type=module', '--eval', print];
		const printed = execFileSync(process.execPath, linter, { cwd: ROOT, encoding: 'utf8' });
		const names = printed.trim().split('\n');
		expect(names.length).toBeGreaterThan(40);
		const missing = names.filter((name) => !code.includes(name.replace(/^.*\//, '')));
		expect(missing).toEqual([]);
	});
});
