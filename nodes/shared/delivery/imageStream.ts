import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { Fault } from '../transport/networkFailure';
import type { Run } from '../run';
import {
	HEAD_BYTES,
	TAIL_BYTES,
	imageFormatOf,
	mayBeCutImage,
} from '../portrait/imageFormat';
import type { FailureError } from '../failure';
import { noImage, notStored, tooLarge } from './imageFailures';

export type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/**
 * How far an image is read ahead of the storage: Node.js takes up to twice as many pieces, 2 MB or less in all. Otherwise what
 * comes while a piece is written gathers in n8n's HTTP client, which copies it into one piece: docs/performance.md.
 */
const PIECES_AHEAD = 16;

/**
 * Streams what an image host sent into n8n's storage. Its format is told from its first bytes, its being whole from its last.
 *
 * @param host named in messages.
 * @param mostBytes a longer image is not read to its end.
 * @returns a fault when the image was cut short; no part of it is kept then.
 * @throws FailureError of kind `image` when it is too large or no image at all.
 */
export async function storeStream(
	run: Run,
	body: Readable,
	{ host, baseName, mostBytes }: { host: string; baseName: string; mostBytes: number },
): Promise<IBinaryData | Fault> {
	const watch = new Watch(mostBytes);
	const pieces = body.map((piece: Buffer) => watch.look(piece), { concurrency: PIECES_AHEAD });
	// The storage may have gone already, and an error that nobody hears would end n8n itself.
	pieces.on('error', () => {});
	const head = await readHead(pieces);
	if (head.length < HEAD_BYTES && mayBeCutImage(head)) return cutShort(host);
	const format = imageFormatOf(head);
	if (!format) throw noImage(`What ${host} sent is not an image`);
	pieces.unshift(head);
	let isCut = false;
	pieces.prependListener('end', () => {
		isCut = !format.isWhole(watch.tail, watch.size);
		// It is too late to destroy the stream, but those who listened later have not heard of the end yet.
		if (isCut) pieces.emit('error', new Error('cutShort'));
	});
	const fileName = `${baseName}.${format.extension}`;
	try {
		return await run.context.helpers.prepareBinaryData(pieces, fileName, format.mimeType);
	} catch (error) {
		// n8n's storages wrap what the stream threw, each in its own way.
		if (isCut) return cutShort(host);
		return await Promise.reject(watch.refusal ?? (body.errored ? error : notStored(error)));
	}
}

/** Looks at the pieces of an image as they pass. */
class Watch {
	size = 0;

	/** The last bytes so far: enough to tell whether an image is whole. */
	tail = Buffer.alloc(0);

	/** Why the image is not read to its end. */
	refusal?: FailureError;

	constructor(private readonly mostBytes: number) {}

	/** @throws FailureError when the image is too large with this piece. */
	look(piece: Buffer): Buffer {
		this.size += piece.length;
		if (this.size > this.mostBytes) throw (this.refusal = tooLarge(this.mostBytes));
		this.tail =
			piece.length >= TAIL_BYTES
				? piece.subarray(-TAIL_BYTES)
				: Buffer.concat([this.tail, piece]).subarray(-TAIL_BYTES);
		return piece;
	}
}

async function readHead(pieces: Readable): Promise<Buffer> {
	const head: Buffer[] = [];
	let size = 0;
	for await (const piece of pieces.iterator({ destroyOnReturn: false })) {
		head.push(piece);
		size += piece.length;
		if (size >= HEAD_BYTES) break;
	}
	return Buffer.concat(head);
}

function cutShort(host: string): Fault {
	return {
		kind: 'fault',
		retry: 'fewTimes',
		neverArrived: false,
		failure: { kind: 'image', message: `The image from ${host} was cut short`, remedy: '' },
	};
}
