/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { version } from '../package.json';
import type { KeptAnswer } from './ask';
import type { Result, Verdict } from './checks';
import { photoLink } from './built';
import { fixturesOf, KNOWN_HOST, writeFixtures, type Redaction } from './record';

/** From the root of the package. */
export const PAGE = 'docs/live-check.md';

/** One run of the check. */
export interface Report {
	date: Date;
	baseUrl: string;
	results: Result[];
	answers: KeptAnswer[];
}

/** One line of the table in the terminal. */
export function lineOf({ name, verdict, came }: Result, redaction: Redaction): string {
	return `${name.padEnd(24)}${verdict.padEnd(20)}${redaction.forScreen(came)}`;
}

/** `14 hold, 1 differs, 5 could not be seen` */
export function sumOf(results: Result[]): string {
	const count = (wanted: Verdict): number =>
		results.filter(({ verdict }) => verdict === wanted).length;
	const [held, differing, unseen] = [count('holds'), count('differs'), count('could not be seen')];
	return `${held} ${held === 1 ? 'holds' : 'hold'}, ${differing} ${differing === 1 ? 'differs' : 'differ'}, ${unseen} could not be seen`;
}

const HOW_TO = '## How to run it';

/** The part of the page that every run leaves as it is. */
function howTo(): string {
	const page = readFileSync(resolve(__dirname, '..', PAGE), 'utf8');
	return page.slice(page.indexOf(HOW_TO));
}

/** docs/live-check.md after a run. */
export function pageOf({ date, baseUrl, results }: Report, redaction: Redaction): string {
	const rows = results.map(({ name, assumes, verdict, came }) =>
		[`\`${name}\``, assumes, verdict === 'differs' ? '**differs**' : verdict, redaction.text(came)]
			.map((cell) => cell.replace(/\s+/g, ' ').replaceAll('|', '\\|'))
			.join(' | '),
	);
	return `# Live check

What 302.AI's own API does about each of the [assumptions](assumptions.md) of this package. Written by \`npm run live\`; the answers, with the key, links, IDs and prompts replaced, are in [test/fixtures/live](../test/fixtures/live).

| | |
|---|---|
| Date | ${date.toISOString().slice(0, 10)} |
| Package | ${version} |
| Node.js | ${process.version} |
| Base URL | ${hostOf(baseUrl)} |
| Outcome | ${sumOf(results)} |

| Check | What is assumed | Verdict | What came |
|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

Where something differs, [assumptions.md](assumptions.md) names the one place in the code to change, and what a user can do meanwhile.

${howTo()}`;
}

/** 302.AI's own address, or one on this machine; that of somebody's gateway is nobody else's business. */
function hostOf(baseUrl: string): string {
	const url = new URL(baseUrl);
	return KNOWN_HOST.test(url.hostname) || photoLink.isPrivate(url) ? baseUrl : 'another';
}

/** Writes page and fixtures below `root`. @throws Error before anything is written that holds a secret. */
export function writeReport(root: string, report: Report, redaction: Redaction): void {
	// What the first pass finds by the names it stands under, the second knows in every text.
	fixturesOf(report.answers, redaction);
	const fixtures = fixturesOf(report.answers, redaction);
	const page = pageOf(report, redaction);
	redaction.assertClean(page);
	writeFixtures(root, fixtures, redaction);
	writeFileSync(join(root, PAGE), page);
}
