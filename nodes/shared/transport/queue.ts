import { ByteBudget } from './byteBudget';
import type { Clock } from './clock';
import { Pace, type Sent } from './rateLimit';

/** Requests in flight when the user sets no 'Max Concurrency'. */
const MOST_AT_ONCE = 100;
/** Image downloads at once when the user sets no 'Max Concurrency', so that one host's delay is not paid for each image. */
const IMAGES_AT_ONCE = 32;
/** What bounds the requests of one run. */
export interface Limits {
	/** Most requests in flight, as the user set it. */
	maxConcurrency?: number;
	/** An upper bound for calls to the API, where their answers carry whole images. */
	callsAtOnce?: number;
	/** Calls at once until the API has answered one; one when absent, so that a wrong key costs a single call. */
	callsAtFirst?: number;
}

/** How a call to the API went, as far as the pace cares. */
export type CallOutcome =
	| { kind: 'answered' }
	| { kind: 'refused'; limit: 'rate' | 'concurrency'; retryAfter?: number }
	| { kind: 'fault' };

/** Something that waits for its turn; `go` without one means that no turn will come. */
interface Waiting<Turn> {
	expiresAt: () => number;
	go: (turn?: Turn) => void;
}

/**
 * All requests of one run. Waiting tasks hold no place here, only requests do: calls to the API leave at the pace the API
 * allows, downloads have places of their own and go first, so that an image is fetched as soon as its task is done.
 */
export class Flight {
	readonly pace: Pace;
	/** For reading the images whose requests were answered. */
	readonly imageBytes: ByteBudget;
	private readonly mostAtOnce: number;
	private readonly imagesAtOnce: number;
	private callsInFlight = 0;
	private imagesInFlight = 0;
	private readonly calls: Array<Waiting<Sent>> = [];
	private readonly images: Array<Waiting<true>> = [];
	private wakesAt?: number;
	private closed?: { reason: unknown };

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
		{ maxConcurrency, callsAtOnce, callsAtFirst }: Limits = {},
	) {
		this.mostAtOnce = maxConcurrency ?? MOST_AT_ONCE;
		this.imagesAtOnce = maxConcurrency ?? IMAGES_AT_ONCE;
		const most = Math.min(this.mostAtOnce, callsAtOnce ?? this.mostAtOnce);
		this.pace = new Pace(most, callsAtFirst);
		this.imageBytes = new ByteBudget(clock, signal);
		signal.addEventListener('abort', () => this.next(), { once: true });
	}

	/**
	 * Makes one call to the API when its turn comes.
	 *
	 * @param expiresAt when to give up waiting for a turn; asked again each time, since it may move.
	 * @returns undefined when no turn came before that.
	 */
	async call<T>(
		expiresAt: () => number,
		call: () => Promise<{ value: T; outcome: CallOutcome }>,
	): Promise<T | undefined> {
		const sent = await this.turn(this.calls, expiresAt);
		if (this.closed) {
			if (sent) this.callsInFlight -= 1;
			throw this.closed.reason;
		}
		if (!sent) return undefined;
		try {
			const { value, outcome } = await call();
			const now = this.clock.now();
			if (outcome.kind === 'answered') this.pace.answered(now);
			if (outcome.kind === 'refused') {
				this.pace.refused(now, sent, outcome.limit, outcome.retryAfter);
			}
			return value;
		} finally {
			this.callsInFlight -= 1;
			this.next();
		}
	}

	/** Fetches one image when its turn comes. */
	async image<T>(fetch: () => Promise<T>): Promise<T> {
		await this.turn(this.images, () => Number.POSITIVE_INFINITY);
		try {
			return await fetch();
		} finally {
			this.imagesInFlight -= 1;
			this.next();
		}
	}

	/** No more calls to the API leave, and those waiting for a turn reject with `reason`; downloads go on. */
	closeApi(reason: unknown): void {
		this.closed ??= { reason };
		this.next();
	}

	private async turn<Turn>(
		line: Array<Waiting<Turn>>,
		expiresAt: () => number,
	): Promise<Turn | undefined> {
		this.signal.throwIfAborted();
		const turn = await new Promise<Turn | undefined>((go) => {
			line.push({ expiresAt, go });
			this.next();
		});
		this.signal.throwIfAborted();
		return turn;
	}

	/** Lets go what may go, and sees to it that the rest is looked at again in time. */
	private next(): void {
		const now = this.clock.now();
		if (this.closed || this.signal.aborted) this.dropAll();
		for (let index = this.calls.length - 1; index >= 0; index -= 1) {
			if (this.calls[index].expiresAt() <= now) this.calls.splice(index, 1)[0].go();
		}
		while (
			this.images.length > 0 &&
			this.imagesInFlight < this.imagesAtOnce &&
			this.callsInFlight + this.imagesInFlight < this.mostAtOnce
		) {
			this.imagesInFlight += 1;
			this.images.shift()?.go(true);
		}
		while (
			this.calls.length > 0 &&
			this.callsInFlight < this.pace.mostInFlight &&
			this.callsInFlight + this.imagesInFlight < this.mostAtOnce
		) {
			if (this.pace.earliest(now) > now) break;
			this.callsInFlight += 1;
			this.calls.shift()?.go(this.pace.sent(now, this.callsInFlight));
		}
		this.wakeInTime(now);
	}

	private dropAll(): void {
		const dropped = this.signal.aborted ? [this.calls, this.images] : [this.calls];
		for (const line of dropped) for (const { go } of line.splice(0)) go();
	}

	private wakeInTime(now: number): void {
		if (this.calls.length === 0) return;
		const expiry = Math.min(...this.calls.map(({ expiresAt }) => expiresAt()));
		const earliest = this.pace.earliest(now);
		const at = earliest > now ? Math.min(earliest, expiry) : expiry;
		if (!Number.isFinite(at) || (this.wakesAt !== undefined && this.wakesAt <= at)) return;
		this.wakesAt = at;
		const wake = (): void => {
			if (this.wakesAt === at) this.wakesAt = undefined;
			this.next();
		};
		this.clock.pause(Math.max(1, at - now), this.signal).then(wake, wake);
	}
}
