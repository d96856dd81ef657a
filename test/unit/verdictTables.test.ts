/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
	ANSWER_ROWS,
	GATEWAY_ROWS,
	PASSING_CODE_ROWS,
	SERVICE_ROWS,
	STATUS_ROWS,
	SURE_STATUS_ROWS,
	type AnswerRow,
} from '../../nodes/shared/api/verdictRows';

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
		const page = join(__dirname, '../../docs/troubleshooting.md');
		expect(readFileSync(page, 'utf8')).toContain(table);
	},
);
