import type { Answer } from '../shared/api/answer';
import { MODELS_PATH, submitBody, UPLOAD_PATH, type SubmitRequest } from '../shared/api/calls';
import type { Outcome } from '../shared/api/judge';
import { IN_DOUBT } from '../shared/api/verdict';
import { failed, failureError, type Failure, type FailureError } from '../shared/failure';
import { laneFor, type Item } from '../shared/run';
import { failedBy, failureOf } from '../shared/sentences';
import type { Turn } from '../shared/transport/gate';
import { sendToApi, type ApiRequest } from '../shared/transport/request';
import { givenUpAt, hinderedBy, isHopeless, type Hindrance } from '../shared/transport/retries';
import type { SubmittedRow } from './ledger';
import type { Photo } from './photo';

/** Milliseconds without any answer of the API after which a request that never arrived is given up, unless one may take longer. */
const PATIENCE = 300_000;
/** Room for an answer, in bytes: an ID or a link, or the list of all models. */
const ANSWER_LIMIT = 20_000_000;

/** What costs money, and what is free but has to get through first. */
interface Sending extends Pick<ApiRequest, 'path' | 'body'> {
	call: 'submit' | 'upload' | 'models';
}

/**
 * Uploads a photo.
 *
 * @returns its public link.
 * @throws FailureError, with `uploadInDoubt` when the photo may have been uploaded all the same.
 */
export async function uploadPhoto(item: Item, body: Photo): Promise<string> {
	const answer = await sendUntilTaken(item, { call: 'upload', path: UPLOAD_PATH, body });
	const { link } = answer.data;
	if (link === undefined) throw failedBy(answer, IN_DOUBT, IN_DOUBT_ABOUT.upload);
	return link;
}

/**
 * Submits one portrait.
 *
 * @param request all that is submitted.
 * @throws FailureError, whose `submitted` says what may have become of it.
 */
export async function submitPortrait(
	item: Item,
	path: string,
	request: SubmitRequest,
): Promise<SubmittedRow> {
	const asked = { call: 'submit', path, body: submitBody(request) } as const;
	const answer = await sendUntilTaken(item, asked);
	const { taskId } = answer.data;
	if (taskId === undefined) throw failedBy(answer, IN_DOUBT, IN_DOUBT_ABOUT.submit);
	const { requestId = null } = answer;
	return { task_id: taskId, request_id: requestId, image_input: request.image_input };
}

/**
 * An answer of a proxy cannot be told from one of 302.AI behind it, so before money is spent a free request has to get through.
 *
 * @throws FailureError when none did.
 */
export async function getThroughProxy(item: Item): Promise<void> {
	await sendUntilTaken(item, { call: 'models', path: MODELS_PATH });
}

/** An error that says nothing of the submit came before anything of it left. */
export function notSubmitted(error: unknown): FailureError {
	const { submitted = 'no' } = failureError(error).failure;
	return failureError(error, { submitted });
}

/**
 * Sends a request again only when it surely was not taken, or costs nothing.
 *
 * @throws FailureError when it did not bring what it was sent for, with what may have become of it.
 */
async function sendUntilTaken(item: Item, request: Sending): Promise<Answer> {
	const { clock, stopped } = item.run;
	const isFree = request.call === 'models';
	const purpose = request.call === 'upload' ? 'upload' : 'submit';
	const lane = laneFor(item.run, purpose, item.access.account);
	const patience = Math.max(PATIENCE, item.connection.requestTimeout);
	let hindrance: Hindrance | undefined;
	for (;;) {
		const turn = await lane.enter().catch((error: unknown) => {
			throw notSubmitted(error);
		});
		if (turn.silence >= patience) {
			turn.end();
			throw nothingTaken(patience, hindrance);
		}
		const outcome = await sendOnce(item, turn, request);
		if (!outcome.verdict) return outcome.fact;
		const { fact, verdict } = outcome;
		if (isFree) {
			// Any refusal of the API shows that it was reached; one for a limit may be the proxy's.
			if (fact.kind === 'answer' && verdict.kind === 'api' && !verdict.limit) return fact;
		} else if (verdict.taken === 'perhaps') {
			throw failedBy(fact, verdict, IN_DOUBT_ABOUT[request.call]);
		}
		hindrance = hinderedBy(hindrance, outcome, turn.leftAt);
		const isLate = clock.now() + hindrance.pause >= givenUpAt(hindrance, lane, patience);
		if (isLate && verdict.limit) throw nothingTaken(patience, hindrance);
		if (isLate || isHopeless(hindrance)) throw failedBy(fact, verdict, { submitted: 'no' });
		await clock.pause(hindrance.pause, stopped).catch((error: unknown) => {
			throw notSubmitted(error);
		});
	}
}

/** Whatever is thrown while a request is on its way leaves it in doubt. */
async function sendOnce(item: Item, turn: Turn, request: Sending): Promise<Outcome> {
	try {
		const asked = { ...request, answerLimit: ANSWER_LIMIT };
		return await sendToApi(item, turn, asked, item.run.cancelled);
	} catch (error) {
		const { kind } = failureError(error).failure;
		// The file could not be read, so that nothing was sent.
		throw kind === 'parameter' ? error : failureError(error, IN_DOUBT_ABOUT[request.call]);
	}
}

/** What is not known after a request that may have been taken. */
const IN_DOUBT_ABOUT: Record<Sending['call'], Partial<Failure>> = {
	submit: { submitted: 'unknown' },
	upload: { submitted: 'no', uploadInDoubt: true },
	models: { submitted: 'no' },
};

function nothingTaken(patience: number, hindrance?: Hindrance): FailureError {
	const refusal = hindrance && failureOf(hindrance.last.fact, hindrance.last.verdict);
	return failed({
		kind: 'network',
		...refusal,
		message: `302.AI took no submit for ${patience / 1000} seconds${refusal ? `, and last: ${refusal.message}` : ''}`,
		remedy: 'Run it again later.',
		submitted: 'no',
	});
}
