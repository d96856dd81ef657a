import { TABLES as ROWS, type AnswerRow } from '../../nodes/shared/api/verdictRows';
import { FEW, ONCE } from '../../nodes/shared/api/verdict';

/** What the words of a row speak of, told by words that fit. */
const SPEAKS_OF = [
	['API key', 'that speaks of the key'],
	['quota exceeded', 'that speaks of a used-up balance or quota'],
	['too many requests', 'that speaks of a rate'],
] as const;

/** The tables of docs/troubleshooting.md about codes and statuses, as the rows of the nodes make them. */
export const TABLES = {
	service: tableOf('Code', ROWS.service),
	gateway: tableOf('Code', ROWS.gateway),
	codeAndStatus: tableOf('Code', ROWS.codeAndStatus),
	status: tableOf('HTTP status', ROWS.status),
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
	if (tries === ONCE) return 'no';
	return tries === FEW ? 'a few times' : 'until Max Wait';
}
