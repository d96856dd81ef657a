/** Calls at once until the API has answered for the first time: a wrong key or host is then one call, not a hundred. */
const FIRST_WINDOW = 1;
/** Calls at once after the first good answer. */
const PROVEN_WINDOW = 16;
/** Share of the measured pace to go on with after a rate refusal. */
const BACK_OFF_TO = 0.9;
/** Growth of the pace while nothing is refused, as a share per second. */
const GROWTH_PER_SECOND = 0.03;
const SLOWEST_CALLS_PER_SECOND = 0.5;
const MEASURED_MILLISECONDS = 1000;

/**
 * Finds out how many calls the API takes, for all items of a run together: how many at once (the window) and, once it has
 * refused one for its rate, how many a second. Both grow while calls are answered and shrink when one is refused. Holds no
 * timers: the caller says what time it is, in milliseconds.
 */
export class Pace {
	/** Calls that may be in flight at once. */
	window: number;
	/** When a call was last answered without being refused; undefined before the first. */
	lastAcceptedAt?: number;

	private readonly accepted: number[] = [];
	private callsPerSecond = Number.POSITIVE_INFINITY;
	private nextAt = 0;
	private pausedUntil = 0;
	private refusedInARow = 0;
	private lastDecreaseAt = Number.NEGATIVE_INFINITY;
	private grownAt = 0;
	private everRefused = false;

	/** @param mostAtOnce the window never grows beyond this. */
	constructor(private readonly mostAtOnce: number) {
		this.window = Math.min(FIRST_WINDOW, mostAtOnce);
	}

	/** The earliest time at which the next call may leave. */
	earliest(): number {
		return Math.max(this.pausedUntil, this.nextAt);
	}

	/** A call leaves now. */
	sent(now: number): void {
		this.nextAt = Math.max(now, this.nextAt) + 1000 / this.callsPerSecond;
	}

	/** A call was answered, whatever the answer says about its task. */
	answered(now: number): void {
		const first = this.lastAcceptedAt === undefined;
		this.lastAcceptedAt = now;
		this.refusedInARow = 0;
		this.accepted.push(now);
		if (this.accepted.length > 2000) this.accepted.splice(0, 1000);
		if (first) this.window = Math.max(this.window, Math.min(PROVEN_WINDOW, this.mostAtOnce));
		else this.window += this.everRefused ? 1 / this.window : 1;
		this.window = Math.min(this.window, this.mostAtOnce);
		if (Number.isFinite(this.callsPerSecond)) {
			this.callsPerSecond *= 1 + (GROWTH_PER_SECOND * (now - this.grownAt)) / 1000;
			this.grownAt = now;
		}
	}

	/**
	 * A call was refused for a limit of the API.
	 *
	 * @param sentAt when that call left: refusals of calls that left before the last decrease say nothing new.
	 * @param inFlight calls in flight when the refusal came, the refused one included.
	 * @param retryAfter milliseconds that the server asked to wait.
	 */
	refused(
		now: number,
		{
			limit,
			sentAt,
			inFlight,
			retryAfter,
		}: {
			limit: 'rate' | 'concurrency';
			sentAt: number;
			inFlight: number;
			retryAfter?: number;
		},
	): void {
		if (retryAfter !== undefined) this.pausedUntil = Math.max(this.pausedUntil, now + retryAfter);
		if (sentAt < this.lastDecreaseAt) return;
		this.lastDecreaseAt = now;
		this.everRefused = true;
		this.refusedInARow += 1;
		const growing = Math.min(15_000, 125 * 2 ** this.refusedInARow);
		this.pausedUntil = Math.max(this.pausedUntil, now + (retryAfter ?? growing));
		if (limit === 'concurrency') {
			this.window = Math.max(1, Math.floor(Math.min(inFlight, this.window) * 0.75));
			return;
		}
		const measured = this.accepted.filter((at) => at > now - MEASURED_MILLISECONDS).length;
		this.callsPerSecond = Math.max(
			SLOWEST_CALLS_PER_SECOND,
			Math.min(measured, this.callsPerSecond) * BACK_OFF_TO,
		);
		this.grownAt = now;
		this.nextAt = now + 1000 / this.callsPerSecond;
	}
}
