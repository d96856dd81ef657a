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
