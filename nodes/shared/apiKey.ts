/**
 * A key as it is sent: without blanks, invisible characters, quotes and the word Bearer, which come along when it is copied from a
 * page or another program.
 */
export function cleanKey(apiKey: string): string {
	return apiKey
		.replace(/[\s\p{C}]+/gu, ' ')
		.trim()
		.replace(/^(authorization: ?|bearer:? |["'`<])+|["'`>]+$/gi, '')
		.replaceAll(' ', '');
}

/** The first character that no HTTP header can hold; undefined when there is none. */
export function strangeCharacterIn(key: string): string | undefined {
	return /[^\x21-\x7e]/u.exec(key)?.at(0);
}
