import type { Fault } from '../shared/transport/networkFailure';
import { callApi, type ApiCall } from '../shared/transport/request';
import { closeAfterAccountFailure, type Run } from '../shared/run';
import type { Reply } from '../shared/portrait/envelope';
import { failed, type Failure } from '../shared/failure';
import { pauseAfterFaults } from '../shared/delivery/polling';
import {
	perhapsTaken,
	perhapsUploaded,
	readSubmitted,
	readUploaded,
	submitBody,
	SUBMIT_PATH,
	UPLOAD_PATH,
	type OrderState,
	type TakenTask,
} from '../shared/portrait/submitRequest';
import { multipartOf, type Photo } from './photo';
import type { SubmitSettings } from './settings';

/** Milliseconds without any answer of the API to this run after which an order that never arrived is given up. */
const PATIENCE = 300_000;
/** Room for an answer, in bytes: it holds an ID or a link. */
const ANSWER_LIMIT = 1_000_000;

/**
 * Uploads a photo.
 *
 * @returns its public link.
 * @throws FailureError
 */
export async function uploadPhoto(
	run: Run,
	settings: SubmitSettings,
	photo: Photo,
): Promise<string> {
	return await sendSafely(run, readUploaded, perhapsUploaded, async () => {
		const { body, contentType, contentLength } = await multipartOf(run.context, photo);
		return await callApi(run, settings.connection, {
			path: UPLOAD_PATH,
			body,
			headers: { 'Content-Type': contentType, 'Content-Length': contentLength },
			answerLimit: ANSWER_LIMIT,
		});
	});
}

/**
 * Orders one portrait.
 *
 * @param imageInput public link to the photo.
 * @throws FailureError; its message says so when the order may have been taken all the same.
 */
export async function orderPortrait(
	run: Run,
	settings: SubmitSettings,
	imageInput: string,
): Promise<TakenTask> {
	const call: ApiCall = {
		path: SUBMIT_PATH,
		body: JSON.stringify(submitBody({ ...settings.request, imageInput })),
		answerLimit: ANSWER_LIMIT,
	};
	return await sendSafely(
		run,
		readSubmitted,
		perhapsTaken,
		async () => await callApi(run, settings.connection, call),
	);
}

/** Sends what costs money: again only when it surely was not carried out, that is never arrived or was refused for a limit. */
async function sendSafely<Result>(
	run: Run,
	read: (reply: Reply) => OrderState<Result>,
	inDoubt: (failure: Failure) => Failure,
	send: () => Promise<Reply | Fault>,
): Promise<Result> {
	const startedAt = run.clock.now();
	const expiresAt = (): number =>
		Math.max(startedAt, run.flight.pace.lastAcceptedAt ?? startedAt) + PATIENCE;
	let refusal: Failure | undefined;
	for (let faults = 0; ; ) {
		const sent = await run.flight.call<Fault | OrderState<Result>>(expiresAt, async () => {
			const reply = await send();
			if ('kind' in reply) return { value: reply, outcome: { kind: 'fault' } };
			const state = read(reply);
			if (state.state === 'failed') closeAfterAccountFailure(run, state.failure);
			return {
				value: state,
				outcome:
					state.state === 'sendAgain'
						? { kind: 'refused', limit: state.limit, retryAfter: state.retryAfter }
						: { kind: 'answered' },
			};
		});
		if (sent === undefined) {
			throw failed({
				kind: 'network',
				...refusal,
				message: `302.AI took no order for ${PATIENCE / 1000} seconds${refusal ? `, and last: ${refusal.message}` : ''}`,
				remedy: 'No portrait was billed for this item. Run it again later.',
			});
		}
		if ('kind' in sent) {
			faults += 1;
			if (!sent.neverArrived) throw failed(inDoubt(sent.failure));
			const pause = pauseAfterFaults(faults);
			if (sent.retry === 'never' || run.clock.now() + pause >= expiresAt()) {
				throw failed({
					...sent.failure,
					remedy: `${sent.failure.remedy} No portrait was billed for this item.`,
				});
			}
			await run.clock.pause(pause, run.signal);
		} else if (sent.state === 'taken') {
			return sent.result;
		} else if (sent.state === 'failed') {
			throw failed(sent.failure);
		} else {
			refusal = sent.failure;
		}
	}
}
