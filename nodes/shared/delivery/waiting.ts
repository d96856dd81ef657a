import type { Answer } from '../api/answer';
import { RESULT_PATH, resultQueryAndBody, type ResultRequest } from '../api/calls';
import type { Outcome } from '../api/judge';
import { failed } from '../failure';
import { laneFor, type Item } from '../run';
import { failedBy, failureOf, quotable } from '../sentences';
import type { Turn } from '../transport/gate';
import { sendToApi } from '../transport/request';
import { givenUpAt, hinderedBy, isHopeless, type Hindrance } from '../transport/retries';
import { pauseBeforeCheck } from './polling';
import type { DeliverySettings, WaitPlan } from './settings';

/** How the waiting for one task ended, when it did not fail, with the last answer. */
export type Ending =
	| { kind: 'done'; answer: Answer }
	| { kind: 'unfinished'; answer: Answer; timedOut: boolean };

/** A task that is known to be running. */
interface Watched {
	answer: Answer;
	/** Its first answer, in the clock's milliseconds. */
	since: number;
}

/**
 * Asks until the task has ended, its time is up, or one answer is enough. Before the time is called up the task is asked once more
 * after it was up, so that a machine that slept loses nothing.
 *
 * @throws FailureError when the task or the asking failed, and when the time is up and `onTimeout` is `error`.
 */
export async function waitForTask(
	item: Item,
	request: ResultRequest,
	settings: Pick<DeliverySettings, 'plan' | 'maxFileSize'>,
): Promise<Ending> {
	const { plan } = settings;
	const { clock, stopped } = item.run;
	const lane = laneFor(item.run, request.form, item.access.account);
	let watched: Watched | undefined;
	let hindrance: Hindrance | undefined;
	const timeLeft = (now: number): number => {
		if (watched) return watched.since + plan.maxWait - now;
		return hindrance ? givenUpAt(hindrance, lane, plan.maxWait) - now : plan.maxWait;
	};
	try {
		for (;;) {
			const turn = await lane.enter();
			if (turn.silence >= plan.maxWait) {
				turn.end();
				return timeUp(plan, watched, hindrance);
			}
			const left = timeLeft(turn.leftAt);
			const outcome = await askForTask(item, turn, request, settings, left);
			const now = clock.now();
			if (outcome.verdict) {
				hindrance = hinderedBy(hindrance, outcome, turn.leftAt);
				if (isHopeless(hindrance)) throw failedBy(outcome.fact, outcome.verdict);
			} else {
				const answer = outcome.fact;
				if (answer.data.images.length > 0) return { kind: 'done', answer };
				if (!plan.waitForCompletion) return { kind: 'unfinished', answer, timedOut: false };
				if (!watched) lane.runningTasks += 1;
				watched = { answer, since: watched?.since ?? now };
				hindrance = undefined;
			}
			if (left <= 0) return timeUp(plan, watched, hindrance);
			const pause =
				hindrance?.pause ??
				plan.pollInterval ??
				pauseBeforeCheck(now - (watched?.since ?? now), lane.runningTasks);
			await clock.pause(Math.max(0, Math.min(pause, timeLeft(now))), stopped);
		}
	} finally {
		if (watched) lane.runningTasks -= 1;
	}
}

/** Room for everything in an answer that is no image, in bytes. */
const TEXT_OF_ANSWER = 1_000_000;
/** Milliseconds that every request gets, however little is left of Max Wait. */
const SHORTEST_REQUEST = 1000;

/** @param left milliseconds of the task's time; once that is up, its last request has the time of any request. */
async function askForTask(
	item: Item,
	turn: Turn,
	request: ResultRequest,
	{ maxFileSize }: Pick<DeliverySettings, 'maxFileSize'>,
	left: number,
): Promise<Outcome> {
	const { query, body } = resultQueryAndBody(request);
	const asked = {
		call: 'result',
		path: RESULT_PATH,
		query,
		body,
		answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
		timeLeft: left > 0 ? Math.max(SHORTEST_REQUEST, left) : undefined,
	} as const;
	return await sendToApi(item, turn, asked, item.run.stopped);
}

function timeUp(plan: WaitPlan, watched?: Watched, hindrance?: Hindrance): Ending {
	const last = hindrance?.last;
	if (!watched) {
		if (last) throw failedBy(last.fact, last.verdict);
		throw failed({
			kind: 'network',
			message: `302.AI gave no answer within ${seconds(plan.maxWait)}`,
			remedy: "To wait longer, raise 'Max Wait' in the options.",
		});
	}
	const { answer } = watched;
	if (plan.onTimeout === 'return') return { kind: 'unfinished', answer, timedOut: true };
	const status = statusOf(answer);
	const hindered = last ? `, and last: ${failureOf(last.fact, last.verdict).message}` : '';
	throw failed({
		kind: 'timeout',
		message: `The portrait was not ready after ${seconds(plan.maxWait)} (status "${status}")${hindered}`,
		remedy: '',
		status,
		requestId: answer.requestId,
	});
}

/** `data.status`, fit for one line. */
export function statusOf({ data }: Answer): string {
	return quotable(data.status ?? (data.images.length > 0 ? 'done' : 'unknown'));
}

function seconds(milliseconds: number): string {
	const count = milliseconds / 1000;
	return count === 1 ? '1 second' : `${count} seconds`;
}
