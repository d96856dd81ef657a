import type { IExecuteFunctions } from 'n8n-workflow';

import type { WithCredential } from './credential';
import { failed, type FailureError } from './failure';
import type { ParametersOfItem } from './parameters';
import { isTool } from './tool';
import { systemClock, type Clock } from './transport/clock';
import { Queue, type Limits, type Places } from './transport/queue';

/** One execution of one node, or a part of it that is ended by itself: what all its items share. */
export interface Run extends WithCredential {
	parameters: ParametersOfItem;
	clock: Clock;
	/** Aborted when n8n cancels the execution or the run is stopped; its reason is what everything under way rejects with. */
	signal: AbortSignal;
	queue: Queue;
	/** An AI agent runs the node. */
	isTool: boolean;
	/** Links were handed out without the files behind them. */
	handedOutLinks: boolean;
	/** Ends everything that is under way; also to be called when nothing is. */
	stop(reason?: FailureError): void;
}

const WHY_CANCELLED =
	"It was stopped in n8n, or took longer than n8n's own timeout for executions allows.";

/**
 * @param remedyWhenCancelled what the user should know after stopping the execution.
 * @param places for the requests, where other runs of the same execution share them.
 */
export function startRun(
	context: IExecuteFunctions,
	parameters: ParametersOfItem,
	limits: Limits,
	remedyWhenCancelled: string,
	places?: Places,
): Run {
	const stopping = new AbortController();
	const { signal } = stopping;
	const cancelled = context.getExecutionCancelSignal?.();
	// n8n takes an execution for canceled, rather than failed, by this very word in the message.
	const onCancel = (): void =>
		stopping.abort(
			failed({
				kind: 'cancelled',
				message: 'The execution was canceled',
				remedy: `${WHY_CANCELLED} ${remedyWhenCancelled}`,
			}),
		);
	if (cancelled?.aborted) onCancel();
	cancelled?.addEventListener('abort', onCancel, { once: true, signal });
	return {
		context,
		parameters,
		clock: systemClock,
		signal,
		queue: new Queue(systemClock, signal, limits, places),
		isTool: isTool(context),
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
}
