import { failed, type Failure } from '../failure';
import {
	readTaskState,
	type AskAgain,
	type Done,
	type Running,
	type TaskState,
} from '../portrait/taskState';
import { RESULT_PATH, resultCall, type ResultRequest } from '../portrait/resultRequest';
import { SUCCESS } from '../portrait/codes';
import type { Run } from '../run';
import type { NetworkFailure } from '../transport/networkFailure';
import type { ApiTurn } from '../transport/queue';
import { sendToApi } from '../transport/request';
import { FEW_TRIES, nextCheckDueAt, pauseAfterFailures, SHORTEST_PAUSE } from './polling';
import type { DeliverySettings } from './settings';

/** How the waiting for one task ended, when it did not fail. */
export type Ending =
	| { kind: 'done'; answer: Done }
	| { kind: 'unfinished'; answer: Running; timedOut: boolean };

/** How to wait. All times in milliseconds. */
export interface WaitPlan {
	waitForCompletion: boolean;
	/** From the task's first answer on, so that it does not matter how many tasks stand in line before it. */
	maxWait: number;
	/** From an answer to the next check. Without it the node chooses. */
	pollInterval?: number;
	onTimeout: 'error' | 'return';
}

/** Room for everything in an answer that is no image, in bytes. */
const TEXT_OF_ANSWER = 1_000_000;

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
	/** When the time of the task began: with its first answer, or with the silence of the API that it ran into. */
	let startedAt: number | undefined;
	let checkDueAt = 0;
	let running: Running | undefined;
	let trouble: AskAgain | undefined;
	let failures = 0;
	let doubtful = 0;

	try {
		for (;;) {
			const isCheck = running !== undefined && plan.pollInterval === undefined;
			const turn = await run.queue.apiTurn(plan.maxWait, isCheck);
			if (!turn) return timeUp(plan, running, trouble);
			const { silentSince } = turn;
			const state = await askForTask(run, turn, request, settings, startedAt ?? silentSince);
			const now = run.clock.now();
			let pause: number;
			switch (state.state) {
				case 'done':
					return { kind: 'done', answer: state };
				case 'failed':
					throw failed(state.failure, state.cause);
				case 'running': {
					if (!plan.waitForCompletion)
						return { kind: 'unfinished', answer: state, timedOut: false };
					if (!running) {
						run.queue.runningTasks += 1;
						startedAt = now;
						checkDueAt = now;
					}
					running = state;
					trouble = undefined;
					failures = 0;
					doubtful = 0;
					checkDueAt = nextCheckDueAt(checkDueAt, checkDueAt - (startedAt ?? now), now);
					pause = plan.pollInterval ?? Math.max(SHORTEST_PAUSE, checkDueAt - now);
					break;
				}
				case 'askAgain':
					trouble = state;
					if (state.retry === 'rate' || state.retry === 'concurrency') {
						// It goes back into the line of the run, which knows how long to wait.
						pause = 0;
						break;
					}
					startedAt ??= silentSince;
					failures += 1;
					if (state.retry === 'fewTimes') doubtful += 1;
					if (doubtful >= FEW_TRIES) throw failed(state.failure, state.cause);
					pause = Math.max(pauseAfterFailures(failures), state.retryAfter ?? 0);
					break;
			}
			const lastCheckAt = (startedAt ?? now) + plan.maxWait - Math.min(2000, plan.maxWait / 10);
			if (now >= lastCheckAt) return timeUp(plan, running, trouble);
			if (pause > 0) await run.clock.pause(Math.min(pause, lastCheckAt - now), run.signal);
		}
	} finally {
		if (running) run.queue.runningTasks -= 1;
	}
}

/** @param startedAt when the time of the task began: a request that leaves after it is up has the time of any request. */
async function askForTask(
	run: Run,
	turn: ApiTurn,
	request: ResultRequest,
	{ connection, maxFileSize, plan }: DeliverySettings,
	startedAt: number,
): Promise<TaskState> {
	const { query, body } = resultCall(request);
	const left = startedAt + plan.maxWait - turn.leftAt;
	const answer = await sendToApi(run, turn, connection, {
		path: RESULT_PATH,
		query,
		body: JSON.stringify(body),
		successCode: SUCCESS,
		answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
		timeLeft: left > 0 ? Math.max(1000, left) : undefined,
	});
	return answer.kind === 'networkFailure' ? stateAfter(answer) : readTaskState(answer);
}

function stateAfter({ retry, failure, cause }: NetworkFailure): TaskState {
	if (retry === 'never') return { state: 'failed', failure, cause };
	const remedy = `${failure.remedy} Nothing is lost: run this node again later with the same task ID.`;
	return { state: 'askAgain', retry, failure: { ...failure, remedy }, cause };
}

function timeUp(plan: WaitPlan, running?: Running, trouble?: AskAgain): Ending {
	if (!running) {
		const silence: Failure = {
			kind: 'timeout',
			message: `302.AI gave no answer within ${seconds(plan.maxWait)}`,
			remedy:
				"Run this node again later with the same task ID, or raise 'Max Wait' in the options.",
		};
		throw failed(trouble?.failure ?? silence, trouble?.cause);
	}
	if (plan.onTimeout === 'return') return { kind: 'unfinished', answer: running, timedOut: true };
	throw failed({
		kind: 'timeout',
		message: `The portrait was not ready after ${seconds(plan.maxWait)} (status "${running.status}")${trouble ? `, and last: ${trouble.failure.message}` : ''}`,
		remedy:
			"The task goes on at 302.AI and is not lost: run this node again with the same task ID to fetch it within 12 hours. To wait longer, raise 'Max Wait' in the options.",
		status: running.status,
		requestId: running.requestId,
	});
}

function seconds(milliseconds: number): string {
	const count = milliseconds / 1000;
	return count === 1 ? '1 second' : `${count} seconds`;
}
