import { isJsonObject, textOf, unwrapped, type Json, type JsonObject } from './json';
import { webLinkOf } from './link';

/** One image of a finished task, as a link, as base64 or as both. */
export type PortraitImage =
	| { link: string; base64?: string }
	| { link?: undefined; base64: string };

/** The lists of images of the documentation. */
const LINKS = 'image_urls';
const FILES = 'binary_data_base64';
/** Names seen in answers of such services. While a task runs they may name the photo that came in. */
export const OTHER_NAMES =
	/^(image_?(urls?|list)?s?|urls?|links?|outputs?|results?|b64_json|(images_)?base64)$/i;
/** A status of a task that has ended well. */
export const FINISHED_STATUS = /^(done|success|succeed|complete|finish|ok$)/i;

/** Whether an answer may keep images under this name. */
export function isNameOfImages(name: string): boolean {
	return name === FILES || OTHER_NAMES.test(name);
}

/**
 * The images of both lists. Where both are filled they are the same images in two forms, in the same order. A task that says it is
 * finished is believed to have some under another name as well; without any it may just not be written down yet, and is asked on.
 */
export function imagesOf(data: JsonObject): PortraitImage[] {
	const urls = listOf(data[LINKS]).map(imageIn);
	const bytes = listOf(data[FILES]).map(imageIn);
	const length = Math.max(urls.length, bytes.length);
	const images = Array.from({ length }, (_, index): PortraitImage[] => {
		const [one, other] = [urls[index], bytes[index]];
		if (one && other && 'link' in one && 'base64' in other) return [{ ...one, ...other }];
		return [one, other].filter((entry) => entry !== undefined);
	}).flat();
	if (images.length > 0 || !textOf(data.status)?.match(FINISHED_STATUS)) return images;
	return entriesOf(data, 0);
}

type ImageEntry = { link: string } | { base64: string };

/** One image in place of a list is a list of one; links may be written in a row. */
function listOf(value: Json | undefined): Json[] {
	const list = unwrapped(value) ?? null;
	if (typeof list === 'string') return list.split(/[\s,;|](?=https?:)/i);
	if (isJsonObject(list) && '0' in list) return Object.values(list);
	return Array.isArray(list) ? list : [list];
}

/** The image of an entry of such a list, which is a link under whatever name. */
function imageIn(entry: Json): ImageEntry | undefined {
	const [named] = entriesOf(entry, 0);
	if (named || !isJsonObject(entry)) return named;
	return Object.values(entry)
		.flatMap((value) => entriesOf(value, DEEPEST))
		.find((one) => 'link' in one);
}

const DEEPEST = 3;

/** Each entry is told by what it is, not by the list it came in; what is neither a web link nor base64 is no image. */
function entriesOf(value: Json, depth: number): ImageEntry[] {
	if (depth > DEEPEST) return [];
	if (Array.isArray(value)) return value.flatMap((entry) => entriesOf(entry, depth + 1));
	if (isJsonObject(value)) {
		return Object.entries(value)
			.filter(([name]) => isNameOfImages(name))
			.flatMap(([, entry]) => entriesOf(unwrapped(entry) ?? null, depth + 1));
	}
	const entry = typeof value === 'string' ? entryOf(value) : undefined;
	return entry ? [entry] : [];
}

/** At the start, where it finds nothing when nothing is there. */
const PREFIX = /b?["']?(data:[^,]{0,100};base64,\s*)?/i;

function entryOf(entry: string): ImageEntry | undefined {
	// Stryker disable next-line MethodExpression: only spares a copy of the whole image
	const start = entry.slice(0, 200).trimStart();
	if (isLink(start)) {
		const link = webLinkOf(entry);
		return link === undefined ? undefined : { link };
	}
	const base64 = entry.trimStart().replace(PREFIX, '');
	return /^[A-Za-z0-9+/_-]{16}/.test(base64) ? { base64 } : undefined;
}

/** Whether a text is an image in base64. */
export function isBase64(text: string): boolean {
	const entry = entryOf(text);
	return entry !== undefined && 'base64' in entry;
}

/** Whether an entry of the image lists is a web link, and so short. */
function isLink(entry: string): boolean {
	return /^[\s<"'`]*(https?:|\/\/)/i.test(entry);
}
