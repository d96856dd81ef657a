import type { IBinaryData } from 'n8n-workflow';

import type { Run } from '../run';
import { passedThrough, type Readable } from './stream';

/** A file in n8n's storage, to be sent as the one field of a form. */
export interface FormFile {
	field: string;
	/** Any name with the right ending. */
	fileName: string;
	mimeType: string;
	/** Bytes. */
	size: number;
	stored: IBinaryData;
}

/** A form with one file, streamed from n8n's storage. To be made anew for each request: a stream can be sent once. */
export async function multipartOf(
	{ context }: Run,
	{ field, fileName, mimeType, size, stored }: FormFile,
): Promise<{ body: Readable | Buffer; headers: Record<string, string | number> }> {
	const boundary = `n8n-${Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('')}`;
	const head = Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${fileName}"\r\nContent-Type: ${mimeType}\r\n\r\n`,
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	const headers = {
		'Content-Type': `multipart/form-data; boundary=${boundary}`,
		'Content-Length': head.length + size + tail.length,
	};
	if (stored.id === undefined) {
		return { body: Buffer.concat([head, Buffer.from(stored.data, 'base64'), tail]), headers };
	}
	const stream = await context.helpers.getBinaryStream(stored.id);
	const body = passedThrough(stream, async function* (source) {
		yield head;
		yield* source;
		yield tail;
	});
	return { body, headers };
}
