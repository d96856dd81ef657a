import type { IBinaryData } from 'n8n-workflow';

import { isRecord } from '../shared/api/isRecord';
import type { FailureKind } from '../shared/api/verdict';
import { failed, failureError, refuse, withAdvice, type FailureError } from '../shared/failure';
import { HEAD_BYTES, imageFormatOf } from '../shared/api/imageFormat';
import { LARGEST_PHOTO } from '../shared/api/calls';
import { laneFor, type Run } from '../shared/run';
import { notInStorage, type FormFile } from '../shared/transport/multipart';
import { isFile } from './settings';

/** A photo of an incoming item that has been looked at and may be uploaded. */
export interface Photo extends FormFile {
	/** Tells the file from others. */
	fingerprint: string;
}

/**
 * Looks at the size and the first bytes of the incoming file.
 *
 * @param field a field's name, with the workflow setting `binaryMode: combined` a path such as `_files.data`, or the file itself,
 * as an expression gives it.
 * @throws FailureError of kind `parameter` when there is none, it is gone, larger than 50 MB, or no image.
 */
export async function readPhoto(
	run: Run,
	itemIndex: number,
	field: string | IBinaryData,
): Promise<Photo> {
	const file = findFile(run, itemIndex, field);
	const name = typeof field === 'string' ? `in '${field}'` : "of 'Input Data Field Name'";
	const { size, head } = await lookInto(run, file);
	if (size > LARGEST_PHOTO) {
		refuse(
			`The photo ${name} has ${(size / 1e6).toFixed(1)} MB`,
			`302.AI takes up to ${LARGEST_PHOTO / 1e6} MB. Make it smaller first, for instance with the Edit Image node.`,
		);
	}
	const format = imageFormatOf(head);
	if (!format) {
		refuse(`The file ${name} is not an image`, 'Hand on the photo itself, as PNG, JPEG or WebP.');
	}
	return { file, size, format, fingerprint: fingerprintOf(file) };
}

/** What tells a file from others. */
export function fingerprintOf({ id, data }: IBinaryData): string {
	return id || `${data.length} ${checksumOf(data)}`;
}

/** Tells files in memory apart; no secret depends on it. */
function checksumOf(text: string): number {
	let sum = 0;
	for (let index = 0; index < text.length; index += 1) {
		sum = (Math.imul(sum, 31) + text.charCodeAt(index)) | 0;
	}
	return sum;
}

/** What 'Input Data Field Name' is when nobody has changed it. */
const DEFAULT_FIELD = 'data';

/** @throws FailureError of kind `parameter` when there is no such file. */
export function findFile(run: Run, itemIndex: number, field: string | IBinaryData): IBinaryData {
	const names = fileFieldsOf(run, itemIndex);
	const [only, ...others] = names;
	const isLeftAlone = field === DEFAULT_FIELD && !names.includes(field);
	const wanted = isLeftAlone && only !== undefined && others.length === 0 ? only : field;
	try {
		// n8n's own way to a file, which knows where each version and setting of n8n keeps it.
		const file: unknown =
			typeof wanted === 'string' ? run.context.helpers.assertBinaryData(itemIndex, wanted) : wanted;
		if (!isFile(file)) throw new Error('It is no file.');
		// Nodes that make a file of a data URL may leave it one.
		return file.data?.startsWith('data:')
			? { ...file, data: file.data.replace(/^[^,]*,/, '') }
			: file;
	} catch (error) {
		const name = typeof field === 'string' ? `'${field.slice(0, 50)}'` : "'Input Data Field Name'";
		const message = `There is no file in the field ${name} of the incoming item`;
		throw failed({ kind: 'parameter', message, remedy: whereFilesAre(run, names) }, error);
	}
}

function whereFilesAre({ isTool }: Run, names: string[]): string {
	if (isTool) {
		return "Files do not reach a tool by themselves. Give the file of another node by an expression in 'Input Data Field Name', such as {{ $('Photo').first().binary.data }}.";
	}
	return names.length === 0
		? 'The item holds no file: check that the node before this one hands one on. Base64 in a text becomes a file with the Convert to File node.'
		: `The item holds files in: ${names.join(', ')}. Put one of these into 'Input Data Field Name'.`;
}

/** Every field of an item that holds a file, in both ways in which n8n keeps them. */
function fileFieldsOf({ context }: Run, itemIndex: number): string[] {
	const item = context.getInputData()[itemIndex];
	const inJson = item?.json._files;
	const namesOf = (files: object): string[] =>
		Object.entries(files).flatMap(([name, file]) => (isFile(file) ? [name] : []));
	return [
		...namesOf(item?.binary ?? {}),
		...namesOf(isRecord(inJson) ? inJson : {}).map((name) => `_files.${name}`),
	];
}

async function lookInto(run: Run, file: IBinaryData): Promise<{ size: number; head: Buffer }> {
	if (!file.id) {
		const bytes = Buffer.from(file.data, 'base64');
		return { size: bytes.length, head: bytes.subarray(0, HEAD_BYTES) };
	}
	// Each holds a file open, and systems allow a few hundred.
	const turn = await laneFor(run, 'files').enter();
	try {
		const { fileSize } = await run.context.helpers.getBinaryMetadata(file.id);
		const stored = await run.context.helpers.getBinaryStream(file.id, 1024);
		const chunks: Buffer[] = [];
		// Leaving the loop closes the file.
		for await (const chunk of stored) {
			chunks.push(chunk);
			if (Buffer.concat(chunks).length >= HEAD_BYTES) break;
		}
		return { size: fileSize, head: Buffer.concat(chunks).subarray(0, HEAD_BYTES) };
	} catch (error) {
		throw notInStorage(error);
	} finally {
		turn.end();
	}
}

/** Formats that the upload takes, as far as 302.AI's pages say. */
const USUAL = ['PNG', 'JPEG', 'WebP'];

const ON_PHONE =
	"An iPhone does so with Settings > Camera > Formats > Most Compatible; n8n's Edit Image node cannot read HEIC.";

/** Kinds of failure that the format of a photo may be to blame for. */
const OF_THE_PHOTO: FailureKind[] = ['api', 'task'];

/** The same error, with what to try when a photo is of a format of which nobody knows whether 302.AI takes it. */
export function adviceOnPhoto(photo: string | Photo, error: unknown): FailureError {
	const known = failureError(error);
	const { failure, cause } = known;
	const format = typeof photo === 'string' ? formatOfLink(photo) : photo.format.name;
	const isUsual = format === undefined || USUAL.includes(format);
	if (isUsual || !OF_THE_PHOTO.includes(failure.kind)) return known;
	const onPhone = format === 'HEIC' ? ON_PHONE : "n8n's Edit Image node may be able to convert it.";
	const advice = `The photo is a ${format} file, which 302.AI may not take. Save it as JPEG. ${onPhone}`;
	return failed(withAdvice(failure, advice), cause);
}

function formatOfLink(link: string): string | undefined {
	const ending = /\.(heic|heif|avif|tiff?|bmp|gif)$/i.exec(new URL(link).pathname)?.at(1);
	return ending?.toUpperCase().replace('HEIF', 'HEIC').replace(/^TIF$/, 'TIFF');
}
