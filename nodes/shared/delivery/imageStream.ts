import type { IBinaryData } from 'n8n-workflow';

import { failed, type FailureError } from '../failure';
import { HEAD_BYTES, imageFormatOf, mayBeCutImage, TAIL_BYTES } from '../portrait/imageFormat';
import type { Run } from '../run';
import type { NetworkFailure } from '../transport/networkFailure';
import { passedThrough, type Readable } from '../transport/stream';
import { noImage, notStored, tooLarge } from './imageFailures';

/**
 * How far an image is read ahead of the storage: Node.js takes up to twice as many pieces, 1 MB or less in all. Otherwise what
 * comes while a piece is written gathers in n8n's HTTP client, which copies it into one piece.
 */
const PIECES_AHEAD = 8;

/**
 * Streams what an image host sent into n8n's storage. Its format is told from its first bytes, its being whole from its last.
 *
 * @param host named in messages.
 * @param mostBytes a longer image is not read to its end.
 * @returns a network failure when the image was cut short; no part of it is kept then.
 * @throws FailureError of kind `image` when it is too large or no image at all; what the connection threw when it broke.
 */
export async function storeStream(
	run: Run,
	body: Readable,
	{ host, baseName, mostBytes }: { host: string; baseName: string; mostBytes: number },
): Promise<IBinaryData | NetworkFailure> {
	const head = await readHead(body);
	if (head.length < HEAD_BYTES && mayBeCutImage(head)) return cutShort(host);
	const format = imageFormatOf(head);
	if (!format) throw noImage(`What ${host} sent is not an image`);
	body.unshift(head);
	/** Why the image is not stored, where its bytes are to blame. */
	let refusal: FailureError | NetworkFailure | undefined;
	let size = 0;
	let tail = Buffer.alloc(0);
	const ahead = body.map(
		(piece: Buffer) => {
			size += piece.length;
			if (size > mostBytes) throw (refusal = tooLarge(mostBytes));
			tail = lastBytes(tail, piece);
			return piece;
		},
		{ concurrency: PIECES_AHEAD },
	);
	const checked = passedThrough(ahead, async function* (pieces) {
		yield* pieces;
		if (format.isWhole(tail, size)) return;
		refusal = cutShort(host);
		// What the storage has of it by now is thrown away.
		throw failed(refusal.failure);
	});
	try {
		const fileName = `${baseName}.${format.extension}`;
		return await run.context.helpers.prepareBinaryData(checked, fileName, format.mimeType);
	} catch (error) {
		// n8n's storages wrap what the stream threw, each in its own way.
		if (refusal && 'retry' in refusal) return refusal;
		throw refusal ?? body.errored ?? notStored(error);
	}
}

/** Enough from the end of `before` and `piece` to tell whether an image is whole. */
function lastBytes(before: Buffer, piece: Buffer): Buffer {
	const last = piece.length >= TAIL_BYTES ? piece : Buffer.concat([before, piece]);
	return last.subarray(-TAIL_BYTES);
}

async function readHead(body: Readable): Promise<Buffer> {
	const head: Buffer[] = [];
	let size = 0;
	for await (const piece of body.iterator({ destroyOnReturn: false })) {
		head.push(piece);
		size += piece.length;
		if (size >= HEAD_BYTES) break;
	}
	return Buffer.concat(head);
}

function cutShort(host: string): NetworkFailure {
	return {
		kind: 'networkFailure',
		retry: 'fewTimes',
		neverArrived: false,
		failure: { kind: 'image', message: `The image from ${host} was cut short`, remedy: '' },
	};
}
