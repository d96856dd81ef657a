import type { IExecuteFunctions } from 'n8n-workflow';

import { isObject } from '../shared/portrait/envelope';
import { failed, type Failure } from '../shared/failure';

/** What the node hands out for an order that was taken. */
export type TakenOrder = {
	task_id: string;
	request_id: string | null;
	image_input: string;
};

/**
 * Remembers what was ordered for each item of this run of the node. n8n's Retry On Fail runs the whole node again, all items
 * included; with this a try orders only what no try before it has, or may have, ordered.
 *
 * It lives in n8n's context of the execution, so a new execution starts with an empty one.
 */
export class OrderBook {
	private readonly entries: Record<string, unknown>;
	private readonly run: string;

	constructor(context: IExecuteFunctions) {
		const place = context.getContext('node');
		if (!isObject(place.portraitOrders)) place.portraitOrders = {};
		this.entries = place.portraitOrders;
		this.run = `${context.getExecutionId()}:${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
	}

	/**
	 * The order that an earlier try got for this item; undefined when there was none.
	 *
	 * @throws FailureError when an earlier try sent one whose answer was lost.
	 */
	find(itemIndex: number): TakenOrder | undefined {
		const entry = this.entries[`${this.run}:${itemIndex}`];
		if (isLost(entry)) throw failed(entry.lost);
		return isTaken(entry) ? entry.taken : undefined;
	}

	taken(itemIndex: number, taken: TakenOrder): void {
		this.entries[`${this.run}:${itemIndex}`] = { taken };
	}

	/** The order may have been taken. */
	lost(itemIndex: number, failure: Failure): void {
		this.entries[`${this.run}:${itemIndex}`] = { lost: failure };
	}
}

function isTaken(entry: unknown): entry is { taken: TakenOrder } {
	return typeof entry === 'object' && entry !== null && 'taken' in entry;
}

function isLost(entry: unknown): entry is { lost: Failure } {
	return typeof entry === 'object' && entry !== null && 'lost' in entry;
}
