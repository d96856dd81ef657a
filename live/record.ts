/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { createCanvas } from '@napi-rs/canvas';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { KeptAnswer } from './ask';
import { imageFormat, json, type Answer, type CallName, type Json } from './built';

/** An answer of the API as a file of test/fixtures/live holds it. A body that was no JSON is text. */
export interface Fixture {
	endpoint: CallName;
	/** HTTP status. */
	http: number;
	body: Json;
}

/** From the root of the package. */
export const FIXTURES = 'test/fixtures/live';

/** Entries that are kept of a list: `GET /v1/models` gives hundreds. */
const LONGEST_LIST = 3;
/** Characters that are kept of a text. */
const LONGEST_TEXT = 2000;

/** Names under which an ID of a person or of a request stands, whatever it looks like. The `id` of a model is public. */
const OF_IDS = /[_-]id$|(request|trace|task|user|account)id$/i;
const OF_PROMPTS = /prompt|pe_result/i;

/** With slashes as they are, escaped or encoded. */
const LINK = /https?(?::|%3A)(?:\\?\/|%2F){2}(?:\\\/|[^\s"'<>\\)\]}])+/gi;
/** Also one of which the API shows a part only. */
const KEY = /\bsk-[\w*.…-]+/gi;
/** Characters of the key that no other word has by chance. */
const PART = 6;
const WORD = /[\w-]{6,}/g;
const MASKED = /[\w-]*\*{2,}[\w-]*/g;
const MAIL = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;
const UUID = /\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/gi;
/** Task and request IDs, hashes, tokens. */
const LONG_ID = /(?=[A-Za-z]*\d)[A-Za-z\d]{16,}/g;
/** Of whoever asks: refusals name it. */
const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[\da-f]{1,4}:){3,7}[\da-f]{1,4}\b/gi;
/** Hosts of 302.AI's own, which are worth knowing. */
export const KNOWN_HOST = /(^|\.)302(ai)?\.(ai|cn|com)$/i;

/** Shorter ones are in every text by chance. */
const SHORTEST_SECRET = 8;

/**
 * Takes out of answers what belongs to whoever ran the check. The same ID or link is replaced by the same stand-in everywhere, and
 * the stand-in has its shape, so that the package reads what is left as it reads the original.
 */
export class Redaction {
	private readonly forms: string[];
	/** Every few characters of the key, in small letters. */
	private readonly parts: string[];
	private readonly standIns = new Map<string, string>();
	private readonly forbidden: Set<string>;
	private readonly own: string[];

	/** @param own what else is the user's: the photo's link and file name, prompts. */
	constructor(apiKey: string, own: string[]) {
		this.forms = formsOf(apiKey);
		const small = apiKey.toLowerCase().replace(/^sk-/, '');
		this.parts = [...small]
			.map((_, at) => small.slice(at, at + PART))
			.filter((part) => part.length === PART);
		this.own = own.filter((text) => text !== '');
		// A word alone may stand in the page by itself.
		const telling = this.own.filter((text) => /\W/.test(text));
		this.forbidden = new Set(telling);
	}

	/** Text for whoever runs the check, who needs the task ID at once. */
	forScreen(raw: string): string {
		return this.withoutKey(raw, '[API key hidden]');
	}

	/** Text from outside, without anything of the user's. */
	text(raw: string): string {
		let text = this.withoutKey(raw, 'sk-…');
		for (const own of this.own) {
			for (const form of [own, encodeURIComponent(own)]) {
				text = text.replace(asWord(form), (found) => this.standInFor(found, linkOrWord));
			}
		}
		return this.withKnown(text)
			.replace(LINK, (link) => this.standInFor(link, linkLike))
			.replace(KEY, 'sk-…')
			.replace(WORD, (word) => (this.isOfKey(word) ? 'sk-…' : word))
			.replace(MASKED, '****')
			.replace(MAIL, 'someone@example.com')
			.replace(UUID, (id) => this.standInFor(id, idLike))
			.replace(LONG_ID, (id) => this.standInFor(id, idLike))
			.replace(ADDRESS, '0.0.0.0');
	}

	/** The key may be spelled with the escapes of JSON in a text that is none. */
	private withoutKey(raw: string, standIn: string): string {
		const plain = raw.replace(/\\u00([\da-f]{2})/gi, (_all, hex: string) =>
			String.fromCharCode(parseInt(hex, 16)),
		);
		const text = this.forms.some((form) => plain.includes(form)) ? plain : raw;
		return this.forms.reduce((hidden, form) => hidden.replaceAll(form, standIn), text);
	}

	/** With a stand-in for everything that was found elsewhere by the name it stood under. */
	private withKnown(text: string): string {
		const known = [...this.standIns].filter(([secret]) => secret.length >= SHORTEST_SECRET);
		return known
			.sort(([one], [other]) => other.length - one.length)
			.reduce((clean, [secret, standIn]) => clean.replaceAll(secret, standIn), text);
	}

	private isOfKey(word: string): boolean {
		const small = word.toLowerCase();
		return this.parts.some((part) => small.includes(part));
	}

	/** The same of JSON, with images and lists made short. @param name under which it stands. */
	json(value: Json, name = ''): Json {
		if (Array.isArray(value)) {
			return value.slice(0, LONGEST_LIST).map((entry) => this.json(entry, name));
		}
		if (json.isJsonObject(value)) {
			return Object.fromEntries(
				Object.entries(value).map(([key, entry]) => [this.text(key), this.json(entry, key)]),
			);
		}
		if (typeof value === 'number' && OF_IDS.test(name)) {
			return Number(this.standInFor(String(value), idLike));
		}
		return typeof value === 'string' ? this.string(value, name) : value;
	}

	private string(value: string, name: string): string {
		const inner = /^\s*[[{]/.test(value) ? json.parseJson(value) : undefined;
		if (typeof inner === 'object') return JSON.stringify(this.json(inner, name));
		if (value === '') return '';
		if (OF_PROMPTS.test(name)) return this.standInFor(value, promptLike);
		const small = smallImageLike(value.replace(/^data:[^,]{0,100},/, ''));
		if (small !== undefined) return small;
		// A link is under the name of an ID nowhere, and would not be one afterwards.
		if (OF_IDS.test(name) && !/:\/\//.test(value)) return this.standInFor(value, idLike);
		const text = this.text(value);
		return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
	}

	private standInFor(secret: string, made: (secret: string, count: number) => string): string {
		if ([...this.standIns.values()].includes(secret)) return secret;
		const standIn = this.standIns.get(secret) ?? made(secret, this.standIns.size + 1);
		this.standIns.set(secret, standIn);
		this.forbidden.add(secret);
		return standIn;
	}

	/** @throws Error when a text that is about to be written holds something that was to be replaced. */
	assertClean(text: string): void {
		for (const secret of this.forbidden) {
			if (secret.length < SHORTEST_SECRET || !text.includes(secret)) continue;
			throw new Error('Nothing was written: something would have been in it that is not to be');
		}
		if (this.withoutKey(text, '') !== text)
			throw new Error('Nothing was written: the key was in it');
	}
}

/** The key as a server may repeat it: as it is, in a URL, without its beginning, and in Base64. */
function formsOf(key: string): string[] {
	const forms = [key, encodeURIComponent(key), key.replace(/^sk-/i, ''), ...base64Of(key)];
	return forms.filter((form) => form.length >= PART);
}

/** At each of the three offsets that it can have in a longer text, without the characters that its neighbours change. */
function base64Of(key: string): string[] {
	return [0, 1, 2].flatMap((offset) => {
		const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(key)]);
		const own = (text: string): string => text.slice(offset === 0 ? 0 : offset + 1, -1);
		return [own(bytes.toString('base64').replaceAll('=', '')), own(bytes.toString('base64url'))];
	});
}

/** Where it stands by itself: the name of a photo may be a part of any word. */
function asWord(text: string): RegExp {
	const literal = text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
	return new RegExp(`(?<![\\w.])${literal}(?!\\w)`, 'g');
}

/** Each character by one of its kind, so that all of them count up. */
function idLike(id: string, count: number): string {
	let left = count;
	return [...id]
		.reverse()
		.map((character, index) => {
			const kind = KINDS.find(({ of }) => of.test(character));
			if (!kind) return character;
			const digit = left % kind.size;
			left = Math.floor(left / kind.size);
			// A number does not begin with a zero.
			const isFirst = index === id.length - 1 && kind.first === '0';
			return isFirst && digit === 0 ? '7' : String.fromCharCode(kind.first.charCodeAt(0) + digit);
		})
		.reverse()
		.join('');
}

const KINDS = [
	{ of: /\d/, first: '0', size: 10 },
	{ of: /[A-F]/, first: 'A', size: 6 },
	{ of: /[a-f]/, first: 'a', size: 6 },
	{ of: /[A-Z]/, first: 'G', size: 20 },
	{ of: /[a-z]/, first: 'g', size: 20 },
];

function linkLike(link: string, count: number): string {
	const plain = /%3A/i.test(link) ? decoded(link) : link.replaceAll('\\', '');
	const url = URL.canParse(plain) ? new URL(plain) : undefined;
	const host = url && KNOWN_HOST.test(url.hostname) ? url.hostname : 'files.example.com';
	const ending = /\.(png|jpe?g|webp|gif|avif)$/i.exec(url?.pathname ?? '')?.at(0) ?? '';
	return `https://${host}/live/${count}${ending}`;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function promptLike(_prompt: string, count: number): string {
	return `Prompt ${count}`;
}

function linkOrWord(text: string, count: number): string {
	return /^https?(:|%3A)/i.test(text) ? linkLike(text, count) : `replaced-${count}`;
}

/** One pixel, in the format of an image in base64; undefined when it is no image. */
function smallImageLike(base64: string): string | undefined {
	const head = Buffer.from(base64.slice(0, 2 * imageFormat.HEAD_BYTES), 'base64');
	const format = imageFormat.imageFormatOf(head);
	if (!format) return undefined;
	const canvas = createCanvas(1, 1);
	if (format.name === 'JPEG') return canvas.toBuffer('image/jpeg').toString('base64');
	if (format.name === 'WebP') return canvas.toBuffer('image/webp').toString('base64');
	return canvas.toBuffer('image/png').toString('base64');
}

/** The answers by the names of their files, each kind of answer once for each check. */
export function fixturesOf(answers: KeptAnswer[], redaction: Redaction): Map<string, Fixture> {
	const fixtures = new Map<string, Fixture>();
	const kinds = new Set<string>();
	const counts = new Map<string, number>();
	for (const { check, endpoint, answer } of answers) {
		const { httpStatus: http, form, code, data } = answer;
		const kind = JSON.stringify([check, http, form, code, data.status]);
		if (kinds.has(kind)) continue;
		kinds.add(kind);
		const count = (counts.get(check) ?? 0) + 1;
		counts.set(check, count);
		const name = count === 1 ? check : `${check}-${count}`;
		fixtures.set(`${name}.json`, { endpoint, http, body: redaction.json(bodyOf(answer)) });
	}
	return fixtures;
}

/** Of a page the title is kept, and that it is a page; of a text, which may have many MB, more than is written in the end. */
function bodyOf({ form, body, words }: Answer): Json {
	if (form === 'json') return body;
	const beginning = words.slice(0, 10 * LONGEST_TEXT);
	return form === 'page' ? `<html><title>${beginning}</title></html>` : beginning;
}

/** Puts the fixtures of one run in the place of those of the run before. @throws Error before anything is written. */
export function writeFixtures(
	root: string,
	fixtures: Map<string, Fixture>,
	redaction: Redaction,
): void {
	const texts = [...fixtures].map(([name, fixture]): [string, string] => [
		name,
		`${JSON.stringify(fixture, null, '\t')}\n`,
	]);
	for (const [name, text] of texts) redaction.assertClean(name + text);
	const folder = join(root, FIXTURES);
	if (existsSync(folder)) {
		for (const name of readdirSync(folder)) {
			if (name.endsWith('.json')) rmSync(join(folder, name));
		}
	}
	mkdirSync(folder, { recursive: true });
	for (const [name, text] of texts) writeFileSync(join(folder, name), text);
}
