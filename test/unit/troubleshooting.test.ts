/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a test, never shipped */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUSINESS_CODES, GATEWAY_CODES, type CodeMeaning } from '../../nodes/shared/portrait/codes';

const page = readFileSync(join(__dirname, '../../docs/troubleshooting.md'), 'utf8');

const ASKED_AGAIN: Record<CodeMeaning['retry'], string> = {
	never: 'no',
	fewTimes: 'a few times',
	untilDeadline: 'until Max Wait',
	rate: 'at the pace allowed',
	concurrency: 'at the pace allowed',
};

test.each([...Object.entries(BUSINESS_CODES), ...Object.entries(GATEWAY_CODES)])(
	'the troubleshooting page has the remedy of code %s as the node gives it',
	(code, meaning) => {
		expect(page).toContain(`| ${code} | ${ASKED_AGAIN[meaning.retry]} | ${meaning.remedy} |`);
	},
);

test('the troubleshooting page has no row of a code that the nodes do not know', () => {
	const rows = [...page.matchAll(/^\| (-?\d{4,5}) \|/gm)].map(([, code]) => code);
	expect(rows.sort()).toEqual(
		[...Object.keys(BUSINESS_CODES), ...Object.keys(GATEWAY_CODES)].sort(),
	);
});
