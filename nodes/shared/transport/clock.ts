import { sleep } from 'n8n-workflow';

/** Time as the waiting sees it; tests put a virtual one in its place. */
export interface Clock {
	/** Milliseconds since an arbitrary start. */
	now(): number;
	/** Resolves after `milliseconds`; rejects with the signal's reason as soon as it is aborted. */
	pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	pause: async (milliseconds, shared) => {
		shared.throwIfAborted();
		// Listeners go on a signal of this pause's own: Node.js warns, in n8n's log, when more than ten are on the same one.
		const signal = AbortSignal.any([shared]);
		let stop = (): void => {};
		// n8n before 2.34 ignores the signal given to sleep, so the race ends the wait there.
		const aborted = new Promise<never>((_resolve, reject) => {
			stop = () => reject(signal.reason);
			signal.addEventListener('abort', stop, { once: true });
		});
		try {
			await Promise.race([sleep(milliseconds, signal), aborted]);
		} finally {
			signal.removeEventListener('abort', stop);
		}
	},
};
