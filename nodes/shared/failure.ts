/**
 * Where a failure comes from, which decides what a run does about it:
 * - `parameter`: a field of the node or of the credential is wrong; nothing was sent;
 * - `account`: the key, its rights, the balance or a quota; no other request can succeed either, so the run stops asking;
 * - `task`: 302.AI ended this task without a portrait;
 * - `api`: the API refused the request or gave an answer that cannot be used;
 * - `network`: the API could not be reached;
 * - `image`: the portrait exists, but its file could not be had;
 * - `timeout`: the task goes on, the wait for it ended;
 * - `cancelled`: the execution was stopped in n8n;
 * - `unexpected`: none of these; a defect of this package or of n8n, told as it came.
 */
export type FailureKind =
	| 'parameter'
	| 'account'
	| 'task'
	| 'api'
	| 'network'
	| 'image'
	| 'timeout'
	| 'cancelled'
	| 'unexpected';

/** Why an item has no portrait, in words for the person who reads the node's error. Plain data. */
export interface Failure {
	kind: FailureKind;
	/** What happened, in the API's own words where it has any. */
	message: string;
	/** What to do about it. */
	remedy: string;
	/** Absent where no task is known yet. */
	taskId?: string;
	/** `data.status` of the answer. */
	status?: string;
	/** The API's `code` (section "business codes") or the gateway's `err_code`. */
	code?: number | string;
	/** HTTP status of the answer. */
	httpStatus?: number;
	/** A submit that costs money may have been carried out all the same. */
	perhapsSubmitted?: boolean;
	/** The API's `request_id`, which 302.AI's support asks for. */
	requestId?: string;
}

/** Carries a {@link Failure} up to the edge, where it becomes an n8n error or an error row; `cause` is what led to it. */
export class FailureError extends Error {
	constructor(
		readonly failure: Failure,
		cause?: unknown,
	) {
		super(failure.message, cause === undefined ? undefined : { cause });
	}
}

/** What to throw for a failure. @param cause the error that led to it; must not hold the API key. */
export function failed(failure: Failure, cause?: unknown): FailureError {
	return new FailureError(failure, cause);
}

/** Refuses what the user typed. @throws FailureError of kind `parameter`. */
export function refuse(message: string, remedy: string): never {
	throw failed({ kind: 'parameter', message, remedy });
}

/** An expression of n8n as a text: in a field that is set to Fixed, or given by another node. */
const UNEVALUATED = /\{\{[^}]*\$|^=?\s*\$(json|node|input|\()/;

/** Refuses an expression, which was meant to be something else by now. @throws FailureError of kind `parameter`. */
export function refuseUnevaluated(text: string, displayName: string): void {
	if (!UNEVALUATED.test(text)) return;
	refuse(
		`'${displayName}' is an expression that was not evaluated`,
		'Switch the field from Fixed to Expression, or correct the node that gave this text.',
	);
}

/** Any error as one of this package. What nobody foresaw keeps its words, and is the cause. */
export function failureError(error: unknown): FailureError {
	if (error instanceof FailureError) return error;
	const message = error instanceof Error ? error.message : String(error);
	return failed(
		{
			kind: 'unexpected',
			message: message.trim() === '' ? 'Something unexpected happened' : message,
			remedy:
				"This was not foreseen. Please report it to the authors of this node, with the stack in the error's details.",
		},
		error,
	);
}

/** The same failure with more to do about it, sentence by sentence; empty ones are left out. */
export function withAdvice(failure: Failure, ...advice: string[]): Failure {
	const said = [failure.remedy, ...advice].filter((text) => text !== '');
	return { ...failure, remedy: said.join(' ') };
}

/** The same error, naming its task. */
export function ofTask(taskId: string, error: unknown): FailureError {
	const { failure, cause } = failureError(error);
	return failed({ ...failure, taskId }, cause);
}

/** `text` with a period at its end, unless it ends like a sentence already. */
export function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The API's own words behind a colon; empty when it has none. */
export function quoted(reason: string | undefined): string {
	return reason === undefined ? '' : `: ${quotable(reason)}`;
}

/** Text from outside, made fit for one line of an error: no control characters, at most 300 characters. */
export function quotable(text: string): string {
	const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
