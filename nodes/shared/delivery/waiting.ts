import type { Answer } from '../api/answer';
import { RESULT_PATH, resultQueryAndBody, type ResultRequest } from '../api/calls';
import { stateOf, type TaskState } from '../api/task';
import { MOST_TRIES } from '../api/verdict';
import { failed, type Failure } from '../failure';
import { resultLane, type Item } from '../run';
import { failedBy, failureOf, quotable } from '../sentences';
import { sendToApi } from '../transport/request';
import { pauseAfterFailures } from '../transport/retries';
import type { Lane, Turn } from '../transport/gate';
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

type AskAgain = Extract<TaskState, { state: 'askAgain' }>;

/** What stood in the way since the last good answer about the task. Times in the clock's milliseconds. */
interface Hindrance {
	last: AskAgain;
	/** When the first request left that was refused for a limit; others may get through meanwhile. */
	refusedSince?: number;
	/** When the first request left that met anything else. */
	failedSince?: number;
	failures: number;
	/** Those of them that are tried a few times only. */
	doubtful: number;
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
	const lane = resultLane(item.run, item.access);
	let watched: Watched | undefined;
	let hindrance: Hindrance | undefined;
	try {
		for (;;) {
			const turn = await lane.enter();
			if (turn.silence >= plan.maxWait) {
				turn.end();
				return timeUp(plan, watched, hindrance);
			}
			const { leftAt } = turn;
			const timeLeft = timeIsUpAt(plan, lane, watched, hindrance, leftAt) - leftAt;
			const state = await askForTask(item, turn, request, settings, timeLeft);
			const now = clock.now();
			let pause: number;
			switch (state.state) {
				case 'done':
					return { kind: 'done', answer: state.answer };
				case 'failed':
					throw failedBy(state.fact, state.verdict);
				case 'running': {
					const { answer } = state;
					if (!plan.waitForCompletion) return { kind: 'unfinished', answer, timedOut: false };
					if (!watched) lane.runningTasks += 1;
					watched = { answer, since: watched?.since ?? now };
					hindrance = undefined;
					pause = plan.pollInterval ?? pauseBeforeCheck(now - watched.since, lane.runningTasks);
					break;
				}
				case 'askAgain':
					hindrance = hinderedBy(hindrance, state, leftAt);
					if (hindrance.doubtful >= MOST_TRIES.few) throw failedBy(state.fact, state.verdict);
					pause = pauseAfter(hindrance);
					break;
			}
			if (timeLeft <= 0) return timeUp(plan, watched, hindrance);
			const left = timeIsUpAt(plan, lane, watched, hindrance, now) - now;
			await clock.pause(Math.max(0, Math.min(pause, left)), stopped);
		}
	} finally {
		if (watched) lane.runningTasks -= 1;
	}
}

/** When the time of a task is up, in the clock's milliseconds. While it was only refused for a limit, others must not get through. */
function timeIsUpAt(
	{ maxWait }: WaitPlan,
	{ answeredAt }: Lane,
	watched: Watched | undefined,
	hindrance: Hindrance | undefined,
	now: number,
): number {
	const { failedSince, refusedSince = now } = hindrance ?? {};
	return (watched?.since ?? failedSince ?? Math.max(refusedSince, answeredAt)) + maxWait;
}

function hinderedBy(before: Hindrance | undefined, last: AskAgain, leftAt: number): Hindrance {
	const { failures = 0, doubtful = 0, failedSince, refusedSince } = before ?? {};
	const { limit, tries } = last.verdict;
	if (limit) {
		return { last, failures, doubtful, failedSince, refusedSince: refusedSince ?? leftAt };
	}
	return {
		last,
		failures: failures + 1,
		doubtful: doubtful + (tries === 'few' ? 1 : 0),
		failedSince: failedSince ?? leftAt,
		refusedSince,
	};
}

/** Milliseconds. A refusal for a limit goes back into its lane, which rests by itself, as soon as the API allows. */
function pauseAfter({ last: { fact, verdict }, failures }: Hindrance): number {
	const asked = fact.kind === 'answer' ? (fact.retryAfter ?? 0) : 0;
	return verdict.limit ? asked : Math.max(pauseAfterFailures(failures), asked);
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
): Promise<TaskState> {
	const { query, body } = resultQueryAndBody(request);
	const asked = {
		call: 'result',
		path: RESULT_PATH,
		query,
		body: JSON.stringify(body),
		answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
		timeLeft: left > 0 ? Math.max(SHORTEST_REQUEST, left) : undefined,
	} as const;
	return stateOf(await sendToApi(item, turn, asked, item.run.stopped));
}

function timeUp(plan: WaitPlan, watched?: Watched, hindrance?: Hindrance): Ending {
	const last = hindrance?.last;
	if (!watched) {
		if (last) throw failedBy(last.fact, last.verdict);
		const message = `302.AI gave no answer within ${seconds(plan.maxWait)}`;
		throw failed({
			kind: 'network',
			message,
			remedy: "To wait longer, raise 'Max Wait' in the options.",
		});
	}
	const { answer } = watched;
	if (plan.onTimeout === 'return') return { kind: 'unfinished', answer, timedOut: true };
	const status = statusOf(answer);
	const hindered = last ? `, and last: ${failureOf(last.fact, last.verdict).message}` : '';
	const failure: Failure = {
		kind: 'timeout',
		message: `The portrait was not ready after ${seconds(plan.maxWait)} (status "${status}")${hindered}`,
		remedy: '',
		status,
		requestId: answer.requestId,
	};
	throw failed(failure);
}

/** `data.status`, fit for one line. */
export function statusOf({ data }: Answer): string {
	return quotable(data.status ?? (data.images.length > 0 ? 'done' : 'unknown'));
}

function seconds(milliseconds: number): string {
	const count = milliseconds / 1000;
	return count === 1 ? '1 second' : `${count} seconds`;
}
