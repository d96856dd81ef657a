import { readAnswer, type TaskState } from '../../nodes/shared/portrait/answer';
import type { Failure } from '../../nodes/shared/failure';

/** What the package makes of `body` as JSON. */
export function read(body: unknown, httpStatus = 200, retryAfter?: number): TaskState {
	return readAnswer({ httpStatus, retryAfter, body: { kind: 'json', value: body } });
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
