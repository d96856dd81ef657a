/** One who stands in line for a `T`. */
interface Entry<T> {
	since: number;
	/** Milliseconds of silence of the API after which it gives up. */
	patience: number;
	go(turn: T): void;
	fail(reason: unknown): void;
}

/** First in, first out, at the same cost however many stand in it. */
export class Line<T> {
	private entries: Array<Entry<T>> = [];
	/** Where the first one is; those before it have left. */
	private start = 0;

	get first(): Entry<T> | undefined {
		return this.entries[this.start];
	}

	push(entry: Entry<T>): void {
		this.entries.push(entry);
	}

	shift(): Entry<T> | undefined {
		const entry = this.first;
		if (entry === undefined) return undefined;
		this.start += 1;
		if (this.start > 1000 && this.start * 2 > this.entries.length) {
			this.entries = this.entries.slice(this.start);
			this.start = 0;
		}
		return entry;
	}

	/** Takes out all that `leaves` says so of. */
	takeOut(leaves: (entry: Entry<T>) => boolean): Array<Entry<T>> {
		const all = this.entries.slice(this.start);
		this.entries = all.filter((entry) => !leaves(entry));
		this.start = 0;
		return all.filter(leaves);
	}
}
