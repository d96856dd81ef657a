/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Ai302Api } from '../../credentials/Ai302Api.credentials';
import resultCodex from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node.json';
import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import submitCodex from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node.json';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { repository } from '../../package.json';

const ROOT = resolve(__dirname, '../..');
const FILES_ON_GITHUB = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;
const credential = new Ai302Api();
const nodes = [
	{ codex: resultCodex, title: new DoubaoPortraitResult().description.displayName },
	{ codex: submitCodex, title: new DoubaoPortraitSubmit().description.displayName },
];

/** n8n adds `?utm_…` at the very end, so that nothing behind a `#` is ever found. */
function firstLineBehind(url: string): string {
	expect(url.startsWith(FILES_ON_GITHUB)).toBe(true);
	const path = join(ROOT, url.slice(FILES_ON_GITHUB.length));
	expect([path, existsSync(path)]).toEqual([path, true]);
	return readFileSync(path, 'utf8').split('\n')[0];
}

describe.each(nodes)('the documentation link of $title', ({ codex, title }) => {
	it('leads to the page of the node', () => {
		const urls = codex.resources.primaryDocumentation.map(({ url }) => url);
		expect(urls.map(firstLineBehind)).toEqual([`# ${title}`]);
	});

	it('that belongs to its credential leads to the page of the credential', () => {
		const urls = codex.resources.credentialDocumentation.map(({ url }) => url);
		expect(urls).toEqual([credential.documentationUrl]);
	});
});

it('the documentation link of the credential leads to its page', () => {
	expect(firstLineBehind(credential.documentationUrl)).toBe(
		`# The credential ${credential.displayName}`,
	);
});
