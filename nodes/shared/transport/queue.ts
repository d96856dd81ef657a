import type { FailureError } from '../failure';
import type { Clock } from './clock';
import { RateLimit } from './rateLimit';
import type { ApiTurn, Turn } from './turn';

/** Requests in flight when the user sets no 'Max Concurrency'. */
const MOST_AT_ONCE = 100;
/** Images at once at first: of large ones more come no faster, and each is held in memory. */
const IMAGES_AT_FIRST = 4;
/** The same once small ones have come, whose host's delay counts more than their bytes. */
const MOST_IMAGES_AT_ONCE = 32;
/** However many tasks run, they are checked this often a second … */
const CHECKS_PER_SECOND = 20;
/** … or so often that each one has its turn in this many seconds. */
const SECONDS_PER_ROUND = 15;
/** Milliseconds by which a timer may be late without a check being lost. */
const TIMER_LATENESS = 10;
/** Milliseconds between two looks at how long the API has been silent. */
const SILENCE_INTERVAL = 1000;

/** One who stands in line for a `T`. */
interface Entry<T> {
	since: number;
	/** Milliseconds of silence of the API after which it gives up. */
	patience: number;
	go(turn: T): void;
	fail(reason: unknown): void;
}

/** The places for requests in flight. Queues may share them; when one gives a place back, the first of them has the first choice. */
export class Places {
	taken = 0;
	readonly queues: Queue[] = [];

	constructor(readonly most = MOST_AT_ONCE) {}

	get areTaken(): boolean {
		return this.taken >= this.most;
	}
}

/** What bounds the requests of one queue. */
export interface Limits {
	/** Most requests in flight, as the user set it; without effect in a queue that shares the places of another. */
	maxConcurrency?: number;
	/** An upper bound for requests to the API, where their answers carry whole images or they cost money. */
	apiRequestsAtOnce?: number;
	/** Requests to the API at once until it has answered one; one when absent, so that a wrong key costs a single request. */
	apiRequestsAtFirst?: number;
}

/**
 * All requests of one run in one queue. Tasks hold no place here, only requests do. Requests to the API leave at the pace that
 * the API allows, the longest waiting first; checks of running tasks form a line that rotates, and leave it at a pace of their
 * own. Files, most of them images, take the same places up to a number of their own, and go first, so that an image is fetched
 * as soon as its task is done.
 */
