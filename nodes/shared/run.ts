import type { IExecuteFunctions } from 'n8n-workflow';

import type { CallName } from './api/calls';
import { BOUNDS } from './bounds';
import type { Connection } from './connection';
import type { Access } from './credential';
import type { FailedItem } from './errors';
import { failed, type FailureError } from './failure';
import { parametersOf, readIfSet, readOptions, type ParametersOfItem } from './parameters';
import { systemClock, type Clock } from './transport/clock';
import { Gate, type Lane, type Window } from './transport/gate';

/** One execution of one node: what all its items share. */
export interface Run {
	context: IExecuteFunctions;
	parameters: ParametersOfItem;
	clock: Clock;
	gate: Gate;
	/** Aborted when n8n cancels the execution, and only then ends submits that are on their way. */
	cancelled: AbortSignal;
	/** Aborted then too, and when the run ends early; ends all else. Its reason is what that rejects with. */
	stopped: AbortSignal;
	/** An AI agent runs the node. */
	isTool: boolean;
	/** Links were handed out without the files behind them. */
	handedOutLinks: boolean;
	/** Set once the run has ended early. */
	stoppedBy?: FailedItem;
	/** Ends what is free, and all that stands in line; also to be called when nothing is under way. */
	stop(reason?: FailureError): void;
}

/** One item on its way: whose key its requests carry, and how they reach their host. */
export interface Item {
	run: Run;
	itemIndex: number;
	access: Access;
	connection: Connection;
}

const WHY_CANCELLED =
	"It was stopped in n8n, or took longer than n8n's own timeout for executions allows.";

/** @param remedyWhenCancelled what the user should know after stopping the execution. */
export function startRun(context: IExecuteFunctions, remedyWhenCancelled: string): Run {
	const parameters = parametersOf(context);
	const cancelling = new AbortController();
	const stopping = new AbortController();
	const ofN8n = context.getExecutionCancelSignal?.();
	const onCancel = (): void => {
		// n8n takes an execution for canceled, rather than failed, by this very word in the message.
		const message = 'The execution was canceled';
		const remedy = `${WHY_CANCELLED} ${remedyWhenCancelled}`;
		const reason = failed({ kind: 'cancelled', message, remedy });
		cancelling.abort(reason);
		stopping.abort(reason);
	};
	if (ofN8n?.aborted) onCancel();
	ofN8n?.addEventListener('abort', onCancel, { once: true, signal: stopping.signal });
	const run: Run = {
		context,
		parameters,
		clock: systemClock,
		gate: new Gate(systemClock, stopping.signal, readMaxConcurrency(parameters)),
		cancelled: cancelling.signal,
		stopped: stopping.signal,
		isTool: isTool(context),
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
	// Asked for first, so that an image is fetched as soon as its task is done.
	laneFor(run, 'files');
	return run;
}

/**
 * Whether an AI agent runs the node. Older agents call the tool themselves, and n8n says so; newer ones have n8n's engine run
 * the node, which then tells only by the type that n8n gave to the tool variant. n8n before 2.2 has no isToolExecution.
 */
function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}

/** That of the first item holds for the whole run. */
function readMaxConcurrency(parameters: ParametersOfItem): number | undefined {
	try {
		const options = readOptions(parameters(0));
		return readIfSet(options, 'maxConcurrency', 'Max Concurrency', BOUNDS.maxConcurrency);
	} catch {
		// The item fails by itself, and says why, when its turn comes.
		return undefined;
	}
}

/** What requests are for, and how many of them may be in flight. */
const WINDOWS = {
	/** What is read from an image host or from n8n's storage: of large images more come no faster, and each is held in memory. */
	files: { start: 3, most: 32 },
	/** Results. A wrong key costs no more requests than those at first. */
	links: { start: 32, most: 100, bringsImages: true },
	/** Results that hold whole images. */
	base64: { start: 8, most: 8, bringsImages: true },
	/** Each holds a connection, and each costs money while nobody may be looking; the first goes alone, so that a wrong key is one request. */
	submit: { start: 1, proven: 32, most: 32 },
	/** Each holds its photo in memory. */
	upload: { start: 1, proven: 8, most: 8 },
} as const satisfies Record<string, Window>;

/** @param account of whose key the requests are; what limits one is nothing to the others. */
export function laneFor({ gate }: Run, purpose: keyof typeof WINDOWS, account = ''): Lane {
	const window: Window = WINDOWS[purpose];
	// Where there are two places, an image host that hangs leaves one to the API.
	const most = purpose === 'files' ? Math.max(1, gate.most - 1) : window.most;
	return gate.lane(`${purpose} ${account}`, { ...window, most: Math.min(window.most, most) });
}

/**
 * Nothing more is submitted for this account in this run, and nothing more is asked for where results are refused as well: an empty
 * balance does not keep what is paid for from being fetched.
 */
export function closeAccount({ run, access }: Item, call: CallName, reason: FailureError): void {
	const results = call === 'result' ? (['links', 'base64'] as const) : [];
	for (const purpose of [...results, 'submit', 'upload'] as const) {
		laneFor(run, purpose, access.account).close(reason);
	}
}
