import type { IExecuteFunctions } from 'n8n-workflow';

/** A stream as n8n's helpers hand it over. */
export type Readable = Awaited<ReturnType<IExecuteFunctions['helpers']['getBinaryStream']>>;

/** `source` as `pieces` hands it on, which may change it, add to it, or throw. */
export function passedThrough(
	source: Readable,
	pieces: (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>,
): Readable {
	const passed = source.compose<Readable>(pieces);
	// Node.js listens for errors on the way only once somebody reads, and an error that nobody hears would end n8n itself.
	passed.on('error', () => {});
	// What ends before the first piece is asked for would leave it open.
	passed.once('close', () => source.destroy());
	passed.read(0);
	return passed;
}
