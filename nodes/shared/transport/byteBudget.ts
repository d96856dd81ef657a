import type { Clock } from './clock';

/**
 * Bytes that are read at the same time: more come no faster, and leave more memory behind than V8 frees while they come. A
 * single body is always read, however large it is.
 */
const MOST_BYTES = 20_000_000;
/** Milliseconds after which a body no longer counts: it comes so slowly that there is room on the line for the next. */
const SLOW_AFTER = 500;

/** Lets large bodies be read a few at a time, and small or slow ones many at a time. */
export class ByteBudget {
	private bytesInUse = 0;
	private readonly line: Array<{ bytes: number; go: () => void }> = [];

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {
		signal.addEventListener('abort', () => this.next(), { once: true });
	}

	/** Reads a body of `bytes` when there is room for it. */
	async read<T>(bytes: number, read: () => Promise<T>): Promise<T> {
		await new Promise<void>((go) => {
			this.line.push({ bytes, go });
			this.next();
		});
		let held = bytes;
		const release = (): void => {
			this.bytesInUse -= held;
			held = 0;
			this.next();
		};
		const ended = new AbortController();
		const either = AbortSignal.any([this.signal, ended.signal]);
		this.clock.pause(SLOW_AFTER, either).then(release, () => {});
		try {
			this.signal.throwIfAborted();
			return await read();
		} finally {
			ended.abort('read');
			release();
		}
	}

	private next(): void {
		for (let first = this.line.at(0); first; first = this.line.at(0)) {
			const fits = this.bytesInUse === 0 || this.bytesInUse + first.bytes <= MOST_BYTES;
			if (!fits && !this.signal.aborted) return;
			this.line.shift();
			this.bytesInUse += first.bytes;
			first.go();
		}
	}
}
