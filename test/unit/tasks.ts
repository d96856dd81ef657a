/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';

import type { WaitPlan } from '../../nodes/shared/delivery/settings';
import { waitForTask, type Ending } from '../../nodes/shared/delivery/waiting';
import { FailureError, type Failure } from '../../nodes/shared/failure';
import { deliveryWith, itemOf, runOf } from '../support/run';
import { VirtualClock } from './virtualClock';

/** What the API sends for one request. */
export interface Reply {
	statusCode: number;
	headers: Record<string, string>;
	body: object;
	/** Milliseconds until it comes, where they are not those of the world. */
	takes?: number;
	/** The connection breaks with this code of Node.js in place of an answer. */
	breaks?: string;
}

export const LINK = 'https://file.302.ai/a.png';

const accepted = (data: object, requestId?: string): Reply => ({
	statusCode: 200,
	headers: {},
	body: { code: 10000, message: 'Success', data, request_id: requestId },
});

export const running = (status = 'generating', requestId?: string): Reply =>
	accepted({ status }, requestId);

export const done = accepted({ status: 'done', image_urls: [LINK] });

export const ended = accepted({
	status: 'failed',
	algorithm_base_resp: { status_message: 'the task failed' },
});

/** A review of the photo that did not pass. */
export const rejected: Reply = {
	...ended,
	statusCode: 400,
	body: { code: 50411, message: 'Pre Img Risk Not Pass' },
};

const TROUBLES = {
	fewTimes: { statusCode: 500, code: 50500 },
	untilDeadline: { statusCode: 503, code: undefined },
	rate: { statusCode: 429, code: 50429 },
	concurrency: { statusCode: 429, code: 50430 },
};

/** An answer that says nothing about the task. @param retryAfter milliseconds, whole seconds of them. */
export const askAgain = (retry: keyof typeof TROUBLES, retryAfter?: number): Reply => ({
	statusCode: TROUBLES[retry].statusCode,
	headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter / 1000) },
	body: { code: TROUBLES[retry].code, message: `trouble: ${retry}` },
});

/** No answer for a minute, and then the end of the connection. */
export const silence: Reply = {
	statusCode: 0,
	headers: {},
	body: {},
	takes: 60_000,
	breaks: 'ECONNRESET',
};

/** One after the other, of which the last one stays, or by the time at which the request leaves. */
export type Answers = Reply[] | ((milliseconds: number) => Reply);

/** A request, in milliseconds from the start. */
export interface Asked {
	/** Tasks are numbered from 0, as they begin to wait. */
	task: number;
	at: number;
	/** Undefined as long as there is no answer. */
	answeredAt?: number;
}

export type World = ReturnType<typeof world>;

/**
 * A run of Doubao Portrait Result on a virtual clock, where everything is real but n8n's helper for requests.
 *
 * @param answerTakes milliseconds of each request.
 */
export function world(answerTakes = 0, maxConcurrency?: number) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const startedAt = clock.now();
	const sinceStart = (): number => clock.now() - startedAt;
	const asked: Asked[] = [];
	const tasks: Array<{ answers: Answers; asked: number }> = [];

	async function httpRequestWithAuthentication(
		this: IExecuteFunctions,
		_credential: string,
		{ body }: IHttpRequestOptions,
	): Promise<object> {
		const signal = this.getExecutionCancelSignal?.();
		if (!signal) throw new Error('Nothing could end this request');
		signal.throwIfAborted();
		const { task_id }: { task_id: string } = JSON.parse(String(body));
		const number = Number(task_id);
		const task = tasks[number];
		const request: Asked = { task: number, at: sinceStart() };
		asked.push(request);
		const reply = Array.isArray(task.answers)
			? task.answers[Math.min(task.asked, task.answers.length - 1)]
			: task.answers(request.at);
		task.asked += 1;
		const takes = reply.takes ?? answerTakes;
		if (takes > 0) {
			// As n8n's helper does, with an error of its own.
			await clock.pause(takes, signal).catch(() => {
				throw new Error('canceled');
			});
		}
		if (reply.breaks) throw Object.assign(new Error('read'), { code: reply.breaks });
		request.answeredAt = sinceStart();
		const { statusCode, headers } = reply;
		return { statusCode, headers, body: Readable.from([Buffer.from(JSON.stringify(reply.body))]) };
	}

	// Each request of a crowd listens to the same signal, which is no leak.
	setMaxListeners(0, stopping.signal);
	const run = runOf({
		clock,
		stopping,
		helpers: { httpRequestWithAuthentication },
		maxConcurrency,
	});
	const item = itemOf(run, 'sk-of-these-tests');
	const settings = deliveryWith();
	/** The ID of a new task that answers as `answers` says. */
	const taskOf = (answers: Answers): string => String(tasks.push({ answers, asked: 0 }) - 1);
	/** Waits for a task that answers as `answers` says. */
	const wait = async (answers: Answers, plan?: Partial<WaitPlan>): Promise<Ending> =>
		await waitForTask(
			item,
			{ task_id: taskOf(answers), form: 'links' },
			{ ...settings, plan: { ...settings.plan, ...plan } },
		);
	return {
		clock,
		stopping,
		run,
		item,
		/** Every request, in the order in which they left. */
		asked,
		/** When each request left, in milliseconds from the start; those of one task only, if it is given. */
		askedAt: (task?: number): number[] =>
			asked.filter((one) => task === undefined || one.task === task).map(({ at }) => at),
		taskOf,
		wait,
		/** Waits, and lets the time go on until it is over. */
		toTheEnd: async (answers: Answers, plan?: Partial<WaitPlan>): Promise<Ending> =>
			await clock.run(wait(answers, plan)),
		sinceStart,
	};
}

/** What `work` throws; fails when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
	const error = await work.catch((reason: unknown) => reason);
	if (error instanceof FailureError) return error.failure;
	throw new Error(`No failure was thrown, but ${String(error)}`);
}

export const gapsOf = (times: number[]): number[] =>
	times.slice(1).map((at, index) => at - times[index]);
/** A task that is ready after so many milliseconds from the start. */
export const readyAfter =
	(milliseconds: number) =>
	(at: number): Reply =>
		at >= milliseconds ? done : running();
/** Milliseconds from each answer about a task to the next request. */
export const pausesOf = (asked: Asked[]): number[] =>
	asked.slice(1).map(({ at }, index) => at - (asked[index].answeredAt ?? Number.NaN));
export const times = <T>(count: number, make: (index: number) => T): T[] =>
	Array.from({ length: count }, (_, index) => make(index));
