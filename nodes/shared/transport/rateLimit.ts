/** Requests at once after the first good answer. */
const PROVEN_WINDOW = 64;
/** More requests at once for each good answer: while nothing is refused, their number triples from round to round. */
const GROWTH = 2;
/** What limits of requests are counted over, with a margin for requests that overtake each other, in milliseconds. */
const SECOND = 1030;
/** Time without a refusal after which a known limit is tried to be passed, in milliseconds. */
const PROBE_AFTER = 1000;
/** The same after a try that was not refused: there may be much more to have. */
const PROBE_AGAIN_AFTER = 300;
/** Where the API asks for a pause with each refusal, a try that fails costs that pause: it is made this many times as rarely. */
const PROBE_AFTER_PAUSES = 10;
const LONGEST_PAUSE = 15_000;
/** Requests kept in mind: those of the last second before the oldest request in flight. */
const MOST_REMEMBERED = 2000;

/** A request on its way. */
interface Sent {
	at: number;
	/** Requests of this run in flight when it left, itself included. */
	inFlight: number;
	refused: boolean;
}

/** A limit of the API as far as it is known, which is looked for again and again since others may share it. */
class Limit {
	/** Unlimited until the API refuses a request. */
	value = Number.POSITIVE_INFINITY;
	/** It held a request back since it last changed; a limit that nothing comes near is no better known by being raised. */
	reached = false;
	private step = 1;
	private probeAfter = PROBE_AFTER;
	private changedAt = 0;

	/** The API showed that no more than `value` goes. @param cost of having tried, in milliseconds. */
	learn(value: number, now: number, cost: number): void {
		this.value = Math.max(1, Math.min(this.value, value));
		this.step = 1;
		this.probeAfter = Math.max(PROBE_AFTER, PROBE_AFTER_PAUSES * cost);
		this.changed(now);
	}

	/** Goes up by a step that doubles as long as nothing is refused. */
	probe(now: number): void {
		const after = this.step > 1 ? PROBE_AGAIN_AFTER : this.probeAfter;
		if (!this.reached || now - this.changedAt < after) return;
		this.value += this.step;
		this.step *= 2;
		this.changed(now);
	}

	private changed(now: number): void {
		this.changedAt = now;
		this.reached = false;
	}
}

/**
 * Finds out how many requests the API takes, for all items of a run together: how many at once and, once it has refused one for
 * its rate, how many a second. What a refused request ran into is taken from what was accepted just before it, so one burst is
 * enough to know. Holds no timers: the caller says what time it is, in milliseconds.
 */
export class RateLimit {
	private window: number;
	private readonly atOnce = new Limit();
	private readonly perSecond = new Limit();
	private readonly sends: Sent[] = [];
	private lastSentAt = Number.NEGATIVE_INFINITY;
	private pausedUntil = 0;
	private refusedAt = Number.NEGATIVE_INFINITY;
	private hasAnswered = false;
	private refusedSinceAnswer = 0;

	/**
	 * @param mostAtOnce never more requests than this are in flight.
	 * @param firstWindow requests at once until the first good answer: with one, a wrong key or host is one request, not a hundred.
	 */
	constructor(
		private readonly mostAtOnce: number,
		firstWindow = 1,
	) {
		this.window = Math.min(firstWindow, mostAtOnce);
	}

	/** Requests that may be in flight at once. */
	get mostInFlight(): number {
		return Math.min(this.window, this.atOnce.value);
	}

	/** The earliest time at which the next request may leave. */
	earliest(now: number): number {
		const limit = this.perSecond.value;
		if (!Number.isFinite(limit)) return this.pausedUntil;
		const counted = this.countedAt(now);
		// The request that has to be a second old before the next one may leave, where there are that many.
		const last = counted[limit - 1];
		const free = last ? last.at + SECOND : now;
		const allowed = Math.max(free, this.lastSentAt + (0.9 * 1000) / limit);
		this.perSecond.reached ||= allowed > now;
		return Math.max(this.pausedUntil, allowed);
	}

	/** A request leaves now. @param inFlight requests in flight, this one included. */
	sent(now: number, inFlight: number): Sent {
		const request = { at: now, inFlight, refused: false };
		this.sends.push(request);
		if (this.sends.length > 2 * MOST_REMEMBERED) this.sends.splice(0, MOST_REMEMBERED);
		this.lastSentAt = now;
		this.atOnce.reached ||= inFlight >= this.atOnce.value;
		return request;
	}

	/** A request was answered, whatever the answer says about its task. */
	answered(now: number): void {
		this.refusedSinceAnswer = 0;
		const grown = this.hasAnswered ? this.window + GROWTH : Math.max(PROVEN_WINDOW, this.window);
		this.hasAnswered = true;
		this.window = Math.min(grown, this.mostAtOnce);
		this.atOnce.probe(now);
		this.perSecond.probe(now);
	}

	/**
	 * A request was refused for a limit of the API.
	 *
	 * @param retryAfter milliseconds that the server asked to wait.
	 */
	refused(now: number, request: Sent, limit: 'rate' | 'concurrency', retryAfter?: number): void {
		request.refused = true;
		if (limit === 'concurrency') this.atOnce.learn(request.inFlight - 1, now, retryAfter ?? 0);
		else this.perSecond.learn(this.countedAt(request.at).length, now, retryAfter ?? 0);
		if (retryAfter !== undefined) {
			this.pausedUntil = Math.max(this.pausedUntil, now + retryAfter);
		}
		// What left before the last refusal was counted was refused with it: one burst is one refusal.
		if (request.at < this.refusedAt) return;
		this.refusedAt = now;
		this.refusedSinceAnswer += 1;
		if (this.refusedSinceAnswer > 1) {
			const growing = Math.min(LONGEST_PAUSE, 125 * 2 ** this.refusedSinceAnswer);
			this.pausedUntil = Math.max(this.pausedUntil, now + growing);
		}
	}

	/** The requests that a limit of requests a second counts at `now`, the last one first: refused ones are not. */
	private countedAt(now: number): Sent[] {
		const counted: Sent[] = [];
		for (let index = this.sends.length - 1; index >= 0; index -= 1) {
			const request = this.sends[index];
			if (!request || request.at <= now - SECOND) break;
			if (request.at <= now && !request.refused) counted.push(request);
		}
		return counted;
	}
}
