/** What programs put into links that they write as HTML or as JSON twice over. */
const AMPERSANDS = /&(amp;)+|&#0*38;|&#x0*26;|\\u0026/gi;
const AROUND = /^[\s<>"'`“”‘’]+|[\s<>"'`“”‘’,;]+$/g;
/** A link as Markdown, Slack or a list of JSON writes it. */
const WRAPPED = [/^!?\[[^\]]*\]\((.*)\)$/s, /^<([^|<>]+)\|[^<>]*>$/, /^\[(.*)\]$/s];

/** A text as one web link, without what surrounded it where it came from; undefined when it is none, or several. */
export function webLinkOf(text: string): string | undefined {
	const visible = text.replace(/[^\P{C}\s]/gu, '').trim();
	const link = WRAPPED.reduce((inner, wrapping) => inner.replace(wrapping, '$1'), visible)
		.replace(AROUND, '')
		.replaceAll('\\/', '/')
		.replace(AMPERSANDS, '&')
		.replace(/^\/\/(?=[\w-]+\.)/, 'https://');
	const isOne = /^https?:\/\//i.test(link) && !/[\s,;|]https?:\/\/|\{\{|[<>]/i.test(link);
	return isOne && URL.canParse(link) ? link : undefined;
}
