/** A place among the requests in flight: held for one request, never for a pause. */
export interface Turn {
	/** Gives the place back. */
	end(): void;
}

/** A place for a request to the API, which leaves now. How it went is told before the end; a network failure tells nothing. */
export interface ApiTurn extends Turn {
	/** When the request leaves, in the clock's milliseconds. */
	leftAt: number;
	/** Since when the API has answered nobody, in the same milliseconds; `leftAt` when it answers. */
	silentSince: number;
	/** The API answered, whatever the answer says about its task. */
	answered(): void;
	/** The API refused the request for one of its limits. @param retryAfter milliseconds that it asked to wait. */
	refused(limit: 'rate' | 'concurrency', retryAfter?: number): void;
}
