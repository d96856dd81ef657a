import type { IBinaryData } from 'n8n-workflow';

import { failed } from '../shared/failure';
import { refusedByN8n } from '../shared/parameters';
import { HEAD_BYTES, imageFormatOf, type ImageFormat } from '../shared/portrait/imageFormat';
import { LARGEST_PHOTO } from '../shared/portrait/submitRequest';
import type { Run } from '../shared/run';

/** A photo of an incoming item that has been looked at and may be uploaded. */
export interface Photo {
	file: IBinaryData;
	format: ImageFormat;
}

/**
 * Looks at the size and the first bytes of the incoming file.
 *
 * @throws FailureError of kind `parameter` when there is none, it is larger than 50 MB, or no PNG, JPEG or WebP.
 */
export async function readPhoto(run: Run, itemIndex: number, field: string): Promise<Photo> {
	const file = run.context.getInputData()[itemIndex]?.binary?.[field];
	if (!file) {
		throw failed({
			kind: 'parameter',
			message: `There is no file in the field '${field}' of the incoming item`,
			remedy: "Check 'Input Data Field Name', and that the node before this one hands on a file.",
		});
	}
	const { size, head } = await lookInto(run, file);
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
	return { file, format };
}

async function lookInto(run: Run, file: IBinaryData): Promise<{ size: number; head: Buffer }> {
	if (file.id === undefined) {
		// Four characters hold three bytes.
		const head = Buffer.from(file.data.slice(0, HEAD_BYTES * 2), 'base64');
		return { size: Buffer.byteLength(file.data, 'base64'), head: head.subarray(0, HEAD_BYTES) };
	}
	// Each holds a file open, and systems allow a few hundred.
	const turn = await run.queue.fileTurn();
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
		throw refusedByN8n(error);
	} finally {
		turn.end();
	}
}
