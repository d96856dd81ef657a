import type { Clock } from '../transport/clock';

/** A task whose next question waits for its time. */
interface Pausing {
	since: number;
	wake(why: 'early' | 'fewerLeft'): void;
}

/** Tasks that are looked at early for each one that has ended: when many end at about the same time, all are found soon. */
const LOOKED_AT_EARLY = 2;
/** Milliseconds since its last look after which a task may be looked at early. */
const EARLIEST = 1000;
/** Tasks left from which on every end shortens the pauses of the others: those were meant for more tasks. */
const FEW = 12;

/** The tasks of a run that are known to be running: what one of them shows says something about when the others end. */
export class RunningTasks {
	private readonly tasks = new Set<object>();
	/** Those that pause the longest come first. */
	private readonly pausing = new Set<Pausing>();
	private lastEndedAt?: number;

	constructor(private readonly clock: Clock) {}

	get count(): number {
		return this.tasks.size;
	}

	/** Milliseconds since a task of the run was last seen to have ended; infinite when none was. */
	get sinceLastEnd(): number {
		return this.lastEndedAt === undefined ? Infinity : this.clock.now() - this.lastEndedAt;
	}

	add(task: object): void {
		this.tasks.add(task);
	}

	remove(task: object): void {
		this.tasks.delete(task);
		if (this.tasks.size > FEW) return;
		for (const other of [...this.pausing]) other.wake('fewerLeft');
	}

	/** One of the tasks was seen to have ended. */
	sawEnd(): void {
		const now = this.clock.now();
		this.lastEndedAt = now;
		const early = [...this.pausing].filter(({ since }) => now - since >= EARLIEST);
		for (const task of early.slice(0, LOOKED_AT_EARLY)) {
			this.pausing.delete(task);
			task.wake('early');
		}
	}

	/**
	 * Pauses before the next look at a task, less long when others end. Rejects with the signal's reason when that is aborted.
	 *
	 * @param milliseconds how long, as things are now: asked again when they have changed, and then never for longer.
	 */
	async pause(milliseconds: () => number, signal: AbortSignal): Promise<void> {
		const since = this.clock.now();
		let until = since + milliseconds();
		while ((await this.pauseUntil(until, since, signal)) === 'fewerLeft') {
			until = Math.min(until, since + milliseconds());
		}
	}

	private async pauseUntil(
		until: number,
		since: number,
		signal: AbortSignal,
	): Promise<'over' | 'early' | 'fewerLeft'> {
		const over = new AbortController();
		const either = AbortSignal.any([signal, over.signal]);
		const milliseconds = Math.max(0, until - this.clock.now());
		let task: Pausing | undefined;
		return await new Promise<'over' | 'early' | 'fewerLeft'>((resolve, reject) => {
			task = { since, wake: resolve };
			this.pausing.add(task);
			this.clock.pause(milliseconds, either).then(() => resolve('over'), reject);
		}).finally(() => {
			if (task) this.pausing.delete(task);
			over.abort('over');
		});
	}
}
