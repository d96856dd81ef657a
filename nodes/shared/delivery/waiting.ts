import type { Answer } from '../api/answer';
import { RESULT_PATH, resultQueryAndBody, type ResultRequest } from '../api/calls';
import { stateOf, type TaskState } from '../api/task';
import { FEW } from '../api/verdict';
import { failed, type Failure } from '../failure';
import type { Run } from '../run';
import { failedBy, failureOf, quotable } from '../sentences';
import { sendToApi } from '../transport/request';
import { pauseAfterFailures } from '../transport/retries';
import type { ApiTurn } from '../transport/turn';
import { nextCheckDueAt, SHORTEST_PAUSE } from './polling';
import type { DeliverySettings, WaitPlan } from './settings';

/** How the waiting for one task ended, when it did not fail, with the last answer. */
export type Ending =
	| { kind: 'done'; answer: Answer }
	| { kind: 'unfinished'; answer: Answer; timedOut: boolean };

/** A task that is known to be running. Times in the clock's milliseconds. */
interface Watched {
	answer: Answer;
	/** Its first answer. */
	since: number;
	nextCheckDueAt: number;
}

type AskAgain = Extract<TaskState, { state: 'askAgain' }>;

/** What stood in the way since the last good answer about the task. */
interface Hindrance {
	last: AskAgain;
	/** Those that pass by themselves, refusals for a limit not counted. */
	failures: number;
	/** Those of them that are tried a few times only. */
	doubtful: number;
	/** Since when the API does not say anything about the task; absent while it was only refused for a limit. */
	since?: number;
}

/**
 * Asks until the task has ended, its time is up, or one answer is enough.
 *
 * @throws FailureError when the task or the asking failed, and when the time is up and `onTimeout` is `error`.
 */
export async function waitForTask(
	run: Run,
	request: ResultRequest,
	settings: DeliverySettings,
): Promise<Ending> {
	const { plan } = settings;
	let watched: Watched | undefined;
	let hindrance: Hindrance | undefined;
	try {
		for (;;) {
			// A Poll Interval of the user's own is kept however many tasks run.
			const isCheck = watched !== undefined && plan.pollInterval === undefined;
			const turn = await run.queue.apiTurn(plan.maxWait, isCheck);
			if (!turn) return timeUp(plan, watched, hindrance);
			const { silentSince } = turn;
			const startedAt = watched?.since ?? hindrance?.since ?? silentSince;
			const state = await askForTask(run, turn, request, settings, startedAt);
			const now = run.clock.now();
			let pause: number;
			switch (state.state) {
				case 'done':
					return { kind: 'done', answer: state.answer };
				case 'failed':
					throw failedBy(state.fact, state.verdict);
				case 'running':
					if (!plan.waitForCompletion)
						return { kind: 'unfinished', answer: state.answer, timedOut: false };
					if (!watched) run.queue.runningTasks += 1;
					watched = watchedSince(watched, state.answer, now);
					hindrance = undefined;
					pause = plan.pollInterval ?? Math.max(SHORTEST_PAUSE, watched.nextCheckDueAt - now);
					break;
				case 'askAgain':
					hindrance = hinderedBy(hindrance, state, silentSince);
					if (hindrance.doubtful >= FEW) throw failedBy(state.fact, state.verdict);
					pause = pauseAfter(hindrance);
					break;
			}
			const timeIsUpAt = (watched?.since ?? hindrance?.since ?? now) + plan.maxWait;
			const lastCheckAt = timeIsUpAt - Math.min(LAST_CHECK_BEFORE_END, plan.maxWait / 10);
			if (now >= lastCheckAt) return timeUp(plan, watched, hindrance);
			if (pause > 0) await run.clock.pause(Math.min(pause, lastCheckAt - now), run.signal);
		}
	} finally {
		if (watched) run.queue.runningTasks -= 1;
	}
}

/** Milliseconds: so long before its time is up a task is checked once more, so that the answer is there in time. */
const LAST_CHECK_BEFORE_END = 2000;

function watchedSince(before: Watched | undefined, answer: Answer, now: number): Watched {
	const { since, nextCheckDueAt: lastDueAt } = before ?? { since: now, nextCheckDueAt: now };
	return { answer, since, nextCheckDueAt: nextCheckDueAt(lastDueAt, lastDueAt - since, now) };
}

function hinderedBy(before: Hindrance | undefined, last: AskAgain, silentSince: number): Hindrance {
	const { failures = 0, doubtful = 0, since } = before ?? {};
	const { limit, tries } = last.verdict;
	if (limit) return { last, failures, doubtful, since };
	return {
		last,
		failures: failures + 1,
		doubtful: doubtful + (tries === FEW ? 1 : 0),
		since: since ?? silentSince,
	};
}

/** Milliseconds. A refusal for a limit goes back into the line of the run at once, which knows how long to wait. */
function pauseAfter({ last: { fact, verdict }, failures }: Hindrance): number {
	const asked = fact.kind === 'answer' ? (fact.retryAfter ?? 0) : 0;
	return verdict.limit ? 0 : Math.max(pauseAfterFailures(failures), asked);
}

/** Room for everything in an answer that is no image, in bytes. */
const TEXT_OF_ANSWER = 1_000_000;
/** Milliseconds that every request gets, however little is left of Max Wait. */
const SHORTEST_REQUEST = 1000;

/** @param startedAt when the time of the task began; once that is up, its last request has the time of any request. */
async function askForTask(
	run: Run,
	turn: ApiTurn,
	request: ResultRequest,
	{ connection, maxFileSize, plan }: DeliverySettings,
	startedAt: number,
): Promise<TaskState> {
	const { query, body } = resultQueryAndBody(request);
	const left = startedAt + plan.maxWait - turn.leftAt;
	const { fact } = await sendToApi(run, turn, connection, {
		call: 'result',
		path: RESULT_PATH,
		query,
		body: JSON.stringify(body),
		answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
		timeLeft: left > 0 ? Math.max(SHORTEST_REQUEST, left) : undefined,
	});
	return stateOf(fact);
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
