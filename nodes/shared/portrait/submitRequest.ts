import { sentence, type Failure } from '../failure';
import { isForLimit, meaningOfCode } from './codes';
import type { Envelope } from './envelope';
import { isJsonObject, textOf, type Json } from './json';
import { webLinkOf } from './link';

/**
 * Path of the submit request. INFERRED: 302.AI documents only the result request, and every other pair of its services is called
 * `<name>` and `<name>_result`. This is the one place to change should it be wrong.
 */
export const SUBMIT_PATH = '/doubao/drawing/portrait';

/** Path of the upload request. Source: 302.AI's documents. */
export const UPLOAD_PATH = '/302/upload-file';
/** `code` of an upload that succeeded. */
export const UPLOADED = 200;
/** Largest photo the upload takes, in bytes. */
export const LARGEST_PHOTO = 50_000_000;
/** Longest prompt of the sibling models, in characters. */
export const LONGEST_PROMPT = 800;

/** One submit of a portrait. What is absent is not sent, so that the API's own defaults hold. */
export interface SubmitRequest {
	/** Public link to the photo. */
	imageInput: string;
	prompt?: string;
	genMode?: 'creative' | 'reference' | 'reference_char';
	/** Pixels, 512 to 2048. */
	width?: number;
	height?: number;
	/** Face clarity, 0 to 1. */
	gpen?: number;
	/** Beautification, 0 to 1. */
	skin?: number;
	/** Skin smoothing, 0 to 1. The odd spelling is the API's. */
	skinUnifi?: number;
	/** -1 is random. */
	seed?: number;
}

export function submitBody(request: SubmitRequest): Record<string, string | number> {
	const { imageInput, prompt, genMode, width, height, gpen, skin, skinUnifi, seed } = request;
	const fields = {
		image_input: imageInput,
		prompt,
		gen_mode: genMode,
		width,
		height,
		gpen,
		skin,
		skin_unifi: skinUnifi,
		seed,
	};
	const given = Object.entries(fields).flatMap(
		([name, value]): Array<[string, string | number]> =>
			value === undefined ? [] : [[name, value]],
	);
	return Object.fromEntries(given);
}

/** A task that the API took. */
export interface SubmittedTask {
	taskId: string;
	requestId?: string;
}

/** Reads the answer to a submit. An answer with a task ID is a task submitted, whatever code it comes with. */
export function readSubmitted(envelope: Envelope): SubmittedTask | { failure: Failure } {
	const taskId = taskIdIn(envelope);
	if (taskId === undefined) {
		const failure = failureOf(envelope, perhapsSubmitted);
		const isPathWrong =
			envelope.httpStatus === 404 && !failure.perhapsSubmitted && !isDocumented(failure);
		return { failure: isPathWrong ? { ...failure, remedy: PATH_IS_INFERRED } : failure };
	}
	return { taskId, requestId: requestIdOf(envelope) };
}

/** Where an answer may keep the ID of a new task: as documented in `data.task_id`, else where such services keep it. */
function taskIdIn({ answer, data }: Envelope): string | undefined {
	if (!answer) return undefined;
	const inner = isJsonObject(data)
		? data
		: Array.isArray(data) && isJsonObject(data[0])
			? data[0]
			: {};
	const found = [inner, answer]
		.flatMap(({ task_id, taskId }) => [task_id, taskId])
		.map(idOf)
		.find((id) => id !== undefined);
	return found ?? (Array.isArray(data) || isJsonObject(data) ? undefined : longNumber(data));
}

/** JSON numbers that lost digits have become text by then. */
function idOf(value: Json | undefined): string | undefined {
	if (typeof value === 'number') return value > 0 ? String(value) : undefined;
	return textOf(textOf(value)?.trim());
}

function longNumber(value: Json | undefined): string | undefined {
	const id = idOf(value);
	return id !== undefined && /^\d{16,}$/.test(id) ? id : undefined;
}

/** Reads the answer to an upload: the link of the photo. */
export function readUploaded(envelope: Envelope): { link: string } | { failure: Failure } {
	const { data } = envelope;
	const given = isJsonObject(data) ? (textOf(data.url) ?? textOf(data.link)) : textOf(data);
	const link = envelope.kind === 'accepted' && given !== undefined ? webLinkOf(given) : undefined;
	return link === undefined ? { failure: failureOf(envelope, perhapsUploaded) } : { link };
}

/** Why the request was refused when that was for a limit of the API, and so surely not carried out. */
export function refusalForLimit(envelope: Envelope): Failure | undefined {
	if (envelope.kind === 'accepted' || 'taskId' in readSubmitted(envelope)) return undefined;
	const { retry, failure } = envelope;
	return isForLimit(retry) ? failure : undefined;
}

/** @param inDoubt words a failure after which nobody can know whether the request was carried out. */
function failureOf(envelope: Envelope, inDoubt: (failure: Failure) => Failure): Failure {
	const { httpStatus } = envelope;
	if (envelope.kind === 'accepted') {
		const message = '302.AI accepted the request, but its answer cannot be used';
		const { requestId } = envelope;
		return inDoubt({ kind: 'api', message, remedy: '', httpStatus, requestId });
	}
	const { retry, failure } = envelope;
	const refusedForSure = retry === 'never' && (httpStatus >= 300 || isDocumented(failure));
	return refusedForSure ? failure : inDoubt(failure);
}

function requestIdOf(envelope: Envelope): string | undefined {
	return envelope.kind === 'accepted' ? envelope.requestId : envelope.failure.requestId;
}

function isDocumented({ code }: Failure): boolean {
	return code !== undefined && meaningOfCode(code) !== undefined;
}

const PATH_IS_INFERRED = `Check 'Base URL' in the 302.AI credential. If Doubao Portrait Result works with it, the address of this call (${SUBMIT_PATH}) is to blame: 302.AI does not document it, so it was inferred. Please report this to the authors of this node.`;

/** The failure of a submit of which nobody can know whether it was carried out. */
export function perhapsSubmitted(failure: Failure): Failure {
	return {
		...failure,
		perhapsSubmitted: true,
		message: `${sentence(failure.message)} The order may have been taken all the same`,
		remedy:
			'It was not sent again, because it may exist at 302.AI and may have been billed. Look at the usage records at 302.ai before you run this item again.',
	};
}

/** The same of an upload. */
export function perhapsUploaded(failure: Failure): Failure {
	return {
		...failure,
		message: `${sentence(failure.message)} The photo may have been uploaded all the same`,
		remedy:
			'It was not sent again, because the upload may have been billed (0.001 PTC). No portrait was ordered: run this item again.',
	};
}
