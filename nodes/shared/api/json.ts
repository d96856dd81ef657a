/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of JSON, or a whole number of more digits than JavaScript keeps. */
const TEXT_OR_LONG_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** Parses JSON; a whole number of 16 digits or more becomes text. @returns undefined when it is no JSON. */
export function parseJson(text: string): Json | undefined {
	try {
		const json: Json = JSON.parse(text);
		if (!/[[:,]\s*-?\d{16}/.test(text)) return json;
		return JSON.parse(
			text.replace(TEXT_OR_LONG_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`)),
		);
	} catch {
		return undefined;
	}
}
