/** Characters; no server takes a longer one. */
const LONGEST = 10_000;

/** A text as one web link, freed of blanks and quotes around it and of HTML's `&amp;`; undefined when it is none, or several. */
export function webLinkOf(text: string): string | undefined {
	if (text.length > LONGEST) return undefined;
	const link = text
		.replace(/^[\s\p{Cf}<"'`]+|[\s\p{Cf}>"'`]+$/gu, '')
		// As HTML and JSON write it. Source: links seen in public clients' answers and in copied pages.
		.replace(/&amp;|\\u0026/gi, '&');
	const isOne = /^https?:\/\//i.test(link) && !/[<>{}\p{Cc}]|\shttps?:\/\//iu.test(link);
	return isOne && URL.canParse(link) ? link : undefined;
}
