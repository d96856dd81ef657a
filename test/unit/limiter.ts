import { Flight, type CallOutcome } from '../../nodes/shared/transport/queue';
import type { VirtualClock } from './virtualClock';

const WINDOW_MS = 1000;

/** What a simulated API allows, and how it behaves. Times in milliseconds. */
export interface Limits {
	callsPerSecond?: number;
	atOnce?: number;
	/** How long a call takes that is carried out. */
	callTakes: number;
	/** How long a refusal takes. */
	refusalTakes: number;
	/** `Retry-After` of refusals. */
	retryAfter?: number;
}

/** An API with limits like those of 302.AI: of the calls of any one second, and of the calls open at once. */
export class Limiter {
	mostOpen = 0;
	refusals = 0;
	private open = 0;
	private accepted: number[] = [];

	constructor(
		private readonly clock: VirtualClock,
		private readonly limits: Limits,
	) {}

	async call(): Promise<CallOutcome> {
		const { callsPerSecond = Infinity, atOnce = Infinity, retryAfter } = this.limits;
		const now = this.clock.now();
		this.accepted = this.accepted.filter((at) => now - at < WINDOW_MS);
		if (this.open >= atOnce) return await this.refuse('concurrency', retryAfter);
		if (this.accepted.length >= callsPerSecond) return await this.refuse('rate', retryAfter);
		this.accepted.push(now);
		this.open += 1;
		this.mostOpen = Math.max(this.mostOpen, this.open);
		await this.clock.after(this.limits.callTakes);
		this.open -= 1;
		return { kind: 'answered' };
	}

	/** The shortest time in which `calls` can be carried out, by a client that knows the limits. */
	ownTime(calls: number): number {
		const { callsPerSecond = Infinity, atOnce = Infinity, callTakes } = this.limits;
		return Math.max((calls / callsPerSecond) * 1000, (calls / atOnce) * callTakes);
	}

	private async refuse(limit: 'rate' | 'concurrency', retryAfter?: number): Promise<CallOutcome> {
		this.refusals += 1;
		await this.clock.after(this.limits.refusalTakes);
		return { kind: 'refused', limit, retryAfter };
	}
}

/** Makes one call through `flight` and again whenever it is refused, as a task does. Resolves with the number of refusals. */
export async function callUntilAnswered(flight: Flight, limiter: Limiter): Promise<number> {
	for (let refusals = 0; ; refusals += 1) {
		const outcome = await flight.call(
			() => Number.POSITIVE_INFINITY,
			async () => {
				const value = await limiter.call();
				return { value, outcome: value };
			},
		);
		if (outcome?.kind === 'answered') return refusals;
	}
}
