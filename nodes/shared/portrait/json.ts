/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string that says something; undefined for everything else. */
export function textOf(value: Json | undefined): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number, or a string that holds one. */
export function numberOf(value: Json | undefined): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
	return undefined;
}

/** Deeper than any real answer. */
const DEEPEST_JSON = 100;

/**
 * Parses JSON text, with `change` applied to each string in it, names included.
 *
 * @returns undefined when it is no JSON, or nested deeper than any real answer.
 */
export function parseJson(
	text: string,
	change: (text: string) => string = (unchanged) => unchanged,
): { value: Json } | undefined {
	try {
		return { value: jsonOf(JSON.parse(text), change, 0) };
	} catch {
		return undefined;
	}
}

function jsonOf(value: unknown, change: (text: string) => string, depth: number): Json {
	if (typeof value === 'string') return change(value);
	if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
	if (typeof value !== 'object' || depth > DEEPEST_JSON) throw new RangeError('not JSON');
	if (Array.isArray(value)) return value.map((entry) => jsonOf(entry, change, depth + 1));
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [change(name), jsonOf(entry, change, depth + 1)]),
	);
}
