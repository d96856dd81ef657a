/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { GlobalFonts } from '@napi-rs/canvas';

import { parseJson } from '../server/guards';
import { isRecord } from '../../test/support/isRecord';

const CHINESE_FONT =
	/CJK|Han Sans|Han Serif|Sans SC|WenQuanYi|YaHei|PingFang|Hiragino|SimHei|SimSun|Fallback/i;

interface Slice {
	family: string;
	file: string;
	holds(codePoint: number): boolean;
	loaded: boolean;
}

function parseRanges(ranges: string): (codePoint: number) => boolean {
	const pairs = ranges.split(',').map((range) => {
		const [low, high = low] = range.trim().replace(/^U\+/i, '').split('-');
		return [parseInt(low, 16), parseInt(high, 16)];
	});
	return (codePoint) => pairs.some(([low, high]) => codePoint >= low && codePoint <= high);
}

/** The font package cuts Noto Sans SC into a hundred files; `unicode.json` says which holds what. */
function findSlices(): Slice[] {
	let index: string;
	try {
		index = require.resolve('@fontsource-variable/noto-sans-sc/unicode.json');
	} catch {
		return [];
	}
	const ranges = parseJson(readFileSync(index, 'utf8'));
	return Object.entries(isRecord(ranges) ? ranges : {}).map(([key, value]) => {
		const name = key.replace(/[[\]]/g, '');
		return {
			family: `Sandbox ${name}`,
			file: join(dirname(index), 'files', `noto-sans-sc-${name}-wght-normal.woff2`),
			holds: parseRanges(String(value)),
			loaded: false,
		};
	});
}

let slices: Slice[] | undefined;

/** A CSS font that can draw the text: the package's font where it is installed, then what the machine has. */
export function fontFor(text: string, size: number, weight = 400): string {
	slices ??= findSlices();
	const families: string[] = [];
	for (const slice of slices) {
		if (![...text].some((character) => slice.holds(character.codePointAt(0) ?? 0))) continue;
		slice.loaded ||= GlobalFonts.registerFromPath(slice.file, slice.family) !== null;
		if (slice.loaded) families.push(`"${slice.family}"`);
	}
	for (const { family } of GlobalFonts.families) {
		if (CHINESE_FONT.test(family) && !family.startsWith('Sandbox ')) families.push(`"${family}"`);
	}
	return `${weight} ${size}px ${[...families, 'sans-serif'].join(', ')}`;
}

/** Whether there is a font for this text; bare machines have none at all, most have none for Chinese. */
export function canWrite(text: string): boolean {
	slices ??= findSlices();
	if (slices.length > 0) return true;
	const { families } = GlobalFonts;
	const isChinese = /\p{Script=Han}/u.test(text);
	return isChinese ? families.some(({ family }) => CHINESE_FONT.test(family)) : families.length > 0;
}
