/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

import {
	ANSWER_ROWS,
	GATEWAY_ROWS,
	PASSING_CODE_ROWS,
	SERVICE_ROWS,
	STATUS_ROWS,
	SURE_STATUS_ROWS,
	type AnswerRow,
} from '../../nodes/shared/api/verdictRows';

const ROOT = resolve(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

/** Texts of the panel and for n8n's assistant, which are no messages. */
const OF_THE_PANEL = /^(description|displayName|hint|name|placeholder|subtitle|nodeType|\w+Hint)$/;

/** What the words of a row speak of, told by words that fit. */
const SPEAKS_OF = [
	['API key', 'that speaks of the key'],
	['quota exceeded', 'that speaks of a used-up balance or quota'],
	['too many requests', 'that speaks of a rate'],
	['upstream timeout', 'that speaks of a lost answer'],
] as const;

/** Rows that stand on their own: a breakdown, whatever else the answer says. */
const breakdowns = ANSWER_ROWS.filter(
	({ status = {}, throughProxy }) => 'from' in status && status.from === 500 && !throughProxy,
);

/** The tables of docs/troubleshooting.md about codes and statuses, as the rows of the nodes make them. */
const TABLES = {
	service: tableOf('Code', SERVICE_ROWS),
	gateway: tableOf('Code', GATEWAY_ROWS),
	codeAndStatus: tableOf('Code', PASSING_CODE_ROWS),
	status: tableOf('HTTP status', [...SURE_STATUS_ROWS, ...breakdowns, ...STATUS_ROWS]),
};

function tableOf(first: string, rows: readonly AnswerRow[]): string {
	return [
		`| ${first} | Asked again by itself | Was a submit taken? | What to do |`,
		'|---|---|---|---|',
		...rows.map(
			(row) =>
				`| ${nameOf(row)} | ${askedAgain(row)} | ${row.taken} | ${row.remedy || 'Nothing: it passes.'} |`,
		),
	].join('\n');
}

function nameOf({ code, status, form, words, call }: AnswerRow): string {
	const codes = code?.filter((one) => one !== 'none').map(String);
	const isStatus = codes === undefined || codes.length === 0;
	return [
		...(isStatus ? [] : [codes.join(', ')]),
		...(status ? [`${isStatus ? '' : 'under HTTP status '}${statusesIn(status)}`] : []),
		...(code?.includes('none') ? ['without a code'] : []),
		...(form?.includes('page') ? ['as a web page'] : []),
		...(form?.includes('json') ? ['as JSON'] : []),
		...(words
			? [SPEAKS_OF.find(([word]) => words.every((one) => one.test(word)))?.[1] ?? '?']
			: []),
		...(call === undefined ? [] : [`on a ${call}`]),
	].join(' ');
}

function statusesIn(status: NonNullable<AnswerRow['status']>): string {
	if (!('from' in status)) return status.join(', ');
	return status.to > 599 ? `${status.from} and above` : `${status.from} to ${status.to}`;
}

function askedAgain({ tries, limit }: AnswerRow): string {
	if (limit) return 'at the pace allowed';
	if (tries === 'once') return 'no';
	return tries === 'few' ? 'a few times' : 'until Max Wait';
}

it.each(Object.entries(TABLES))(
	'the troubleshooting page has the table %s as the nodes have it',
	(_name, table) => {
		expect(page).toContain(table);
	},
);

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
