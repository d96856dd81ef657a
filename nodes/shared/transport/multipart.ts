import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { refusedByN8n } from '../parameters';
import type { Run } from '../run';
import { passedThrough, type Readable } from './stream';

/** A file in n8n's storage, to be sent as the one field of a form. */
export interface FormFile {
	field: string;
	/** Any name with the right ending. */
	fileName: string;
	mimeType: string;
	stored: IBinaryData;
}

/** A form with one file, streamed from n8n's storage. To be made anew for each request: a stream can be sent once. */
export async function multipartOf(
	{ context }: Run,
	{ field, fileName, mimeType, stored }: FormFile,
): Promise<{ body: Readable | Buffer; headers: Record<string, string | number> }> {
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
	const body = passedThrough(stream, async function* (source) {
		yield head;
		yield* source;
		yield tail;
	});
	return { body, headers: headersFor(size) };
}

/** @throws FailureError of kind `parameter` when n8n's storage does not have the file any more. */
async function open(
	{ helpers }: IExecuteFunctions,
	id: string,
): Promise<{ size: number; stream: Readable }> {
	try {
		const { fileSize } = await helpers.getBinaryMetadata(id);
		return { size: fileSize, stream: await helpers.getBinaryStream(id) };
	} catch (error) {
		throw refusedByN8n(error);
	}
}
