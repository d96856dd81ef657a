import type { FailureKind } from './api/verdict';

/** Why an item has no portrait: facts. The sentences for people are made of them in sentences.ts. Plain data. */
export interface Failure {
	kind: FailureKind;
	/** What happened, in the API's own words where it has any. */
	message: string;
	/** What to do about the cause; empty where time alone helps. */
	remedy: string;
	/** Absent where no task is known yet. */
	taskId?: string;
	/** `data.status` of the answer. */
	status?: string;
	/** The API's `code` or the gateway's `err_code`. */
	code?: number | string;
	/** HTTP status of the answer. */
	httpStatus?: number;
	/** The API's `request_id`, which 302.AI's support asks for. */
	requestId?: string;
	/** Of Doubao Portrait Submit: nothing was, it was and is paid for, or nobody can know. */
	submitted?: 'no' | 'yes' | 'unknown';
	/** Which of an item's portraits, from 0, where it has several. */
	portrait?: number;
	/** `message` is that of an error row which came back, and says all. */
	isRepeated?: boolean;
	/** The photo may have been uploaded all the same, which costs money too. */
	uploadInDoubt?: boolean;
	/** What was submitted for other items by a node that stopped: it is paid for and would be lost. */
	others?: { taskIds: string[]; inDoubt: number };
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

/** Any error as one of this package, with further facts. What nobody foresaw keeps its words, and is the cause. */
export function failureError(error: unknown, facts?: Partial<Failure>): FailureError {
	if (error instanceof FailureError) {
		return facts ? failed({ ...error.failure, ...facts }, error.cause) : error;
	}
	const message = error instanceof Error ? error.message : String(error);
	return failed(
		{
			kind: 'unexpected',
			message: message.trim() === '' ? 'Something unexpected happened' : message,
			remedy:
				"This was not foreseen. Please report it to the authors of this node, with the stack in the error's details.",
			...facts,
		},
		error,
	);
}

/** The same failure with more to do about it. */
export function withAdvice(failure: Failure, advice: string): Failure {
	return { ...failure, remedy: [failure.remedy, advice].filter((text) => text !== '').join(' ') };
}
