import type { FailureError } from '../failure';
import type { Clock } from './clock';

/** Requests in flight when the user sets no 'Max Concurrency'. */
const MOST_AT_ONCE = 100;
/** Milliseconds for which a lane rests after a burst of refusals; twice as long after each further one while nothing is answered. */
const FIRST_REST = 150;
const LONGEST_REST = 15_000;

/**
 * How a request went: answered, and `well` when one more may be in flight; `limited` when the API refused it for a limit; or
 * `unanswered`.
 */
export type Went = 'well' | 'answered' | 'limited' | 'unanswered';

/** A place among the requests in flight, for one request, which leaves now. Held for a request, never for a pause. */
export interface Turn {
	/** When the request leaves, in the clock's milliseconds. */
	leftAt: number;
	/** Milliseconds between the leaving of the first and of the last of the requests that got no answer, since the last one that did. */
	silence: number;
	/** Gives the place back. */
	end(went?: Went): void;
}

/** How many requests of a lane may be in flight. */
export interface Window {
	/** At first. */
	start: number;
	/** As soon as one went well. */
	proven?: number;
	most: number;
	/** Its answers may hold whole images, which wait in memory until they are stored. */
	bringsImages?: boolean;
}

/** One who stands in line. */
interface Waiting {
	go(turn: Turn): void;
	fail(reason: unknown): void;
}

/** All requests of one execution: one count of places, and a lane for the files and for each account and kind of call. */
export class Gate {
	/** Images that are in memory and wait to be stored; while there are many, no answers with images are asked for. */
	imagesInMemory = 0;
	private taken = 0;
	private readonly lanes = new Map<string, Lane>();

	/** @param signal ends the waiting for a turn; its reason is what those in line fail with. */
	constructor(
		readonly clock: Clock,
		readonly signal: AbortSignal,
		readonly most = MOST_AT_ONCE,
	) {}

	lane(name: string, window: Window): Lane {
		const lane = this.lanes.get(name) ?? new Lane(this, window);
		this.lanes.set(name, lane);
		return lane;
	}

	/** Lets go what may go: lanes that were asked for first go first, and in each the longest waiting. */
	next(): void {
		for (const lane of this.lanes.values()) {
			while (this.taken < this.most && lane.mayGo()) {
				this.taken += 1;
				lane.startFirst(() => {
					this.taken -= 1;
					this.next();
				});
			}
		}
	}
}

/**
 * Requests of one kind to one account. How many may be in flight grows by one with each good answer until the API refuses one for a
 * limit, and from then on by one with each window's worth of them; a burst of refusals halves it once.
 */
export class Lane {
	/** Tasks that are checked again and again. */
	runningTasks = 0;
	/** When it was last answered with anything but a refusal for a limit. */
	answeredAt = Number.NEGATIVE_INFINITY;
	private size: number;
	/** From this size on it grows slowly: where it was last halved. */
	private slowFrom = Number.POSITIVE_INFINITY;
	private inFlight = 0;
	private line: Waiting[] = [];
	private refusedAt = Number.NEGATIVE_INFINITY;
	private refusalsInRow = 0;
	/** Rests that are not over yet. */
	private rests = 0;
	private silentSince?: number;
	private silence = 0;
	private closed?: FailureError;

	constructor(
		private readonly gate: Gate,
		private readonly window: Window,
	) {
		this.size = Math.min(window.start, window.most);
		const { signal } = gate;
		signal.addEventListener('abort', () => this.failAll(signal.reason), { once: true });
	}

	/** Waits for a turn. @throws the reason of the signal, or why the lane was closed. */
	async enter(): Promise<Turn> {
		this.gate.signal.throwIfAborted();
		if (this.closed) throw this.closed;
		return await new Promise<Turn>((go, fail) => {
			this.line.push({ go, fail });
			this.gate.next();
		});
	}

	/** Nothing more leaves here, and those in line fail with `reason`. */
	close(reason: FailureError): void {
		this.closed ??= reason;
		this.failAll(this.closed);
	}

	mayGo(): boolean {
		const inMemory = this.window.bringsImages ? this.gate.imagesInMemory : 0;
		const isFree = this.inFlight + inMemory + 1 <= this.size;
		return this.line.length > 0 && isFree && this.rests === 0;
	}

	/** @param giveBack the place, once the turn ends. */
	startFirst(giveBack: () => void): void {
		const leftAt = this.gate.clock.now();
		this.inFlight += 1;
		this.line.shift()?.go({
			leftAt,
			silence: this.silence,
			end: (went) => {
				if (went) this.note(went, leftAt);
				this.inFlight -= 1;
				giveBack();
			},
		});
	}

	private failAll(reason: unknown): void {
		for (const { fail } of this.line.splice(0)) fail(reason);
	}

	private note(went: Went, leftAt: number): void {
		if (went === 'limited') return this.shrink(leftAt);
		if (went === 'unanswered') {
			this.silentSince ??= leftAt;
			this.silence = Math.max(this.silence, leftAt - this.silentSince);
			return;
		}
		this.answeredAt = this.gate.clock.now();
		this.silentSince = undefined;
		this.silence = 0;
		if (went === 'well') this.grow();
	}

	private grow(): void {
		this.refusalsInRow = 0;
		const { proven = 0, most } = this.window;
		const wasRefused = this.slowFrom !== Number.POSITIVE_INFINITY;
		const grown = this.size + (this.size < this.slowFrom ? 1 : 1 / this.size);
		this.size = Math.min(wasRefused ? grown : Math.max(grown, proven), most);
	}

	/** @param leftAt what left before the last refusal was refused with it: one burst is one refusal. */
	private shrink(leftAt: number): void {
		if (leftAt <= this.refusedAt) return;
		const { clock, signal } = this.gate;
		this.refusedAt = clock.now();
		this.size = Math.max(1, this.size / 2);
		this.slowFrom = this.size;
		const rest = Math.min(LONGEST_REST, FIRST_REST * 2 ** this.refusalsInRow);
		this.refusalsInRow += 1;
		this.rests += 1;
		const wake = (): void => {
			this.rests -= 1;
			this.gate.next();
		};
		clock.pause(rest, signal).then(wake, wake);
	}
}
