import type { Answer } from '../shared/api/answer';
import { MODELS_PATH, submitBody, UPLOAD_PATH, type SubmitRequest } from '../shared/api/calls';
import type { Outcome } from '../shared/api/judge';
import { IN_DOUBT, MOST_TRIES } from '../shared/api/verdict';
import { failed, failureError, type Failure, type FailureError } from '../shared/failure';
import { submitLane, uploadLane, type Item, type Run } from '../shared/run';
import { failedBy, failureOf } from '../shared/sentences';
import type { Turn } from '../shared/transport/gate';
import { sendToApi, type ApiRequest } from '../shared/transport/request';
import { pauseAfterFailures } from '../shared/transport/retries';
import type { Ledger, SubmittedRow } from './ledger';
import type { Photo } from './photo';
import type { SubmitSettings } from './settings';

/** Milliseconds without any answer of the API after which a request that never arrived is given up, unless one may take longer. */
const PATIENCE = 300_000;
/** Room for the list of 302.AI's models, in bytes. */
const PROBE_LIMIT = 20_000_000;
/** Room for an answer, in bytes: it holds an ID or a link. */
const ANSWER_LIMIT = 1_000_000;

/** One execution of Doubao Portrait Submit: what all its items share. */
export interface SubmitRun {
	run: Run;
	ledger: Ledger;
	/** By account and connection: resolves once a request got through its proxy. */
	throughProxy: Map<string, Promise<void>>;
	/** By photo: its link. */
	uploads: Map<string, Promise<string>>;
	/** Not all that was wished for is handed out. */
	isUnfulfilled: boolean;
}

/**
 * Uploads a photo.
 *
 * @returns its public link.
 * @throws FailureError, with `uploadInDoubt` when the photo may have been uploaded all the same.
 */
export async function uploadPhoto(run: SubmitRun, item: Item, body: Photo): Promise<string> {
	const asked = { call: 'upload', path: UPLOAD_PATH, body, answerLimit: ANSWER_LIMIT } as const;
	const answer = await sendPaid(run, item, asked);
	const { link } = answer.data;
	if (link === undefined) throw failedBy(answer, IN_DOUBT, inDoubt('upload'));
	return link;
}

/**
 * Submits one portrait.
 *
 * @param request all that is submitted.
 * @throws FailureError, whose `submitted` says what may have become of it.
 */
export async function submitPortrait(
	run: SubmitRun,
	item: Item,
	{ path }: SubmitSettings,
	request: SubmitRequest,
): Promise<SubmittedRow> {
	const body = JSON.stringify(submitBody(request));
	const asked = { call: 'submit', path, body, answerLimit: ANSWER_LIMIT } as const;
	const answer = await sendPaid(run, item, asked);
	const { taskId } = answer.data;
	if (taskId === undefined) throw failedBy(answer, IN_DOUBT, inDoubt('submit'));
	const { requestId = null } = answer;
	return { task_id: taskId, request_id: requestId, image_input: request.imageInput };
}

/** Sends what costs money. @throws FailureError when it did not bring what it was sent for. */
async function sendPaid(run: SubmitRun, item: Item, request: ApiRequest): Promise<Answer> {
	if (item.connection.proxy) {
		const key = `${item.access.account} ${JSON.stringify(item.connection)}`;
		const through = run.throughProxy.get(key) ?? getThroughProxy(item);
		run.throughProxy.set(key, through);
		await through;
	}
	return await sendUntilTaken(item, request);
}

/** An error that says nothing of the submit came before anything of it left. */
export function notSubmitted(error: unknown): FailureError {
	const { submitted = 'no' } = failureError(error).failure;
	return failureError(error, { submitted });
}

/**
 * An answer of a proxy cannot be told from one of 302.AI behind it, so a free request has to get through first.
 *
 * @throws FailureError when none did; nothing that costs money was sent then.
 */
async function getThroughProxy(item: Item): Promise<void> {
	const probe = { call: 'models', path: MODELS_PATH, answerLimit: PROBE_LIMIT } as const;
	await sendUntilTaken(item, probe).catch((error: unknown) => {
		const { kind } = failureError(error).failure;
		// Any other refusal shows that 302.AI was reached.
		if (kind !== 'api') throw error;
	});
}

/**
 * Sends a request again only when it surely was not taken. What is free only has to find the way: any answer of the API will do.
 *
 * @throws FailureError, with what may have become of the request.
 */
async function sendUntilTaken(item: Item, request: ApiRequest): Promise<Answer> {
	const { clock } = item.run;
	const lane = (request.call === 'upload' ? uploadLane : submitLane)(item.run, item.access);
	const isFree = request.body === undefined;
	const patience = Math.max(PATIENCE, item.connection.requestTimeout);
	let failures = 0;
	let since: number | undefined;
	for (let refusal: Failure | undefined; ; ) {
		const turn = await lane.enter().catch((error: unknown) => {
			throw notSubmitted(error);
		});
		if (turn.silence >= patience) {
			turn.end();
			throw failed(nothingTaken(patience, refusal));
		}
		since ??= turn.leftAt;
		const { fact, verdict } = await sendOnce(item, turn, request);
		if (!verdict) return fact;
		if (verdict.taken === 'perhaps' && !isFree) {
			throw failedBy(fact, verdict, inDoubt(request.call));
		}
		const asked = fact.kind === 'answer' ? (fact.retryAfter ?? 0) : 0;
		if (verdict.limit) {
			refusal = failureOf(fact, verdict);
			// Others may get through meanwhile.
			const isLate = clock.now() + asked >= Math.max(since, lane.answeredAt) + patience;
			if (isLate) throw failed(nothingTaken(patience, refusal));
			await pauseUnlessStopped(item, asked);
			continue;
		}
		failures += 1;
		const pause = Math.max(pauseAfterFailures(failures), asked);
		const isLate = clock.now() + pause >= since + patience;
		const isAnswered = isFree && verdict.kind === 'api';
		if (isAnswered || isLate || failures >= MOST_TRIES[verdict.tries]) {
			throw failedBy(fact, verdict, { submitted: 'no' });
		}
		await pauseUnlessStopped(item, pause);
	}
}

async function pauseUnlessStopped(
	{ run: { clock, stopped } }: Item,
	milliseconds: number,
): Promise<void> {
	await clock.pause(milliseconds, stopped).catch((error: unknown) => {
		throw notSubmitted(error);
	});
}

/** Whatever is thrown while a request is on its way leaves it in doubt. */
async function sendOnce(item: Item, turn: Turn, request: ApiRequest): Promise<Outcome> {
	try {
		return await sendToApi(item, turn, request, item.run.cancelled);
	} catch (error) {
		const { kind } = failureError(error).failure;
		// The file could not be read, so that nothing was sent.
		throw kind === 'parameter' ? error : failureError(error, inDoubt(request.call));
	}
}

/** What is not known after a request that may have been taken. */
function inDoubt(call: ApiRequest['call']): Partial<Failure> {
	return call === 'submit'
		? { submitted: 'unknown' }
		: { submitted: 'no', uploadInDoubt: call === 'upload' };
}

function nothingTaken(patience: number, refusal: Failure | undefined): Failure {
	return {
		kind: 'network',
		...refusal,
		message: `302.AI took no submit for ${patience / 1000} seconds${refusal ? `, and last: ${refusal.message}` : ''}`,
		remedy: 'Run it again later.',
		submitted: 'no',
	};
}
