import type { Lane } from '../../nodes/shared/transport/gate';
import type { VirtualClock } from './virtualClock';

const WINDOW_MS = 1000;

/** What a simulated API allows, and how it behaves. Times in milliseconds. */
export interface ApiLimits {
	requestsPerSecond?: number;
	atOnce?: number;
	/** How long a request takes that is carried out. */
	responseTakes: number;
	/** How long a refusal takes. */
	refusalTakes: number;
	/** `Retry-After` of refusals. */
	retryAfter?: number;
}

/** How the API takes a request: what a turn is told of it. */
export type ApiResponse =
	| { kind: 'answered' }
	| { kind: 'refused'; limit: 'rate' | 'concurrency'; retryAfter?: number };

/** An API with limits like those of 302.AI: of the requests of any one second, and of the requests open at once. */
export class Limiter {
	mostOpen = 0;
	refusals = 0;
	private open = 0;
	private accepted: number[] = [];

	constructor(
		private readonly clock: VirtualClock,
		private readonly limits: ApiLimits,
	) {}

	async respond(): Promise<ApiResponse> {
		const { requestsPerSecond = Infinity, atOnce = Infinity, retryAfter } = this.limits;
		const now = this.clock.now();
		this.accepted = this.accepted.filter((at) => now - at < WINDOW_MS);
		if (this.open >= atOnce) return await this.refuse('concurrency', retryAfter);
		if (this.accepted.length >= requestsPerSecond) return await this.refuse('rate', retryAfter);
		this.accepted.push(now);
		this.open += 1;
		this.mostOpen = Math.max(this.mostOpen, this.open);
		await this.clock.after(this.limits.responseTakes);
		this.open -= 1;
		return { kind: 'answered' };
	}

	/** The shortest time in which `requests` can be carried out, by a client that knows the limits. */
	ownTime(requests: number): number {
		const { requestsPerSecond = Infinity, atOnce = Infinity, responseTakes } = this.limits;
		return Math.max((requests / requestsPerSecond) * 1000, (requests / atOnce) * responseTakes);
	}

	private async refuse(limit: 'rate' | 'concurrency', retryAfter?: number): Promise<ApiResponse> {
		this.refusals += 1;
		await this.clock.after(this.limits.refusalTakes);
		return { kind: 'refused', limit, retryAfter };
	}
}

/** Stands in line, and again whenever the request is refused, as a task does. Resolves with the number of refusals. */
export async function requestUntilAnswered(
	lane: Lane,
	limiter: Limiter,
	clock: VirtualClock,
): Promise<number> {
	for (let refusals = 0; ; refusals += 1) {
		const turn = await lane.enter();
		const response = await limiter.respond();
		turn.end(response.kind === 'answered' ? 'well' : 'limited');
		if (response.kind === 'answered') return refusals;
		await clock.after(response.retryAfter ?? 0);
	}
}
