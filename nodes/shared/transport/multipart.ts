import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { failed, failureError, type FailureError } from '../failure';
import type { Run } from '../run';
import { quotable } from '../sentences';
import { passedThrough, type Readable } from './stream';

/** A file in n8n's storage, to be sent as the one field of a form. */
export interface FormFile {
	field: string;
	/** Any name with the right ending. */
	fileName: string;
	mimeType: string;
	stored: IBinaryData;
}

/** What goes out for a form. */
export interface FormBody {
	body: Readable | Buffer;
	headers: Record<string, string | number>;
	/** `by` is set when the storage did not hand over the whole file, and so nobody got a whole form. */
	broken?: { by?: FailureError };
}

/** A form with one file, streamed from n8n's storage. To be made anew for each request: a stream can be sent once. */
export async function multipartOf(
	{ context }: Run,
	{ field, fileName, mimeType, stored }: FormFile,
): Promise<FormBody> {
	const boundary = `n8n-${Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('')}`;
	const head = Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${fileName}"\r\nContent-Type: ${mimeType}\r\n\r\n`,
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	const headersFor = (size: number): Record<string, string | number> => ({
		'Content-Type': `multipart/form-data; boundary=${boundary}`,
		'Content-Length': head.length + size + tail.length,
	});
	if (stored.id === undefined) {
		const bytes = Buffer.from(stored.data, 'base64');
		return { body: Buffer.concat([head, bytes, tail]), headers: headersFor(bytes.length) };
	}
	const { size, stream } = await open(context, stored.id);
	const broken: FormBody['broken'] = {};
	const body = passedThrough(stream, async function* (source) {
		yield head;
		try {
			yield* wholeFile(source, size);
		} catch (error) {
			// When the connection breaks, the file is closed with that error.
			if (OF_FILES.test(String(error))) broken.by = notInStorage(error);
			throw broken.by ?? failureError(error);
		}
		yield tail;
	});
	return { body, headers: headersFor(size), broken };
}

/** Errors of files, and of nothing else. */
const OF_FILES =
	/ENOENT|EACCES|EPERM|EIO\b|EMFILE|ENFILE|EISDIR|not found|NoSuchKey|longer or shorter/i;

/** @throws Error when the file is not as long as the storage said, after which no server takes the form for whole. */
async function* wholeFile(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
	let left = size;
	for await (const piece of source) {
		left -= piece.length;
		if (left < 0) break;
		yield piece;
	}
	if (left !== 0) throw new Error('The file is longer or shorter than the storage says.');
}

/** What it means that n8n's storage did not hand over a file: mostly it never was in this n8n's, or has been pruned. */
export function notInStorage(error: unknown): FailureError {
	const said = quotable(error instanceof Error ? error.message : String(error));
	const isGone = /ENOENT|not found|no such|does not exist|NoSuchKey|missing/i.test(said);
	return failed(
		isGone
			? {
					kind: 'parameter',
					message: `The file is not in the storage of this n8n: ${said}`,
					remedy:
						'Run the workflow again from the node that made the file. Where n8n runs as several processes, they must share their files (N8N_DEFAULT_BINARY_DATA_MODE=database or s3, or one folder for all).',
				}
			: {
					kind: 'parameter',
					message: `The storage of this n8n did not hand over the file: ${said}`,
					remedy:
						'Check the disk or the storage that this n8n keeps its files in, and how many files it may have open.',
				},
		error,
	);
}

/** @throws FailureError of kind `parameter` when n8n's storage does not have the file. */
async function open(
	{ helpers }: IExecuteFunctions,
	id: string,
): Promise<{ size: number; stream: Readable }> {
	try {
		const { fileSize } = await helpers.getBinaryMetadata(id);
		return { size: fileSize, stream: await helpers.getBinaryStream(id) };
	} catch (error) {
		throw notInStorage(error);
	}
}
