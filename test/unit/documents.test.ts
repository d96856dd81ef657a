/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { Ai302Api } from '../../credentials/Ai302Api.credentials';
import { resultProperties } from '../../nodes/DoubaoPortraitResult/description';
import resultCodex from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node.json';
import { submitProperties } from '../../nodes/DoubaoPortraitSubmit/description';
import submitCodex from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node.json';
import { repository } from '../../package.json';

const ROOT = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
	return [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\w\s-]/g, '')
			.replaceAll(' ', '-'),
	);
}

it.each(['README.md', 'examples/README.md', ...docs.map((name) => `docs/${name}`)])(
	'every link of %s leads somewhere',
	(path) => {
		for (const [, link] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
			if (link.startsWith('https://')) continue;
			const [file, anchor] = link.split('#');
			const target = file === '' ? path : join(dirname(path), file);
			expect([target, existsSync(join(ROOT, target))]).toEqual([target, true]);
			if (anchor !== undefined) expect(anchorsOf(target)).toContain(anchor);
		}
	},
);

describe.each([
	['docs/doubao-portrait-result.md', resultProperties],
	['docs/doubao-portrait-submit.md', submitProperties],
])('the tables of %s', (page, properties) => {
	// Fields that both nodes have are described on the page of Doubao Portrait Result.
	const tables = read(page) + read('docs/doubao-portrait-result.md');

	it('have a row for every field and every option of the panel', () => {
		const options = properties.find(({ name }) => name === 'options')?.options ?? [];
		const names = [...properties.filter(({ name }) => name !== 'options'), ...options].flatMap(
			(one) => ('displayName' in one ? one.displayName : []),
		);
		expect(names.filter((name) => !tables.includes(`\n| ${name} | `))).toEqual([]);
	});

	it('have the default of every choice', () => {
		for (const { displayName, default: value, options = [] } of properties) {
			const chosen = options.find((option) => 'value' in option && option.value === value);
			if (!chosen) continue;
			// The language is said without the text that it stands for.
			const name = chosen.name.replace(/ \(.*\)$/, '');
			expect(tables).toContain(`\n| ${displayName} | ${name} | `);
		}
	});
});

it('the documentation links of nodes and credential lead to their pages', () => {
	const files = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;
	const { documentationUrl } = new Ai302Api();
	const urls = [resultCodex, submitCodex].flatMap(({ resources }) => [
		...resources.primaryDocumentation.map(({ url }) => url),
		...resources.credentialDocumentation.map(({ url }) => url),
	]);
	const pages = ['doubao-portrait-result', 'credential', 'doubao-portrait-submit', 'credential'];
	expect(urls).toEqual(pages.map((page) => `${files}docs/${page}.md`));
	expect(documentationUrl).toBe(`${files}docs/credential.md`);
});
