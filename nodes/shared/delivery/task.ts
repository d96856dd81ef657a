import { readAnswer, type TaskState } from '../portrait/answer';
import { RESULT_PATH, resultCall, type ResultRequest } from '../portrait/resultRequest';
import { callApi } from '../transport/request';
import type { Connection } from '../transport/connection';
import type { CallOutcome } from '../transport/queue';
import type { Fault } from '../transport/networkFailure';
import { closeAfterAccountFailure, type Run } from '../run';

/** Room for everything in an answer that is no image, in bytes. */
const TEXT_OF_ANSWER = 1_000_000;

/**
 * Asks once for the state of a task, when the API's pace allows. A failure of the account ends all asking of the run.
 *
 * @param standInLineUntil when it is too late to ask, in the run's milliseconds.
 * @param deadline when the answer must be there; a question that left after it has the time of any request.
 * @param maxFileSize bytes; an answer with larger images is not read to its end.
 * @returns undefined when it became too late before the question could leave.
 */
export async function askForTask(
	run: Run,
	connection: Connection,
	request: ResultRequest,
	{
		standInLineUntil,
		deadline,
		maxFileSize,
	}: { standInLineUntil: () => number; deadline: () => number; maxFileSize: number },
): Promise<TaskState | undefined> {
	const { query, body } = resultCall(request);
	return await run.flight.call(standInLineUntil, async () => {
		const left = deadline() - run.clock.now();
		const reply = await callApi(run, connection, {
			path: RESULT_PATH,
			query,
			body: JSON.stringify(body),
			answerLimit: Math.ceil((maxFileSize * 4) / 3) + TEXT_OF_ANSWER,
			timeLeft: left > 0 ? Math.max(1000, left) : undefined,
		});
		const state = 'kind' in reply ? stateOfFault(reply) : readAnswer(reply);
		if (state.state === 'failed') closeAfterAccountFailure(run, state.failure);
		return { value: state, outcome: outcomeOf(state) };
	});
}

function stateOfFault({ retry, failure }: Fault): TaskState {
	if (retry === 'never') return { state: 'failed', failure };
	const remedy = `${failure.remedy} Nothing is lost: run this node again later with the same task ID.`;
	return { state: 'askAgain', retry, failure: { ...failure, remedy } };
}

function outcomeOf(state: TaskState): CallOutcome {
	if (state.state !== 'askAgain') return { kind: 'answered' };
	const { retry, retryAfter } = state;
	if (retry !== 'rate' && retry !== 'concurrency') return { kind: 'fault' };
	return { kind: 'refused', limit: retry, retryAfter };
}
