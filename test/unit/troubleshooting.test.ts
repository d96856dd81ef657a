/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

import { TABLES } from './verdictTables';

const ROOT = resolve(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

test.each(Object.entries(TABLES))(
	'the troubleshooting page has the table %s as the nodes have it',
	(_name, table) => {
		expect(page).toContain(table);
	},
);

/** Texts of the panel and for n8n's assistant, which are no messages. */
const OF_THE_PANEL = [
	...['description', 'displayName', 'hint', 'name', 'placeholder', 'subtitle'],
	...['nodeType', 'propertyHint', 'relationHint', 'searchHint'],
];

describe('the troubleshooting page and the messages in the code', () => {
	const messages = messagesInCode();

	test('are compared for what the code really says', () => {
		expect(messages.length).toBeGreaterThan(70);
		expect(messages).toEqual(
			expect.arrayContaining([
				"'Producer ID' of 'AI Content Label' is empty",
				'The file … is not an image',
				'302.AI does not accept this key',
				'The execution was canceled',
				'The portrait was not ready after … (status "…")',
				'its TLS certificate is not trusted',
			]),
		);
	});

	test('are not missed for a period at the end, but for the hints', () => {
		expect(sentencesAsMessages()).toEqual([
			expect.stringMatching(/^The prompt seems to say something about clothes or hair/),
			expect.stringMatching(/^The prompt seems to say something about the background/),
			expect.stringMatching(/^The image links expire/),
		]);
	});

	test.each(messages)('have a row in common: %s', (message) => {
		expect(rows.filter((row) => row.includes(message))).not.toEqual([]);
	});

	test("have a row for the API's own words, which are all of a message but its beginning", () => {
		expect(rows).toContainEqual(expect.stringMatching(/^\| 302\.AI answered: … \| /));
	});

	test('have every row of a message in common', () => {
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
 * it is made, by whatever function.
 */
function messagesInCode(): string[] {
	const found = new Set<string>();
	for (const file of sources()) {
		visit(file, (node) => {
			const text = textOf(node);
			if (text === undefined || isOfThePanel(node)) return;
			const words = text.split(/\s+/).filter((word) => /^\W*[a-z]{2,}\W*$/.test(word));
			if (words.length < 2 || text.endsWith('.') || text.includes('\r\n')) return;
			found.add(text.replace(/^[…\s.,:]+|[…\s.,:]+$/g, ''));
		});
	}
	return [...found].sort();
}

/** What is given as a message, by name or as the first words of `refuse`, and ends like a remedy. */
function sentencesAsMessages(): string[] {
	const found: string[] = [];
	let looked = 0;
	for (const file of sources()) {
		visit(file, (node) => {
			const given = messageIn(node);
			if (!given) return;
			looked += 1;
			const text = textOf(given);
			if (text?.endsWith('.')) found.push(text);
		});
	}
	expect(looked).toBeGreaterThan(40);
	return found;
}

function messageIn(node: ts.Node): ts.Expression | undefined {
	if (ts.isPropertyAssignment(node) && node.name.getText() === 'message') return node.initializer;
	const isRefusal = ts.isCallExpression(node) && node.expression.getText() === 'refuse';
	return isRefusal ? node.arguments[0] : undefined;
}

/** Without the fields of the panel, and without the reading of answers, which says nothing. */
function sources(): string[] {
	return readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts') && !/description\.ts$|api.answer\.ts$/.test(file))
		.map((file) => join(ROOT, 'nodes', file));
}

function textOf(node: ts.Node): string | undefined {
	if (ts.isStringLiteralLike(node)) return node.text.replace('{proxy}', '…');
	if (!ts.isTemplateExpression(node)) return undefined;
	return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

function isOfThePanel({ parent }: ts.Node): boolean {
	return ts.isPropertyAssignment(parent) && OF_THE_PANEL.includes(parent.name.getText());
}

function visit(path: string, look: (node: ts.Node) => void): void {
	const text = readFileSync(path, 'utf8');
	const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
	const walk = (node: ts.Node): void => {
		look(node);
		ts.forEachChild(node, walk);
	};
	walk(source);
}
