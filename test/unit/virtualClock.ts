/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
import type { Clock } from '../../nodes/shared/transport/clock';

interface Timer {
	at: number;
	fire: () => void;
}

/** A clock whose time moves only when everything is waiting, and then straight to the next thing that is due. */
export class VirtualClock implements Clock {
	/** Every pause that was begun, in milliseconds. */
	readonly pauses: number[] = [];
	private time = 0;
	private timers: Timer[] = [];

	constructor(start = 1_700_000_000_000) {
		this.time = start;
	}

	now(): number {
		return this.time;
	}

	/** Pauses that are neither over nor ended. */
	get open(): number {
		return this.timers.length;
	}

	async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		this.pauses.push(milliseconds);
		await new Promise<void>((resolve, reject) => {
			const end = (settle: () => void): void => {
				this.timers = this.timers.filter((other) => other !== timer);
				signal.removeEventListener('abort', onAbort);
				settle();
			};
			const onAbort = (): void => end(() => reject(signal.reason));
			const timer: Timer = { at: this.time + milliseconds, fire: () => end(resolve) };
			this.timers.push(timer);
			signal.addEventListener('abort', onAbort, { once: true });
		});
	}

	/** A pause that nothing ends early, for what the tests themselves play. */
	async after(milliseconds: number): Promise<void> {
		await new Promise<void>((resolve) => {
			const timer: Timer = {
				at: this.time + milliseconds,
				fire: () => {
					this.timers = this.timers.filter((other) => other !== timer);
					resolve();
				},
			};
			this.timers.push(timer);
		});
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
		while (this.timers.some(({ at }) => at <= end)) {
			this.step();
			await everythingWaits();
		}
		this.time = end;
	}

	/** Moves the time to what is due next, and fires that alone. */
	private step(): boolean {
		if (this.timers.length === 0) return false;
		const next = this.timers.reduce((first, timer) => (timer.at < first.at ? timer : first));
		this.time = Math.max(this.time, next.at);
		next.fire();
		return true;
	}
}

/** Resolves when no promise is left that could go on by itself. */
export async function everythingWaits(): Promise<void> {
	await new Promise<void>((resolve) => setImmediate(resolve));
}
