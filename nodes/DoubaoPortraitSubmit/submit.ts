import { failed, withAdvice, type Failure } from '../shared/failure';
import { SUCCESS } from '../shared/portrait/codes';
import type { Envelope } from '../shared/portrait/envelope';
import type { Refused } from '../shared/portrait/refusal';
import { MODELS_PATH } from '../shared/portrait/modelsRequest';
import {
	refusalForLimit,
	isDocumented,
	perhapsSubmitted,
	perhapsUploaded,
	readSubmitted,
	readUploaded,
	submitBody,
	UPLOAD_PATH,
	UPLOADED,
	type SubmitRequest,
	type SubmittedTask,
} from '../shared/portrait/submitRequest';
import type { Run } from '../shared/run';
import { addressOf, type Connection } from '../shared/transport/connection';
import { CHECK_PROXY, type NetworkFailure } from '../shared/transport/networkFailure';
import { sendToApi, type ApiRequest } from '../shared/transport/request';
import { FEW_TRIES, pauseAfterFailures } from '../shared/transport/retries';
import type { Photo } from './photo';
import type { SubmitSettings } from './settings';
import type { SubmitRun } from './submitRun';

const NOT_BILLED = 'No portrait was billed for this item.';

/** Milliseconds without any answer of the API after which a request that never arrived is given up, unless one may take longer. */
const PATIENCE = 300_000;
/** Room for the list of 302.AI's models, in bytes. */
const PROBE_LIMIT = 20_000_000;
/** Room for an answer, in bytes: it holds an ID or a link. */
const ANSWER_LIMIT = 1_000_000;

/**
 * Uploads a photo.
 *
 * @returns its public link.
 * @throws FailureError; its message says so when the photo may have been uploaded all the same.
 */
export async function uploadPhoto(
	run: SubmitRun,
	settings: SubmitSettings,
	{ file, format }: Photo,
): Promise<string> {
	const answer = await sendPaid(run, settings, {
		path: UPLOAD_PATH,
		body: {
			field: 'file',
			fileName: `photo.${format.extension}`,
			mimeType: format.mimeType,
			stored: file,
		},
		successCode: UPLOADED,
		answerLimit: ANSWER_LIMIT,
	});
	if (answer.kind === 'networkFailure') throw failed(perhapsUploaded(answer.failure), answer.cause);
	const uploaded = readUploaded(answer);
	if ('failure' in uploaded) throw failed(uploaded.failure);
	return uploaded.link;
}

/**
 * Submits one portrait.
 *
 * @param request all that is submitted.
 * @throws FailureError; its message says so when the portrait may have been submitted all the same.
 */
export async function submitPortrait(
	run: SubmitRun,
	settings: SubmitSettings,
	request: SubmitRequest,
): Promise<SubmittedTask> {
	const answer = await sendPaid(run, settings, {
		path: settings.path,
		body: JSON.stringify(submitBody(request)),
		successCode: SUCCESS,
		answerLimit: ANSWER_LIMIT,
	});
	if (answer.kind === 'networkFailure')
		throw failed(perhapsSubmitted(answer.failure), answer.cause);
	const submitted = readSubmitted(answer);
	if ('failure' in submitted) throw failed(submitted.failure);
	return submitted;
}

/**
 * Sends what costs money.
 *
 * @returns a network failure only when the request may have arrived.
 * @throws FailureError when it surely was not carried out, and is not sent again.
 */
async function sendPaid(
	run: SubmitRun,
	settings: SubmitSettings,
	request: ApiRequest,
): Promise<Envelope | NetworkFailure> {
	const { proxy } = settings.connection;
	if (proxy) {
		const key = JSON.stringify(settings.connection);
		const through = run.throughProxy.get(key) ?? getThroughProxy(run.submitting, settings, proxy);
		run.throughProxy.set(key, through);
		await through;
	}
	return await sendUntilItArrives(run.submitting, settings, request);
}

/**
 * An answer of a proxy cannot be told from one of 302.AI behind it, so a free request has to get through first.
 *
 * @throws FailureError when none did; nothing that costs money was sent then.
 */
async function getThroughProxy(
	run: Run,
	settings: SubmitSettings,
	proxy: NonNullable<Connection['proxy']>,
): Promise<void> {
	const probe = { path: MODELS_PATH, successCode: SUCCESS, answerLimit: PROBE_LIMIT };
	const answer = await sendUntilItArrives(run, settings, probe);
	if (answer.kind === 'accepted') return;
	// Never so: what is free is sent until it is answered.
	if (answer.kind === 'networkFailure') throw failed(answer.failure, answer.cause);
	const { failure } = answer;
	if (isDocumented(failure) && failure.kind === 'account') {
		throw failed(withAdvice(failure, NOT_BILLED));
	}
	if (isDocumented(failure) || isFromBehindProxy(answer)) return;
	throw failed({
		...failure,
		kind: 'network',
		message: `The proxy ${addressOf(proxy)} did not let the request through. ${failure.message}`,
		remedy: `${CHECK_PROXY} ${NOT_BILLED}`,
	});
}

/** JSON under a status that no proxy gives to whoever wants a tunnel. */
function isFromBehindProxy({ answer, httpStatus }: Refused): boolean {
	return answer !== undefined && [404, 405, 422].includes(httpStatus);
}

/**
 * Sends a request again only when it surely was not carried out: it never arrived, or was refused for a limit of the API. What is
 * free is sent again whenever no answer came.
 */
async function sendUntilItArrives(
	run: Run,
	{ connection }: SubmitSettings,
	request: ApiRequest,
): Promise<Envelope | NetworkFailure> {
	const isFree = request.body === undefined;
	const patience = Math.max(PATIENCE, connection.requestTimeout);
	let firstLeftAt: number | undefined;
	let refusal: Failure | undefined;
	for (let failures = 0; ; ) {
		const turn = await run.queue.apiTurn(patience);
		if (!turn) throw failed(nothingTaken(patience, refusal));
		firstLeftAt ??= turn.leftAt;
		const answer = await sendToApi(run, turn, connection, request);
		if (answer.kind === 'networkFailure') {
			if (!answer.neverArrived && !isFree) return answer;
			failures += 1;
			const pause = pauseAfterFailures(failures);
			const isLate = run.clock.now() + pause >= firstLeftAt + patience;
			const isFinal =
				answer.retry === 'never' || (answer.retry === 'fewTimes' && failures >= FEW_TRIES);
			if (isFinal || isLate) {
				throw failed(withAdvice(answer.failure, NOT_BILLED), answer.cause);
			}
			await run.clock.pause(pause, run.signal);
			continue;
		}
		refusal = refusalForLimit(answer);
		if (!refusal) return answer;
	}
}

function nothingTaken(patience: number, refusal: Failure | undefined): Failure {
	return {
		kind: 'network',
		...refusal,
		message: `302.AI took no submit for ${patience / 1000} seconds${refusal ? `, and last: ${refusal.message}` : ''}`,
		remedy: `${NOT_BILLED} Run it again later.`,
	};
}