export class Queue {
	/** Tasks that the API said are running, and that are checked again. */
	runningTasks = 0;
	private readonly rateLimit: RateLimit;
	private imagesAtOnce: number;
	private readonly mostImagesAtOnce: number;
	private apiInFlight = 0;
	private imagesInFlight = 0;
	/** Images that wait for a place or are stored, and are in memory already. */
	private imagesInMemory = 0;
	private readonly requests: Array<Entry<ApiTurn | undefined>> = [];
	private readonly checks: Array<Entry<ApiTurn | undefined>> = [];
	private readonly images: Array<Entry<Turn>> = [];
	private nextCheckAt = 0;
	/** Since when the API owes an answer. */
	private silentSince?: number;
	private nextLookAtSilence = 0;
	/** Since when nothing is asked and nothing wants to be. */
	private idleSince?: number;
	private wakesAt?: number;
	private closed?: FailureError;

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
		{ maxConcurrency, apiRequestsAtOnce, apiRequestsAtFirst }: Limits = {},
		private readonly places = new Places(maxConcurrency),
	) {
		places.queues.push(this);
		// One place is kept for the API where there are two.
		this.mostImagesAtOnce = Math.min(MOST_IMAGES_AT_ONCE, Math.max(1, places.most - 1));
		this.imagesAtOnce = Math.min(IMAGES_AT_FIRST, this.mostImagesAtOnce);
		const most = Math.min(places.most, apiRequestsAtOnce ?? places.most);
		this.rateLimit = new RateLimit(most, apiRequestsAtFirst);
		signal.addEventListener('abort', () => this.next(), { once: true });
	}

	/**
	 * Waits for the turn of a request to the API.
	 *
	 * @param patience milliseconds of silence of the API after which to give up. Standing in line is no silence.
	 * @param isCheck a running task is asked about once more, at the pace of such checks.
	 * @returns undefined when it gave up.
	 * @throws the reason of the run's signal, or why the API was closed.
	 */
	async apiTurn(patience: number, isCheck = false): Promise<ApiTurn | undefined> {
		if (this.closed) throw this.closed;
		const turn = await this.standInLine(isCheck ? this.checks : this.requests, patience);
		if (this.closed) {
			turn?.end();
			throw this.closed;
		}
		return turn;
	}

	/**
	 * Waits for a place to read or to store one file.
	 *
	 * @param inMemory the image is in memory already: while such images wait, no request brings more of them.
	 * @throws the reason of the run's signal.
	 */
	async fileTurn(inMemory = false): Promise<Turn> {
		const held = inMemory ? 1 : 0;
		this.imagesInMemory += held;
		const turn = await this.standInLine(this.images, Number.POSITIVE_INFINITY);
		return {
			end: () => {
				this.imagesInMemory -= held;
				turn.end();
			},
		};
	}

	/** An image has come that was small: one more may be fetched at once. */
	smallImageCame(): void {
		this.imagesAtOnce = Math.min(this.imagesAtOnce + 1, this.mostImagesAtOnce);
	}

	/** No more requests to the API leave, and those waiting for a turn fail with `reason`; images go on. */
	close(reason: FailureError): void {
		this.closed ??= reason;
		this.next();
	}

	private async standInLine<T>(line: Array<Entry<T>>, patience: number): Promise<T> {
		this.signal.throwIfAborted();
		return await new Promise<T>((go, fail) => {
			line.push({ since: this.clock.now(), patience, go, fail });
			this.next();
		});
	}

	/** Lets go what may go, and sees to it that the rest is looked at again in time. */
	private next(): void {
		const now = this.clock.now();
		if (this.closed) this.failAll([this.requests, this.checks], this.closed);
		if (this.signal.aborted) {
			this.failAll([this.requests, this.checks], this.signal.reason);
			this.failAll([this.images], this.signal.reason);
		}
		this.forgetSilence(now);
		this.giveUpInSilence(now);
		while (this.images[0] && this.imagesInFlight < this.imagesAtOnce && !this.places.areTaken) {
			this.images.shift()?.go(this.startImage());
		}
		for (let line = this.lineToServe(now); line; line = this.lineToServe(now)) {
			line.shift()?.go(this.startRequest(now, line === this.checks));
		}
		this.wakeInTime(now);
	}

	private failAll<T>(lines: Array<Array<Entry<T>>>, reason: unknown): void {
		for (const line of lines) for (const { fail } of line.splice(0)) fail(reason);
	}

	/** The line whose first one may leave now: of both, the one that has waited longest. */
	private lineToServe(now: number): Array<Entry<ApiTurn | undefined>> | undefined {
		const request = this.requests[0];
		const check = this.nextCheckAt <= now ? this.checks[0] : undefined;
		if (!request && !check) return undefined;
		if (this.places.areTaken) return undefined;
		if (this.apiInFlight + this.imagesInMemory >= this.rateLimit.mostInFlight) return undefined;
		if (this.rateLimit.earliest(now) > now) return undefined;
		return check && (!request || check.since <= request.since) ? this.checks : this.requests;
	}

	private startImage(): Turn {
		this.imagesInFlight += 1;
		return this.turnThatEnds(() => (this.imagesInFlight -= 1));
	}

	private startRequest(now: number, isCheck: boolean): ApiTurn {
		this.apiInFlight += 1;
		this.silentSince ??= now;
		if (isCheck) {
			const perSecond = Math.max(CHECKS_PER_SECOND, this.runningTasks / SECONDS_PER_ROUND);
			this.nextCheckAt = Math.max(this.nextCheckAt, now - TIMER_LATENESS) + 1000 / perSecond;
		}
		const sent = this.rateLimit.sent(now, this.apiInFlight);
		return {
			leftAt: now,
			silentSince: this.silentSince,
			answered: () => {
				const answeredAt = this.clock.now();
				this.rateLimit.answered(answeredAt);
				this.silentSince = this.apiInFlight > 1 ? answeredAt : undefined;
			},
			refused: (limit, retryAfter) => {
				this.rateLimit.refused(this.clock.now(), sent, limit, retryAfter);
			},
			...this.turnThatEnds(() => (this.apiInFlight -= 1)),
		};
	}

	private turnThatEnds(giveBack: () => void): Turn {
		this.places.taken += 1;
		return {
			end: () => {
				giveBack();
				this.places.taken -= 1;
				for (const queue of this.places.queues) queue.next();
			},
		};
	}

	/** An API that is not asked is not silent: for want of requests, or because other requests of ours hold the places. */
	private forgetSilence(now: number): void {
		if (this.apiInFlight > 0) return;
		const isIdle = !this.requests[0] && !this.checks[0];
		const isOverIdle = now - (this.idleSince ?? now) >= SILENCE_INTERVAL;
		const isHeldUp = this.places.areTaken || this.imagesInMemory >= this.rateLimit.mostInFlight;
		if (isHeldUp || (!isIdle && isOverIdle)) this.silentSince = undefined;
		this.idleSince = isIdle ? (this.idleSince ?? now) : undefined;
	}

	/** Those in line give up when the API has been silent for as long as they would wait. Looked at once a second. */
	private giveUpInSilence(now: number): void {
		if (this.silentSince === undefined || now < this.nextLookAtSilence) return;
		this.nextLookAtSilence = now + SILENCE_INTERVAL;
		const silence = now - this.silentSince;
		for (const line of [this.requests, this.checks]) {
			const all = line.splice(0);
			line.push(...all.filter(({ patience }) => patience > silence));
			for (const { go, patience } of all) if (patience <= silence) go(undefined);
		}
	}

	private wakeInTime(now: number): void {
		if (!this.requests[0] && !this.checks[0]) return;
		const mayLeaveAt = Math.max(
			this.rateLimit.earliest(now),
			this.requests[0] ? now : this.nextCheckAt,
		);
		const soon = now + SILENCE_INTERVAL;
		const at = mayLeaveAt > now ? Math.min(mayLeaveAt, soon) : soon;
		if (this.wakesAt !== undefined && this.wakesAt <= at) return;
		this.wakesAt = at;
		const wake = (): void => {
			if (this.wakesAt === at) this.wakesAt = undefined;
			this.next();
		};
		this.clock.pause(Math.max(1, at - now), this.signal).then(wake, wake);
	}
}
