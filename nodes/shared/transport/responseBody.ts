import type { ResponseBody } from '../portrait/refusal';
import type { Secrets } from './secrets';

/** An error page or anything else that is no JSON is read this far, in bytes. */
const OTHER_TEXT_LIMIT = 64 * 1024;

/**
 * Reads an answer of the API, and of what is too long or no JSON only the start.
 *
 * @param limit most bytes of JSON, decompressed; the rest is never read.
 */
export async function readBody(
	stream: AsyncIterable<Uint8Array>,
	limit: number,
	secrets: Secrets,
): Promise<ResponseBody> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	let isJson: boolean | undefined;
	for await (const chunk of stream) {
		isJson ??= looksLikeJson(chunk);
		chunks.push(chunk);
		size += chunk.length;
		if (size > (isJson ? limit : OTHER_TEXT_LIMIT)) {
			// Leaving the loop ends the stream.
			if (isJson) return { kind: 'tooLarge', limit };
			break;
		}
	}
	return bodyOf(Buffer.concat(chunks).toString('utf8'), secrets);
}

/** Undefined while nothing but blanks came: they keep a connection alive, and a byte order mark may come first as well. */
function looksLikeJson(chunk: Uint8Array): boolean | undefined {
	const start = Buffer.from(chunk)
		.toString('latin1')
		.replace(/^\xef\xbb\xbf/, '')
		.trimStart();
	return start === '' ? undefined : /^[[{]/.test(start);
}

/** What a whole body is, or the start of one that is no JSON. */
export function bodyOf(body: string, secrets: Secrets): ResponseBody {
	const text = body.trim();
	if (text === '') return { kind: 'empty' };
	const json = secrets.parse(text);
	if (json) return { kind: 'json', value: json.value };
	if (/^(<!doctype|<html|<\?xml|<head|<body|<!--)/i.test(text)) {
		const title = /<title[^>]*>([^<]*)/i.exec(text)?.at(1) ?? '';
		return { kind: 'html', title: secrets.hide(title).trim() };
	}
	if (/^[[{]/.test(text)) return { kind: 'cutShort', text: secrets.hide(text.slice(0, 500)) };
	return { kind: 'text', text: secrets.hide(text).slice(0, 500) };
}
