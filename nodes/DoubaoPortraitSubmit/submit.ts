import type { Answer } from '../shared/api/answer';
import { MODELS_PATH, submitBody, UPLOAD_PATH, type SubmitRequest } from '../shared/api/calls';
import { IN_DOUBT } from '../shared/api/verdict';
import { failed, FailureError, type Failure } from '../shared/failure';
import type { Run } from '../shared/run';
import { failedBy, failureOf } from '../shared/sentences';
import { sendToApi, type ApiRequest } from '../shared/transport/request';
import { pauseAfterFailures } from '../shared/transport/retries';
import type { Photo } from './photo';
import type { SubmitSettings } from './settings';
import type { SubmitRun } from './submitRun';

/** Milliseconds without any answer of the API after which a request that never arrived is given up, unless one may take longer. */
const PATIENCE = 300_000;
/** Room for the list of 302.AI's models, in bytes. */
const PROBE_LIMIT = 20_000_000;
/** Room for an answer, in bytes: it holds an ID or a link. */
const ANSWER_LIMIT = 1_000_000;

/** A task that the API took. */
export interface SubmittedTask {
	taskId: string;
	requestId?: string;
}

/**
 * Uploads a photo.
 *
 * @returns its public link.
 * @throws FailureError, with `uploadInDoubt` when the photo may have been uploaded all the same.
 */
export async function uploadPhoto(
	run: SubmitRun,
	settings: SubmitSettings,
	{ file, format }: Photo,
): Promise<string> {
	const answer = await sendPaid(run, settings, {
		call: 'upload',
		path: UPLOAD_PATH,
		body: {
			field: 'file',
			fileName: `photo.${format.extension}`,
			mimeType: format.mimeType,
			stored: file,
		},
		answerLimit: ANSWER_LIMIT,
	});
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
	settings: SubmitSettings,
	request: SubmitRequest,
): Promise<SubmittedTask> {
	const answer = await sendPaid(run, settings, {
		call: 'submit',
		path: settings.path,
		body: JSON.stringify(submitBody(request)),
		answerLimit: ANSWER_LIMIT,
	});
	const { taskId } = answer.data;
	if (taskId === undefined) throw failedBy(answer, IN_DOUBT, inDoubt('submit'));
	return { taskId, requestId: answer.requestId };
}

/** Sends what costs money. @throws FailureError when it did not bring what it was sent for. */
async function sendPaid(
	run: SubmitRun,
	settings: SubmitSettings,
	request: ApiRequest,
): Promise<Answer> {
	if (settings.connection.proxy) {
		const key = JSON.stringify(settings.connection);
		const through = run.throughProxy.get(key) ?? getThroughProxy(run.submitting, settings);
		run.throughProxy.set(key, through);
		await through;
	}
	return await sendUntilTaken(run.submitting, settings, request);
}

/**
 * An answer of a proxy cannot be told from one of 302.AI behind it, so a free request has to get through first.
 *
 * @throws FailureError when none did; nothing that costs money was sent then.
 */
async function getThroughProxy(run: Run, settings: SubmitSettings): Promise<void> {
	const probe = { call: 'models', path: MODELS_PATH, answerLimit: PROBE_LIMIT } as const;
	await sendUntilTaken(run, settings, probe).catch((error: unknown) => {
		const isOfTheWay =
			error instanceof FailureError && ['account', 'network'].includes(error.failure.kind);
		// Any other refusal shows that 302.AI was reached.
		if (isOfTheWay) throw error;
	});
}

/**
 * Sends a request again only when it surely was not taken. What is free only has to find the way: any answer of the API will do.
 *
 * @throws FailureError, with what may have become of the request.
 */
async function sendUntilTaken(
	run: Run,
	{ connection }: SubmitSettings,
	request: ApiRequest,
): Promise<Answer> {
	const isFree = request.body === undefined;
	const patience = Math.max(PATIENCE, connection.requestTimeout);
	let firstLeftAt: number | undefined;
	let refusal: Failure | undefined;
	for (let failures = 0; ; ) {
		const turn = await run.queue.apiTurn(patience);
		if (!turn) throw failed(nothingTaken(patience, refusal));
		firstLeftAt ??= turn.leftAt;
		const { fact, verdict } = await sendToApi(run, turn, connection, request);
		if (!verdict) return fact;
		if (verdict.taken === 'perhaps' && !isFree) {
			throw failedBy(fact, verdict, inDoubt(request.call));
		}
		if (verdict.limit) {
			// The queue knows how long to wait.
			refusal = failureOf(fact, verdict);
			continue;
		}
		failures += 1;
		const asked = fact.kind === 'answer' ? (fact.retryAfter ?? 0) : 0;
		const pause = Math.max(pauseAfterFailures(failures), asked);
		const isLate = run.clock.now() + pause >= firstLeftAt + patience;
		const isAnswered = isFree && verdict.kind === 'api';
		if (isAnswered || isLate || failures >= verdict.tries) {
			throw failedBy(fact, verdict, { submitted: 'no' });
		}
		await run.clock.pause(pause, run.signal);
	}
}

/** What is not known after a request that may have been taken. */
function inDoubt(call: ApiRequest['call']): Partial<Failure> {
	return call === 'upload' ? { submitted: 'no', uploadInDoubt: true } : { submitted: 'unknown' };
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
