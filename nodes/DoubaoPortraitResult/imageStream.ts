import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import type { Fault } from '../shared/api/fault';
import type { Run } from '../shared/api/run';
import {
	HEAD_BYTES,
	TAIL_BYTES,
	imageFormatOf,
	mayBeCutImage,
	type ImageFormat,
} from '../shared/portrait/imageFormat';
import { noImage, notStored, tooLarge } from './imageFailures';

export type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

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
	let broken = body.errored !== null;
	body.on('error', () => {
		broken = true;
	});
	const head = await readHead(body);
	if (head.length < HEAD_BYTES && mayBeCutImage(head)) return cutShort(host);
	const format = imageFormatOf(head);
	if (!format) throw noImage(`What ${host} sent is not an image`);
	body.unshift(head);
	// In the next tick Node.js lets a stream flow that has a listener when its iterator was left, so nobody listens until then.
	await run.clock.pause(0, run.signal);
	// A storage that only listens would never hear of it.
	if (body.errored) throw body.errored;
	const watch = watchImage(body, format, mostBytes);
	const fileName = `${baseName}.${format.extension}`;
	try {
		return await run.context.helpers.prepareBinaryData(body, fileName, format.mimeType);
	} catch (error) {
		// n8n's storages wrap what the stream threw, each in its own way, so the watch says what it was.
		if (watch.problem === 'cutShort') return cutShort(host);
		if (watch.problem === 'tooLarge') return await Promise.reject(tooLarge(mostBytes));
		return await Promise.reject(broken ? error : notStored(error));
	}
}

interface Watch {
	problem?: 'cutShort' | 'tooLarge';
}

/**
 * Looks at the bytes of an image as somebody else reads them, who gets an error as soon as they are too many, or in place of
 * the end when they end before the image does. A stream in between would do the same, and take a fifth of the time more.
 */
function watchImage(body: Readable, format: ImageFormat, mostBytes: number): Watch {
	const watch: Watch = {};
	let size = 0;
	let tail = Buffer.alloc(0);
	// Unlike on(), this does not set the stream flowing: that is for the storage to do, each does it in its own way.
	body.prependListener('data', (chunk: Buffer) => {
		size += chunk.length;
		tail =
			chunk.length >= TAIL_BYTES
				? chunk.subarray(-TAIL_BYTES)
				: Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
		if (size <= mostBytes) return;
		watch.problem = 'tooLarge';
		body.destroy(new Error(watch.problem));
	});
	body.prependListener('end', () => {
		if (format.isWhole(tail, size)) return;
		watch.problem = 'cutShort';
		// It is too late to destroy the stream, but those who listened later have not heard of the end yet.
		body.emit('error', new Error(watch.problem));
	});
	return watch;
}

async function readHead(body: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body.iterator({ destroyOnReturn: false })) {
		chunks.push(chunk);
		size += chunk.length;
		if (size >= HEAD_BYTES) return Buffer.concat(chunks);
	}
	return Buffer.concat(chunks);
}

function cutShort(host: string): Fault {
	return {
		kind: 'fault',
		retry: 'fewTimes',
		neverArrived: false,
		failure: { kind: 'image', message: `The image from ${host} was cut short`, remedy: '' },
	};
}
