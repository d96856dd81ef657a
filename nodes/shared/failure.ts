/**
 * Where a failure comes from, which decides what a run does about it:
 * - `parameter`: a field of the node or of the credential is wrong; nothing was sent;
 * - `account`: the key, its rights, the balance or a quota; no other request can succeed either, so the run stops asking;
 * - `task`: 302.AI ended this task without a portrait;
 * - `api`: the API refused the call or gave an answer that cannot be used;
 * - `network`: the API or the image host could not be reached;
 * - `image`: the portrait exists, but its file could not be had;
 * - `timeout`: the task goes on, the wait for it ended;
 * - `cancelled`: the execution was stopped in n8n.
 */
export type FailureKind =
	| 'parameter'
	| 'account'
	| 'task'
	| 'api'
	| 'network'
	| 'image'
	| 'timeout'
	| 'cancelled';

/** Why an item has no portrait, in words for the person who reads the node's error. */
export interface Failure {
	kind: FailureKind;
	/** What happened, in the API's own words where it has any. */
	message: string;
	/** What to do about it. */
	remedy: string;
	/** `data.status` of the answer. */
	status?: string;
	/** The API's `code` (section "business codes") or the gateway's `err_code`. */
	code?: number | string;
	/** HTTP status of the answer. */
	httpStatus?: number;
	/** An order that costs money may have been carried out all the same. */
	perhapsTaken?: true;
	/** The API's `request_id`, which 302.AI's support asks for. */
	requestId?: string;
}

/** Carries a {@link Failure} up to the edge, where it becomes an n8n error or an error row. */
export class FailureError extends Error {
	constructor(readonly failure: Failure) {
		super(failure.message);
	}
}

/** What to throw for a failure. */
export function failed(failure: Failure): FailureError {
	return new FailureError(failure);
}

/** `text` with a period at its end, unless it ends like a sentence already. */
export function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Text from outside, made fit for one line of an error: no control characters, at most 300 characters. */
export function quotable(text: string): string {
	const line = text
		.replace(/\p{C}+/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
