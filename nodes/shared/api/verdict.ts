import type { CallName } from './calls';

/** What was asked for: a call of the API, or a file of the image host. */
export type Asked = CallName | 'image';

/** Where a failure comes from, which decides what a run does about it. */
export type FailureKind =
	/** A field of the node or of the credential is wrong; nothing was sent. */
	| 'parameter'
	/** The key, its rights, the balance or a quota; no other request with this key can succeed either. */
	| 'account'
	/** 302.AI ended this task without a portrait. */
	| 'task'
	/** 302.AI has no such task, for this account; it may be one of another, or too old. */
	| 'unknownTask'
	/** The API refused the request or gave an answer that cannot be used. */
	| 'api'
	/** The API could not be reached. */
	| 'network'
	/** The portrait exists, but its file could not be had. */
	| 'image'
	/** The task goes on, the wait for it ended. */
	| 'timeout'
	/** The execution was stopped in n8n. */
	| 'cancelled'
	/** None of these; a defect of this package or of n8n, told as it came. */
	| 'unexpected';

/** What it means that a request did not bring what it was sent for. */
export interface Verdict {
	kind: FailureKind;
	/** How often the same request may be sent: once; a few times, where the sources disagree; or as long as there is time. */
	tries: 'once' | 'few' | 'endless';
	/** The limit of the API that it ran into; the request then waits for its turn like all others. */
	limit?: 'rate' | 'concurrency';
	/** Whether a request that costs money may have been carried out. Only a row with a source says `no`. */
	taken: 'no' | 'perhaps';
	/** What it comes to, where the words of the other side do not say so; `{proxy}` stands for the proxy's address. */
	says?: string;
	/** What to do about it; empty where time alone helps. */
	remedy: string;
}

/** Codes of success: of the portrait calls (302.AI's documentation), of the upload, and `none` where a gateway leaves it out. */
export const SUCCESS: ReadonlyArray<number | string> = [10000, 200, 'none'];

/** What fits no row: it may have been taken, and may pass. */
export const IN_DOUBT: Verdict = { kind: 'api', tries: 'few', taken: 'perhaps', remedy: '' };
