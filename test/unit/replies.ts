import { SUCCESS } from '../../nodes/shared/portrait/codes';
import { readEnvelope } from '../../nodes/shared/portrait/envelope';
import type { ApiResponse } from '../../nodes/shared/portrait/refusal';
import { parseJson } from '../../nodes/shared/portrait/json';
import { readTaskState, type TaskState } from '../../nodes/shared/portrait/taskState';
import type { Failure } from '../../nodes/shared/failure';

/** What the package makes of a response to the result request. */
export function stateIn(response: ApiResponse): TaskState {
	return readTaskState(readEnvelope(response, SUCCESS));
}

/** What the package makes of `body` as JSON. */
export function read(body: unknown, httpStatus = 200, retryAfter?: number): TaskState {
	const json = parseJson(JSON.stringify(body) ?? 'null');
	if (!json) throw new Error('This is no JSON');
	return stateIn({ httpStatus, retryAfter, body: { kind: 'json', value: json.value } });
}

/** An answer of a call that succeeded. */
export function answered(data: unknown, message = 'Success'): unknown {
	return { code: 10000, status: 10000, message, request_id: 'request-1', data };
}

/** The failure in a state; undefined for a task that runs or is done. */
export function failureIn(state: TaskState): Failure | undefined {
	return 'failure' in state ? state.failure : undefined;
}

/** In one word what happens next: `never` is final, `running` and `done` are no failures. */
export function nextStep(state: TaskState): string {
	if (state.state === 'failed') return 'never';
	return state.state === 'askAgain' ? state.retry : state.state;
}
