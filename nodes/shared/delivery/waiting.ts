import type { Clock } from '../transport/clock';
import type { Done, Running, TaskState } from '../portrait/answer';
import { failed, type Failure } from '../failure';
import type { RunningTasks } from './runningTasks';
import { FEW_TRIES, pauseAfterFaults, pauseBeforeNextCheck } from './polling';

/** How the waiting for one task ended, when it did not fail. */
export type Ending =
	| { kind: 'done'; answer: Done }
	| { kind: 'unfinished'; answer: Running; timedOut: boolean };

/** How to wait. All times in milliseconds. */
export interface WaitPlan {
	waitForCompletion: boolean;
	/** From the task's first answer on, so that it does not matter how many tasks stand in line before it. */
	maxWait: number;
	/** Without it the node chooses. */
	pollInterval?: number;
	onTimeout: 'error' | 'return';
}

/** Times in the clock's milliseconds. */
export interface AskUntil {
	standInLineUntil: () => number;
	deadline: () => number;
}

/** What the waiting needs from its surroundings. */
export interface WaitSurroundings {
	clock: Clock;
	signal: AbortSignal;
	/**
	 * Asks for the task's state when the API's pace allows.
	 *
	 * @param when until when to stand in line for it, and when the answer must be there; both may move.
	 * @returns undefined when it became too late before the question could leave.
	 */
	ask(when: AskUntil): Promise<TaskState | undefined>;
	/** When the API last answered any question of this run. */
	lastAnswerAt(): number | undefined;
	/** Those of this run. */
	runningTasks: RunningTasks;
}

/**
 * Asks until the task has ended, its time is up, or one answer is enough.
 *
 * @throws FailureError when the task or the asking failed, and when the time is up and `onTimeout` is `error`.
 */
export async function waitForTask(plan: WaitPlan, around: WaitSurroundings): Promise<Ending> {
	const { clock, signal, runningTasks } = around;
	const startedAt = clock.now();
	const self = {};
	let firstAnswerAt: number | undefined;
	let running: Running | undefined;
	let trouble: Failure | undefined;
	let faults = 0;
	let doubtful = 0;
	// Standing in line is no failure: until the task has its first answer its time counts from the API's last sign of life,
	// and a question that is in line when the time is up still gets its answer while the API answers others.
	const lastSignOfLife = (): number => Math.max(startedAt, around.lastAnswerAt() ?? startedAt);
	const deadline = (): number => (firstAnswerAt ?? lastSignOfLife()) + plan.maxWait;
	const standInLineUntil = (): number => Math.max(deadline(), lastSignOfLife() + plan.maxWait);
	const lastLookAt = (): number => deadline() - Math.min(2000, plan.maxWait / 10);

	try {
		for (;;) {
			const askedAt = clock.now();
			const state = await around.ask({ standInLineUntil, deadline });
			const now = clock.now();
			let pause = (): number => 0;
			switch (state?.state) {
				case undefined:
					break;
				case 'done':
					runningTasks.sawEnd();
					return { kind: 'done', answer: state };
				case 'failed':
					throw failed(state.failure);
				case 'running': {
					if (!plan.waitForCompletion)
						return { kind: 'unfinished', answer: state, timedOut: false };
					firstAnswerAt ??= now;
					running = state;
					trouble = undefined;
					faults = 0;
					doubtful = 0;
					runningTasks.add(self);
					const waited = now - firstAnswerAt;
					pause = () =>
						pauseBeforeNextCheck({
							waited,
							sinceAsked: now - askedAt,
							runningTasks: runningTasks.count,
							sinceLastEnd: runningTasks.sinceLastEnd,
							pollInterval: plan.pollInterval,
						});
					break;
				}
				case 'askAgain': {
					trouble = state.failure;
					// A refusal for a limit goes back into the line of the run, which knows how long to wait.
					if (state.retry === 'rate' || state.retry === 'concurrency') continue;
					faults += 1;
					if (state.retry === 'fewTimes') doubtful += 1;
					if (doubtful >= FEW_TRIES) throw failed(state.failure);
					const afterFaults = Math.max(pauseAfterFaults(faults), state.retryAfter ?? 0);
					pause = () => afterFaults;
					break;
				}
			}
			if (state === undefined || now >= lastLookAt()) return timeUp(plan, running, trouble);
			const milliseconds = (): number => Math.max(0, Math.min(pause(), lastLookAt() - now));
			if (state.state === 'running' && plan.pollInterval === undefined) {
				await runningTasks.pause(milliseconds, signal);
			} else {
				await clock.pause(milliseconds(), signal);
			}
		}
	} finally {
		runningTasks.remove(self);
	}
}

function timeUp(
	plan: WaitPlan,
	running: Running | undefined,
	trouble: Failure | undefined,
): Ending {
	if (!running) {
		throw failed(
			trouble ?? {
				kind: 'timeout',
				message: `302.AI gave no answer within ${seconds(plan.maxWait)}`,
				remedy:
					"Run this node again later with the same task ID, or raise 'Max Wait' in the options.",
			},
		);
	}
	if (plan.onTimeout === 'return') return { kind: 'unfinished', answer: running, timedOut: true };
	throw failed({
		kind: 'timeout',
		message: `The portrait was not ready after ${seconds(plan.maxWait)} (status "${running.status}")${trouble ? `, and last: ${trouble.message}` : ''}`,
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
