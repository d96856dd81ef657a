/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties } from 'n8n-workflow';

import { CHECKS } from '../../live/checks';
import { resultProperties } from '../../nodes/DoubaoPortraitResult/description';
import { submitProperties } from '../../nodes/DoubaoPortraitSubmit/description';
import type { AnswerRow } from '../../nodes/shared/api/verdictRows';
import { isRecord } from '../support/isRecord';
import { filesBelow, needBuild, ROOT } from '../package/built';

beforeAll(() => needBuild());

/** A row of docs/assumptions.md. */
interface Row {
	assumption: string;
	sure: string;
	/** From the root. */
	file: string;
	/** What stands there at the top. */
	name: string;
	/** Of one entry in it; a code, where it is a table of codes. */
	key?: string;
	value?: string;
	checks: string;
	meanwhile: string;
}

const PLACE = /^\[[\w.]+\]\(\.\.\/([\w./]+)\) `(\w+)(?:\[(-?\d+)\]|\.(\w+))?`(?: = `([^`]+)`)?$/;

const ROWS: Row[] = readFileSync(join(ROOT, 'docs', 'assumptions.md'), 'utf8')
	.split('\n')
	.filter((line) => /^\| (?!Assumption)/.test(line))
	.map((line) => {
		const [assumption, sure, place, checks, meanwhile] = line.slice(2, -2).split(' | ');
		const [, file, name, index, key, value] = PLACE.exec(place) ?? [];
		if (file === undefined) throw new Error(`no place in the code: ${line}`);
		return { assumption, sure, file, name, key: index ?? key, value, checks, meanwhile };
	});

/** The text of a file of the package. */
const sourceOf = (file: string): string =>
	readFileSync(join(ROOT, file), 'utf8').replaceAll('// prettier-ignore\n', '');

/** What stands at the top of a file, exported or not. */
const namedIn = (source: string): Array<{ name: string; at: number }> =>
	[...source.matchAll(/^(?:export )?(?:const|function|async function|interface) (\w+)/gm)].map(
		(found) => ({ name: found[1], at: found.index }),
	);

it('there is a row for each of many assumptions', () => {
	expect(ROWS.length).toBeGreaterThan(20);
});

describe.each(ROWS)('the row "$assumption"', ({ sure, file, name, key, value, meanwhile }) => {
	it('says how sure it is', () => {
		expect(sure).toMatch(/^(documented|seen|inferred)\b/);
	});

	it('names what the file holds, and shows its value where that is exported and short', async () => {
		expect(namedIn(sourceOf(file)).map((one) => one.name)).toContain(name);
		const module: Record<string, unknown> = await import(join(ROOT, file));
		const held = key === undefined ? module[name] : entryOf(module[name], key);
		if (key !== undefined) expect(held).toBeDefined();
		const text = shown(held);
		expect(value).toBe(text !== undefined && text.length <= 80 ? text : undefined);
	});

	it('names fields of the panel where it says what a user can do', () => {
		const named = [...meanwhile.matchAll(/\*([^*]+)\*/g)].map(([, field]) => field);
		expect(named.filter((field) => !FIELDS.has(field))).toEqual([]);
		expect(named.length > 0 || meanwhile.startsWith('none')).toBe(true);
	});
});

/** Of a table by names, or of one whose rows have the codes that they are for. */
function entryOf(table: unknown, key: string): unknown {
	if (!Array.isArray(table)) return isRecord(table) ? table[key] : undefined;
	return table.find((row: AnswerRow) => row.code?.includes(Number(key)));
}

/** Texts, numbers, and tables without functions and prose in them. */
function shown(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'number') return String(value);
	return isRecord(value) && !(value instanceof RegExp) ? JSON.stringify(value) : undefined;
}

const namesOf = (properties: INodeProperties[]): string[] =>
	properties.flatMap(({ displayName, options = [] }) => [
		displayName,
		...options.flatMap((option) => ('displayName' in option ? [option.displayName] : [])),
	]);
const FIELDS = new Set(namesOf([...resultProperties, ...submitProperties]));

/** Every place whose comment marks a fact as inferred or seen, by its file and by what stands there. */
function markedPlaces(): string[] {
	const files = ['nodes', 'credentials'].flatMap((folder) =>
		filesBelow(join(ROOT, folder)).map((file) => `${folder}/${file}`),
	);
	return files
		.filter((file) => file.endsWith('.ts'))
		.flatMap((file) => {
			const source = sourceOf(file);
			const names = namedIn(source);
			return [...source.matchAll(/\/\*[^]*?\*\/|\/\/.*$/gm)]
				.filter(([comment]) => /\b(inferred|seen)\b/i.test(comment))
				.map(({ 0: comment, index }) => {
					const isInside = source[index - 1] === '\t';
					const name = isInside
						? names.findLast(({ at }) => at < index)?.name
						: names.find(({ at }) => at === index + comment.length + 1)?.name;
					return `${file} ${name ?? `(nothing named: ${comment})`}`;
				});
		});
}

it('every place in the code that is marked as inferred or seen has a row', () => {
	const places = markedPlaces();
	expect(places.length).toBeGreaterThan(8);
	const rows = ROWS.map(({ file, name }) => `${file} ${name}`);
	expect(places.filter((place) => !rows.includes(place))).toEqual([]);
});

it('every live check has a row, and every row a check or the reason why there can be none', () => {
	const named = ROWS.flatMap(({ checks }) =>
		[...checks.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
	);
	const names = CHECKS.map(({ name }) => name);
	expect(names.filter((name) => !named.includes(name))).toEqual([]);
	expect(named.filter((name) => !names.includes(name))).toEqual([]);
	const without = ROWS.filter(({ checks }) => !checks.includes('`'));
	for (const { checks } of without) expect(checks).toMatch(/^cannot be checked\W? .{15}/);
});

it('README keeps a short table and leads here', () => {
	const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
	const [, section = ''] = /## What is known and what is inferred\n([^]*?)\n## /.exec(readme) ?? [];
	expect(section).toContain('](docs/assumptions.md)');
	expect(section).toContain('](docs/live-check.md)');
	expect(section.split('\n').filter((line) => line.startsWith('| ')).length).toBeLessThan(10);
});
