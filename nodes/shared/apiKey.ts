/**
 * A key as it is sent: without blanks, invisible characters, quotes, and the words before it, which come along when it is copied
 * from a page or another program.
 */
export function cleanKey(apiKey: string): string {
	return apiKey
		.replace(/[\s\p{C}]+/gu, ' ')
		.trim()
		.replace(/.*?[^\w-](?=sk-)/, '')
		.replace(/^(authorization: ?|bearer:? |["'`<])+|["'`>},;]+$/gi, '')
		.replaceAll(' ', '');
}

/** The first character that no HTTP header can hold, or that hides a part of a key; undefined when there is none. */
export function strangeCharacterIn(key: string): string | undefined {
	return /[^\x21-\x7e]|[*{}]/u.exec(key)?.at(0);
}

const HIDDEN = '[API key hidden]';
/** A shorter text is no key, and would hide words. */
const SHORTEST_KEY = 6;

/** `text` from outside without the key, which a server may echo as it is or as a part of a URL. */
export function withoutKey(text: string, apiKey: string): string {
	if (apiKey.length < SHORTEST_KEY) return text;
	return text.replaceAll(apiKey, HIDDEN).replaceAll(encodeURIComponent(apiKey), HIDDEN);
}
