/** The bytes of an answer or of a file. */
export interface Bytes {
	/** All of them, or the beginning of a body that is longer than it may be. */
	bytes: Buffer;
	isCut: boolean;
}

/** Bytes that are kept of what is too long, to tell what it is. */
const BEGINNING = 10_000;

/**
 * Reads a body, and no further than `limit`.
 *
 * @param limit most bytes, decompressed.
 */
export async function readBytes(body: AsyncIterable<Uint8Array>, limit: number): Promise<Bytes> {
	const pieces: Uint8Array[] = [];
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
		pieces.push(piece);
		// Leaving the loop ends the stream.
		if (size > limit)
			return { bytes: Buffer.concat(pieces, Math.min(size, BEGINNING)), isCut: true };
	}
	return { bytes: Buffer.concat(pieces), isCut: false };
}
