import { json, type Answer } from './answers';
import type { Limits } from '../types';

const WINDOW_MS = 1000;

/** Says of each call whether it may come in, by the calls of the last second and by those still open. */
export class Limiter {
	private limits: Limits;

	private accepted: number[] = [];

	private open = 0;

	constructor(limits: Limits = {}) {
		this.limits = limits;
	}

	set(limits: Limits): void {
		this.limits = limits;
	}

	/** A function that gives the place back, or the refusal to answer with. */
	enter(now: number): (() => void) | Answer {
		const { callsPerSecond = Infinity, atOnce = Infinity } = this.limits;
		while (this.accepted.length > 0 && now - this.accepted[0] >= WINDOW_MS) this.accepted.shift();
		if (this.open >= atOnce) {
			return this.refuse(50430, 'Request Has Reached API Concurrent Limit');
		}
		if (this.accepted.length >= callsPerSecond) {
			return this.refuse(50429, 'Request Has Reached API Limit, Please Try Later');
		}
		// Without a limit nothing ever looks at the times, so a long run must not collect them.
		if (callsPerSecond !== Infinity) this.accepted.push(now);
		this.open += 1;
		return () => void (this.open -= 1);
	}

	private refuse(code: number, message: string): Answer {
		const { retryAfter } = this.limits;
		const headers: Record<string, string> =
			retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
		return json(429, { code, status: code, message }, headers);
	}
}
