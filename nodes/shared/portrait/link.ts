/** What programs put into links that they write as HTML or as JSON twice over. */
const AMPERSANDS = /&amp;|&#38;|&#x26;|\\u0026/gi;

/** A text as a web link, without what surrounded it where it came from; undefined when it is none. */
export function webLinkOf(text: string): string | undefined {
	const link = text
		.replace(/\p{C}/gu, '')
		.trim()
		.replace(/^[<"'`]+|[>"'`]+$/g, '')
		.replaceAll('\\/', '/')
		.replace(AMPERSANDS, '&')
		.replace(/^\/\/(?=[\w-]+\.)/, 'https://');
	return /^https?:\/\//i.test(link) && URL.canParse(link) ? link : undefined;
}
