import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { failed } from '../shared/failure';
import { HEAD_BYTES, imageFormatOf, type ImageFormat } from '../shared/portrait/imageFormat';
import { LARGEST_PHOTO } from '../shared/portrait/submitRequest';

type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** A photo of an incoming item that has been looked at and may be uploaded. */
export interface Photo {
	file: IBinaryData;
	format: ImageFormat;
	/** Bytes. */
	size: number;
}

/**
 * Looks at the size and the first bytes of the incoming file.
 *
 * @throws FailureError of kind `parameter` when there is none, it is larger than 50 MB, or no PNG, JPEG or WebP.
 */
export async function readPhoto(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<Photo> {
	const file = context.getInputData()[itemIndex].binary?.[field];
	if (!file) {
		throw failed({
			kind: 'parameter',
			message: `There is no file in the field '${field}' of the incoming item`,
			remedy: "Check 'Input Data Field Name', and that the node before this one hands on a file.",
		});
	}
	const { size, head } = await lookInto(context, file);
	if (size > LARGEST_PHOTO) {
		throw failed({
			kind: 'parameter',
			message: `The photo in the field '${field}' has ${(size / 1e6).toFixed(1)} MB`,
			remedy: `302.AI takes up to ${LARGEST_PHOTO / 1e6} MB. Make it smaller first, for instance with the Edit Image node.`,
		});
	}
	const format = imageFormatOf(head);
	if (!format || format.extension === 'gif') {
		throw failed({
			kind: 'parameter',
			message: `The file in the field '${field}' is not a PNG, JPEG or WebP image`,
			remedy:
				'Hand on the photo itself, or convert it first, for instance with the Edit Image node.',
		});
	}
	return { file, format, size };
}

/** The body of the upload: multipart with the one field `file`, streamed from n8n's storage. */
export async function multipartOf(
	context: IExecuteFunctions,
	{ file, format, size }: Photo,
): Promise<{ body: Readable | Buffer; contentType: string; contentLength: number }> {
	const boundary = `n8n-${Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('')}`;
	const head = Buffer.from(
		`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.${format.extension}"\r\nContent-Type: ${format.mimeType}\r\n\r\n`,
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	const contentType = `multipart/form-data; boundary=${boundary}`;
	const contentLength = head.length + size + tail.length;
	if (file.id === undefined) {
		const body = Buffer.concat([head, Buffer.from(file.data, 'base64'), tail]);
		return { body, contentType, contentLength };
	}
	const stored = await context.helpers.getBinaryStream(file.id);
	const body = stored.compose<Readable>(async function* (source: AsyncIterable<Buffer>) {
		yield head;
		yield* source;
		yield tail;
	});
	return { body, contentType, contentLength };
}

async function lookInto(
	context: IExecuteFunctions,
	file: IBinaryData,
): Promise<{ size: number; head: Buffer }> {
	if (file.id === undefined) {
		const bytes = Buffer.from(file.data, 'base64');
		return { size: bytes.length, head: bytes.subarray(0, HEAD_BYTES) };
	}
	const { fileSize } = await context.helpers.getBinaryMetadata(file.id);
	const stored = await context.helpers.getBinaryStream(file.id, 1024);
	const chunks: Buffer[] = [];
	// Leaving the loop closes the file.
	for await (const chunk of stored) {
		chunks.push(chunk);
		if (Buffer.concat(chunks).length >= HEAD_BYTES) break;
	}
	return { size: fileSize, head: Buffer.concat(chunks).subarray(0, HEAD_BYTES) };
}
