import type { IBinaryData } from 'n8n-workflow';

import type { ImageFormat } from '../api/imageFormat';
import { failed, type Failure, type FailureError } from '../failure';
import type { Run } from '../run';
import { quotable } from '../sentences';

/** An image in n8n's storage, to be sent as the one field of a form. */
export interface FormFile {
	file: IBinaryData;
	/** Bytes, as the storage says. */
	size: number;
	format: ImageFormat;
}

/** A form with one file. @throws FailureError of kind `parameter` when n8n's storage does not hand over the whole file. */
export async function multipartOf(
	run: Run,
	{ file, size, format: { extension, mimeType } }: FormFile,
): Promise<{ body: Buffer; contentType: string }> {
	const bytes = await readStored(run, file);
	if (bytes.length !== size) {
		throw notInStorage(new Error('The file is longer or shorter than the storage says.'));
	}
	const boundary = `n8n-${Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('')}`;
	const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.${extension}"\r\nContent-Type: ${mimeType}\r\n\r\n`;
	const tail = `\r\n--${boundary}--\r\n`;
	return {
		body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(tail)]),
		contentType: `multipart/form-data; boundary=${boundary}`,
	};
}

async function readStored(
	{ context: { helpers } }: Run,
	{ id, data }: IBinaryData,
): Promise<Buffer> {
	if (!id) return Buffer.from(data, 'base64');
	try {
		return await helpers.binaryToBuffer(await helpers.getBinaryStream(id));
	} catch (error) {
		throw notInStorage(error);
	}
}

/** What it means that n8n's storage did not hand over a file: mostly it never was in this n8n's, or has been pruned. */
export function notInStorage(error: unknown): FailureError {
	const said = quotable(error instanceof Error ? error.message : String(error));
	const failure: Failure = {
		kind: 'parameter',
		message: `The storage of this n8n did not hand over the file: ${said}`,
		remedy:
			'Run the workflow again from the node that made the file. Where n8n runs as several processes, they must share their files (N8N_DEFAULT_BINARY_DATA_MODE=database or s3, or one folder for all).',
	};
	return failed(failure, error);
}
