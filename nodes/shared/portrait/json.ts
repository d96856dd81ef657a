/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON that was written as text into JSON once more, as it was meant; everything else as it is. */
export function unwrapped(value: Json | undefined): Json | undefined {
	// Stryker disable next-line ConditionalExpression: what is no text cannot be parsed either
	if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
	return parseJson(value)?.value ?? value;
}

/** A string that says something; undefined for everything else. */
export function textOf(value: Json | undefined): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, or text that holds a whole one of which no digit is lost. */
export function numberOf(value: Json | undefined): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
	return Number.isSafeInteger(number) ? number : undefined;
}

/** Deeper than any real answer. */
const DEEPEST_JSON = 100;

/**
 * Parses JSON text, with `change` applied to each string in it, names included. A whole number of 16 digits or more becomes text,
 * since JavaScript may not keep them all: task IDs have 19.
 *
 * @returns undefined when it is no JSON, or nested deeper than any real answer.
 */
export function parseJson(
	text: string,
	change: (text: string) => string = (unchanged) => unchanged,
): { value: Json } | undefined {
	try {
		return { value: jsonOf(JSON.parse(withAllDigits(text)), change, 0) };
	} catch {
		return undefined;
	}
}

/** Digits of a whole number from which on some may get lost. */
const LONG_NUMBER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** JSON text with quotes around the numbers that would lose digits. */
function withAllDigits(text: string): string {
	// Stryker disable next-line ConditionalExpression: only spares the work
	if (text.search(LONG_NUMBER) < 0) return text;
	let changed = '';
	let at = 0;
	for (let opening = text.indexOf('"'); opening !== -1; opening = text.indexOf('"', at)) {
		changed += withQuotes(text.slice(at, opening));
		at = endOfString(text, opening);
		changed += text.slice(opening, at);
	}
	return changed + withQuotes(text.slice(at));
}

function withQuotes(text: string): string {
	return text.replace(LONG_NUMBER, '"$&"');
}

/** Where the string ends whose opening quote is at `opening`. */
function endOfString(text: string, opening: number): number {
	for (let at = text.indexOf('"', opening + 1); at !== -1; at = text.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (text[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	return text.length;
}

function jsonOf(value: unknown, change: (text: string) => string, depth: number): Json {
	if (typeof value === 'string') return change(value);
	if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
	// Stryker disable next-line ConditionalExpression,StringLiteral: JSON.parse gives nothing else, and nobody reads the message
	if (typeof value !== 'object' || depth > DEEPEST_JSON) throw new RangeError('not JSON');
	if (Array.isArray(value)) return value.map((entry) => jsonOf(entry, change, depth + 1));
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [change(name), jsonOf(entry, change, depth + 1)]),
	);
}
