import { failed, withAdvice, type Failure } from '../failure';
import { FETCH_LATER, isForLimit, SUCCESS } from '../portrait/codes';
import { queryAndBody, RESULT_PATH, type ResultRequest } from '../portrait/resultRequest';
import {
	readTaskState,
	type AskAgain,
	type Done,
	type Running,
	type TaskState,
} from '../portrait/taskState';
import type { Run } from '../run';
import type { NetworkFailure } from '../transport/networkFailure';
import { sendToApi } from '../transport/request';
import { FEW_TRIES, pauseAfterFailures } from '../transport/retries';
import type { ApiTurn } from '../transport/turn';
import { nextCheckDueAt, SHORTEST_PAUSE } from './polling';
import type { DeliverySettings, WaitPlan } from './settings';

/** How the waiting for one task ended, when it did not fail. */
export type Ending =
	| { kind: 'done'; task: Done }
	| { kind: 'unfinished'; task: Running; timedOut: boolean };

/** A task that is known to be running. Times in the clock's milliseconds. */
interface Watched {
	task: Running;
	/** Its first answer. */
	since: number;
	nextCheckDueAt: number;
}

/** What stood in the way since the last good answer about the task. */
interface Hindrance {
	last: AskAgain;
	/** Those that pass by themselves, refusals for a limit not counted. */
	failures: number;
	/** Those of them of which the documents disagree whether they pass. */
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
					return { kind: 'done', task: state };
				case 'failed':
					throw failed(state.failure, state.cause);
				case 'running':
					if (!plan.waitForCompletion) return { kind: 'unfinished', task: state, timedOut: false };
					if (!watched) run.queue.runningTasks += 1;
					watched = watchedSince(watched, state, now);
					hindrance = undefined;
					pause = plan.pollInterval ?? Math.max(SHORTEST_PAUSE, watched.nextCheckDueAt - now);
					break;
				case 'askAgain':
					hindrance = hinderedBy(hindrance, state, silentSince);
					if (hindrance.doubtful >= FEW_TRIES) throw failed(state.failure, state.cause);
					pause = pauseAfter(hindrance);
					break;
			}
			// Stryker disable next-line OptionalChaining: there is one or the other by now
			const timeIsUpAt = (watched?.since ?? hindrance?.since ?? now) + plan.maxWait;
			const lastCheckAt = timeIsUpAt - Math.min(LAST_CHECK_BEFORE_END, plan.maxWait / 10);
			if (now >= lastCheckAt) return timeUp(plan, watched, hindrance);
			// Stryker disable next-line ConditionalExpression,EqualityOperator: a pause of nothing is none
			if (pause > 0) await run.clock.pause(Math.min(pause, lastCheckAt - now), run.signal);
		}
	} finally {
		if (watched) run.queue.runningTasks -= 1;
	}
}

/** Milliseconds: so long before its time is up a task is checked once more, so that the answer is there in time. */
const LAST_CHECK_BEFORE_END = 2000;

function watchedSince(before: Watched | undefined, task: Running, now: number): Watched {
	const { since, nextCheckDueAt: lastDueAt } = before ?? { since: now, nextCheckDueAt: now };
	return { task, since, nextCheckDueAt: nextCheckDueAt(lastDueAt, lastDueAt - since, now) };
}

function hinderedBy(before: Hindrance | undefined, last: AskAgain, silentSince: number): Hindrance {
	const { failures = 0, doubtful = 0, since } = before ?? {};
	if (isForLimit(last.retry)) return { last, failures, doubtful, since };
	return {
		last,
		failures: failures + 1,
		doubtful: doubtful + (last.retry === 'fewTimes' ? 1 : 0),
		since: since ?? silentSince,
	};
}

/** Milliseconds. A refusal for a limit goes back into the line of the run at once, which knows how long to wait. */
function pauseAfter({ last, failures }: Hindrance): number {
	return isForLimit(last.retry) ? 0 : Math.max(pauseAfterFailures(failures), last.retryAfter ?? 0);
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
	const { query, body } = queryAndBody(request);
	const left = startedAt + plan.maxWait - turn.leftAt;
	const sent = await sendToApi(run, turn, connection, {
		path: RESULT_PATH,
		query,
		body: JSON.stringify(body),
		successCode: SUCCESS,
		answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
		// Stryker disable next-line EqualityOperator: at the very end either will do
		timeLeft: left > 0 ? Math.max(SHORTEST_REQUEST, left) : undefined,
	});
	return sent.kind === 'networkFailure' ? stateAfter(sent) : readTaskState(sent);
}

function stateAfter({ retry, failure, cause }: NetworkFailure): TaskState {
	if (retry === 'never') return { state: 'failed', failure, cause };
	const lost = withAdvice(failure, `Nothing is lost: ${FETCH_LATER}.`);
	return { state: 'askAgain', retry, failure: lost, cause };
}

function timeUp(plan: WaitPlan, watched?: Watched, hindrance?: Hindrance): Ending {
	const last = hindrance?.last;
	if (!watched) {
		const silence: Failure = {
			kind: 'timeout',
			message: `302.AI gave no answer within ${seconds(plan.maxWait)}`,
			remedy: `${FETCH_LATER}. To wait longer, raise 'Max Wait' in the options.`,
		};
		throw failed(last?.failure ?? silence, last?.cause);
	}
	const { task } = watched;
	if (plan.onTimeout === 'return') return { kind: 'unfinished', task, timedOut: true };
	throw failed({
		kind: 'timeout',
		message: `The portrait was not ready after ${seconds(plan.maxWait)} (status "${task.status}")${last ? `, and last: ${last.failure.message}` : ''}`,
		remedy:
			"The task goes on at 302.AI and is not lost: Doubao Portrait Result fetches it with the same task ID, within 12 hours. To wait longer, raise 'Max Wait' in the options.",
		status: task.status,
		requestId: task.requestId,
	});
}

function seconds(milliseconds: number): string {
	const count = milliseconds / 1000;
	return count === 1 ? '1 second' : `${count} seconds`;
}
