import type { Outcome } from '../api/judge';
import type { Verdict } from '../api/verdict';
import type { Lane } from './gate';

/** What came of a request that did not bring what it was sent for. */
type Failed = Extract<Outcome, { verdict: Verdict }>;

/** What stands in the way of a request that is sent again. Times in the clock's milliseconds. */
export interface Hindrance {
	last: Failed;
	/** When the first of these tries left, or the first that was not refused for a limit. */
	since: number;
	/** Tries that failed; refusals for a limit are none. */
	failures: number;
	/** Those of them that are tried a few times only. */
	doubtful: number;
	/** Until the next try. A refusal for a limit goes back into its lane, which rests by itself, as soon as the API allows. */
	pause: number;
}

/** Tries of a request where the sources disagree on whether it may pass. */
const FEW = 5;

/** @param leftAt when the request left. */
export function hinderedBy(before: Hindrance | undefined, last: Failed, leftAt: number): Hindrance {
	const { limit, tries } = last.verdict;
	// The time of refusals alone does not count against a try that fails otherwise.
	const since = before && (limit || before.failures > 0) ? before.since : leftAt;
	const failures = (before?.failures ?? 0) + (limit ? 0 : 1);
	const doubtful = (before?.doubtful ?? 0) + (tries === 'few' ? 1 : 0);
	const asked = last.fact.kind === 'answer' ? (last.fact.retryAfter ?? 0) : 0;
	const pause = limit ? asked : Math.max(pauseAfterFailures(failures), asked);
	return { last, since, failures, doubtful, pause };
}

/** Another try of the same request cannot help. */
export function isHopeless({ last, doubtful }: Hindrance): boolean {
	return last.verdict.tries === 'once' || doubtful >= FEW;
}

/** When a request is given up, by its first try; while it is refused for a limit, others must not get through. */
export function givenUpAt({ last, since }: Hindrance, lane: Lane, patience: number): number {
	return (last.verdict.limit ? Math.max(since, lane.answeredAt) : since) + patience;
}

/**
 * The growing pause after failures that pass by themselves, in milliseconds: about 0.5 s, 1 s, 2 s … 15 s, by chance a quarter more
 * or less, so that executions side by side do not come back together.
 *
 * @param failures how many came one after the other, from 1.
 */
export function pauseAfterFailures(failures: number): number {
	return Math.min(15_000, 500 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
