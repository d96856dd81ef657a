/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
import type { Clock } from '../../nodes/shared/transport/clock';

interface Timer {
	at: number;
	fire: () => void;
}

/** A clock whose time moves only when everything is waiting, and then straight to the next thing that is due. */
export class VirtualClock implements Clock {
	private time = 1_700_000_000_000;
	private readonly timers = new Set<Timer>();

	now(): number {
		return this.time;
	}

	/** Pauses that are neither over nor ended. */
	get open(): number {
		return this.timers.size;
	}

	async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const stop = (): void => {
				this.timers.delete(timer);
				reject(signal.reason);
			};
			const timer = this.timer(milliseconds, () => {
				signal.removeEventListener('abort', stop);
				resolve();
			});
			signal.addEventListener('abort', stop, { once: true });
		});
	}

	/** A pause that nothing ends early, for what the tests themselves play. */
	async after(milliseconds: number): Promise<void> {
		await new Promise<void>((resolve) => this.timer(milliseconds, resolve));
	}

	/** Fires at a whole millisecond, as real ones do. */
	private timer(milliseconds: number, fire: () => void): Timer {
		const timer = { at: this.time + Math.ceil(milliseconds), fire };
		this.timers.add(timer);
		return timer;
	}

	/** Runs `work` to its end. Fails when it waits for something that never comes. */
	async run<T>(work: Promise<T>): Promise<T> {
		let settled = false;
		const watched = work.finally(() => {
			settled = true;
		});
		watched.catch(() => {});
		for (;;) {
			await everythingWaits();
			if (settled) return await watched;
			if (!this.step()) throw new Error('Everything waits, and nothing is due');
		}
	}

	/** Lets `milliseconds` pass. */
	async pass(milliseconds: number): Promise<void> {
		const end = this.time + milliseconds;
		await everythingWaits();
		while ([...this.timers].some(({ at }) => at <= end)) {
			this.step();
			await everythingWaits();
		}
		this.time = end;
	}

	/** Moves the time to what is due next, and fires that alone. */
	private step(): boolean {
		if (this.timers.size === 0) return false;
		const next = [...this.timers].reduce((first, timer) => (timer.at < first.at ? timer : first));
		this.timers.delete(next);
		this.time = Math.max(this.time, next.at);
		next.fire();
		return true;
	}
}

/** Resolves when no promise is left that could go on by itself. */
export async function everythingWaits(): Promise<void> {
	await new Promise<void>((resolve) => setImmediate(resolve));
}
