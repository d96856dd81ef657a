/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

/** Texts of the panel and for n8n's assistant, which are no messages. */
const OF_THE_PANEL = /^(description|displayName|hint|name|placeholder|subtitle|nodeType|\w+Hint)$/;

describe('the troubleshooting page and the messages in the code', () => {
	const messages = messagesInCode();

	it('have every message in common', () => {
		expect(messages.length).toBeGreaterThan(70);
		expect(messages.filter((message) => !rows.some((row) => row.includes(message)))).toEqual([]);
		// The API's own words are all of a message but its beginning.
		expect(rows).toContainEqual(expect.stringMatching(/^\| 302\.AI answered: … \| /));
	});

	it('have every row of a message in common', () => {
		const strangers = [
			'Answers that make no sense',
			'Before anything is sent',
			'On the way to 302.AI',
			'The image',
			'Submits',
			'The test of the credential',
		].flatMap((section) => {
			const first = firstCells(section);
			expect([section, first.length]).not.toEqual([section, 0]);
			return first.filter((cell) => !messages.some((message) => cell.includes(message)));
		});
		expect(strangers).toEqual([
			// Too little of it is fixed.
			"'…' is …",
			// These stand in the code as whole sentences, like a remedy.
			'The image links expire, probably within 24 hours.',
			'302.AI answered: … (HTTP status 404, on a submit)',
			expect.stringContaining('Nothing was submitted. No portrait was billed.'),
			expect.stringContaining('It was submitted and is paid for.'),
			expect.stringContaining('Submits already taken, to be fetched with Doubao Portrait Result'),
		]);
	});
});

/** The first cells of the tables below a heading, down to the next heading. */
function firstCells(heading: string): string[] {
	const [, below = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
	const [section] = below.split(/^#/m);
	return section
		.split('\n')
		.flatMap((line) => /^\| (.+?) \| /.exec(line)?.[1] ?? [])
		.filter((cell) => cell !== 'Message');
}

/**
 * The fixed part of each message that stands in the sources of the nodes, `…` in place of what varies. A message is told from
 * everything else by how it is written: it has words and, unlike a remedy, no period at its end. So a new one is found wherever
 * it is made, by whatever function. Without the fields of the panel, and without the reading of answers, which says nothing.
 */
function messagesInCode(): string[] {
	const found = new Set<string>();
	const look = (node: ts.Node): void => {
		const text = textOf(node) ?? '';
		const words = text.split(/\s+/).filter((word) => /^\W*[a-z]{2,}\W*$/.test(word));
		const isMessage = words.length > 1 && !text.endsWith('.') && !text.includes('\r\n');
		if (isMessage && !isOfThePanel(node)) found.add(text.replace(/^[…\s.,:]+|[…\s.,:]+$/g, ''));
		ts.forEachChild(node, look);
	};
	const files = readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' });
	for (const file of files) {
		if (!file.endsWith('.ts') || /description\.ts$|api.answer\.ts$/.test(file)) continue;
		const text = readFileSync(join(ROOT, 'nodes', file), 'utf8');
		look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
	}
	return [...found].sort();
}

function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text.replace('{proxy}', '…');
	if (!ts.isTemplateExpression(node)) return undefined;
	return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

function isOfThePanel({ parent }: ts.Node): boolean {
	return ts.isPropertyAssignment(parent) && OF_THE_PANEL.test(parent.name.getText());
}
