import { failed, type Failure } from '../../nodes/shared/failure';
import type { TaskState } from '../../nodes/shared/portrait/answer';
import {
	waitForTask,
	type Ending,
	type WaitPlan,
	type WaitSurroundings,
} from '../../nodes/shared/delivery/waiting';
import { RunningTasks } from '../../nodes/shared/delivery/runningTasks';
import { VirtualClock } from './virtualClock';

export const running = (status = 'generating', requestId?: string): TaskState => ({
	state: 'running',
	status,
	requestId,
	answer: { code: 10000, data: { status } },
});

export const done: TaskState = {
	state: 'done',
	status: 'done',
	images: [{ link: 'https://file.302.ai/a.png' }],
	answer: { code: 10000, data: { status: 'done' } },
};

export const failure = (message: string, kind: Failure['kind'] = 'api'): Failure => ({
	kind,
	message,
	remedy: 'Do something about it.',
});

export const askAgain = (
	retry: 'fewTimes' | 'untilDeadline' | 'rate' | 'concurrency',
	retryAfter?: number,
): TaskState => ({ state: 'askAgain', retry, retryAfter, failure: failure(`trouble: ${retry}`) });

export const ended: TaskState = { state: 'failed', failure: failure('the task failed', 'task') };

export interface World {
	clock: VirtualClock;
	stopping: AbortController;
	runningTasks: RunningTasks;
	/** When each question was asked, in milliseconds from the start. */
	askedAt: number[];
	/** Waits for a task that answers as `answers` says; the last one stays. */
	wait(
		answers: Answers,
		plan?: Partial<WaitPlan>,
		around?: Partial<WaitSurroundings>,
	): Promise<Ending>;
	/** Waits, and lets the time go on until it is over. */
	toTheEnd(
		answers: Answers,
		plan?: Partial<WaitPlan>,
		around?: Partial<WaitSurroundings>,
	): Promise<Ending>;
	sinceStart(): number;
}

export type Answers = TaskState[] | ((milliseconds: number) => TaskState);

/** Time and an API for tasks that wait. @param answerTakes milliseconds of each question. */
export function world(answerTakes = 0): World {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const startedAt = clock.now();
	const askedAt: number[] = [];
	const runningTasks = new RunningTasks(clock);
	let lastAnswer: number | undefined;
	const sinceStart = (): number => clock.now() - startedAt;
	const wait: World['wait'] = async (answers, plan = {}, around = {}) => {
		let asked = 0;
		return await waitForTask(
			{ waitForCompletion: true, maxWait: 300_000, onTimeout: 'error', ...plan },
			{
				clock,
				signal: stopping.signal,
				runningTasks,
				lastAnswerAt: () => lastAnswer,
				ask: async ({ standInLineUntil }) => {
					stopping.signal.throwIfAborted();
					if (clock.now() >= standInLineUntil()) return undefined;
					askedAt.push(sinceStart());
					if (answerTakes > 0) await clock.pause(answerTakes, stopping.signal);
					const state = Array.isArray(answers)
						? answers[Math.min(asked, answers.length - 1)]
						: answers(sinceStart());
					asked += 1;
					if (state.state !== 'askAgain') lastAnswer = clock.now();
					return state;
				},
				...around,
			},
		);
	};
	const toTheEnd: World['toTheEnd'] = async (...given) => await clock.run(wait(...given));
	return { clock, stopping, runningTasks, askedAt, wait, toTheEnd, sinceStart };
}

/** What `work` throws; fails when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (typeof error === 'object' && error !== null && 'failure' in error) {
		return (error as ReturnType<typeof failed>).failure;
	}
	throw new Error(`No failure was thrown, but ${String(error)}`);
}
