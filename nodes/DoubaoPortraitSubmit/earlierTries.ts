import type { IExecuteFunctions } from 'n8n-workflow';

import { failed, type Failure } from '../shared/failure';
import { isRecord } from '../shared/parameters';

/** What the node hands out for a task that was submitted. */
export type SubmittedRow = {
	task_id: string;
	request_id: string | null;
	image_input: string;
};

/**
 * Remembers what was submitted for each item of this run of the node. n8n's Retry On Fail runs the whole node again, all items
 * included; with this a try submits only what no try before it has, or may have, submitted, and uploads no photo twice.
 *
 * It lives in n8n's context of the execution, so a new execution starts with an empty one, and so does the node's next run in the
 * same execution, as in a loop.
 */
export class EarlierTries {
	private readonly items: Record<string, unknown>;

	constructor(context: IExecuteFunctions) {
		const place = context.getContext('node');
		const run = `${context.getExecutionId()}:${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
		const kept: unknown = place.portraitSubmits;
		const items = isRecord(kept) && kept.run === run && isRecord(kept.items) ? kept.items : {};
		place.portraitSubmits = { run, items };
		this.items = items;
	}

	/**
	 * What an earlier try got for this item; undefined when there was none.
	 *
	 * @throws FailureError when an earlier try sent one whose answer was lost.
	 */
	find(itemIndex: number): SubmittedRow | undefined {
		const entry = this.items[itemIndex];
		if (isLost(entry)) throw failed(entry.lost);
		return isSubmitted(entry) ? entry.submitted : undefined;
	}

	/** The link that an earlier try got for the photo of this item, whose upload was paid for. */
	findPhoto(itemIndex: number): string | undefined {
		const entry = this.items[itemIndex];
		return isRecord(entry) && typeof entry.photo === 'string' ? entry.photo : undefined;
	}

	uploaded(itemIndex: number, photo: string): void {
		this.items[itemIndex] = { photo };
	}

	submitted(itemIndex: number, submitted: SubmittedRow): void {
		this.items[itemIndex] = { submitted };
	}

	/** It may have been submitted. */
	lost(itemIndex: number, failure: Failure): void {
		this.items[itemIndex] = { lost: failure };
	}
}

function isSubmitted(entry: unknown): entry is { submitted: SubmittedRow } {
	return (
		isRecord(entry) && isRecord(entry.submitted) && typeof entry.submitted.task_id === 'string'
	);
}

function isLost(entry: unknown): entry is { lost: Failure } {
	return isRecord(entry) && isRecord(entry.lost) && typeof entry.lost.message === 'string';
}
