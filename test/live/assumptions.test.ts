/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { FREE_CHECKS, PAID_CHECKS } from '../../live/checks';
import { filesBelow, ROOT } from '../package/built';

/** Of each row of docs/assumptions.md the place in the code, as `file name`, and the cell of its checks. */
const ROWS = [
	...readFileSync(join(ROOT, 'docs/assumptions.md'), 'utf8').matchAll(
		/^\| .* \| \[[\w.]+\]\(\.\.\/(\S+)\) `(\w+).* \| (.*) \| .* \|$/gm,
	),
].map(([, file, name, checks]) => ({ place: `${file} ${name}`, checks }));

/** What stands at the top of a file, and of those the first behind each comment that marks a fact. */
function placesIn(file: string): { named: string[]; marked: string[] } {
	const source = readFileSync(join(ROOT, file), 'utf8');
	const names = [...source.matchAll(/^(?:export |async )*(?:const|function|interface) (\w+)/gm)];
	const comments = [...source.matchAll(/\/\*[^]*?\*\/|\/\/.*$/gm)];
	const marked = comments
		.filter(([comment]) => /\b(inferred|seen)\b/i.test(comment))
		.map(({ index }) =>
			source[index - 1] === '\t'
				? names.findLast((name) => name.index < index)
				: names.find((name) => name.index > index),
		);
	const asPlaces = (found: typeof marked) => found.map((name) => `${file} ${name?.[1]}`);
	return { named: asPlaces(names), marked: asPlaces(marked) };
}

it('every place that is marked as inferred or seen has a row, and every row a place', () => {
	const files = filesBelow(join(ROOT, 'nodes')).filter((file) => file.endsWith('.ts'));
	const places = files.map((file) => placesIn(`nodes/${file}`));
	const rows = ROWS.map(({ place }) => place);
	const marked = places.flatMap((one) => one.marked);
	expect(marked.length).toBeGreaterThan(8);
	expect(marked.filter((place) => !rows.includes(place))).toEqual([]);
	const named = places.flatMap((one) => one.named);
	expect(rows.filter((place) => !named.includes(place))).toEqual([]);
});

it('every live check has a row, and every row a check or the reason why there can be none', () => {
	const named = ROWS.flatMap(({ checks }) => checks.match(/(?<=`)[\w-]+(?=`)/g) ?? [checks]);
	const checks = [...FREE_CHECKS, ...PAID_CHECKS].map(({ name }) => name);
	expect(checks.filter((name) => !named.includes(name))).toEqual([]);
	const others = named.filter((name) => !checks.includes(name));
	expect(others.filter((reason) => !/^cannot be checked/.test(reason))).toEqual([]);
});
