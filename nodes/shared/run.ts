import type { IExecuteFunctions } from 'n8n-workflow';

import type { CallName } from './api/calls';
import type { Access } from './credential';
import type { FailedItem } from './errors';
import { failed, type Failure, type FailureError } from './failure';
import { parametersOf, type ParametersOfItem } from './parameters';
import { isTool } from './tool';
import type { Connection } from './transport/connection';
import { systemClock, type Clock } from './transport/clock';
import { Gate, type Lane } from './transport/gate';

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
	/** Most answers with whole images that are asked for at once. */
	resultsAtOnce: number;
	/** An AI agent runs the node. */
	isTool: boolean;
	/** Links were handed out without the files behind them. */
	handedOutLinks: boolean;
	/** Set once the run has ended early. */
	stoppedBy?: FailedItem;
	/** Ends what is free, and all that stands in line; also to be called when nothing is under way. */
	stop(reason?: FailureError): void;
}

/** What bounds the requests of a run. */
export interface Limits {
	/** Most requests in flight, as the user set it. */
	maxConcurrency?: number;
	/** The same of results alone, where their answers carry whole images. */
	resultsAtOnce?: number;
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
export function startRun(
	context: IExecuteFunctions,
	readLimits: (parameters: ParametersOfItem) => Limits,
	remedyWhenCancelled: string,
): Run {
	const parameters = parametersOf(context);
	const { maxConcurrency, resultsAtOnce } = readLimits(parameters);
	const cancelling = new AbortController();
	const stopping = new AbortController();
	const ofN8n = context.getExecutionCancelSignal?.();
	// n8n takes an execution for canceled, rather than failed, by this very word in the message.
	const failure: Failure = {
		kind: 'cancelled',
		message: 'The execution was canceled',
		remedy: `${WHY_CANCELLED} ${remedyWhenCancelled}`,
	};
	const onCancel = (): void => {
		cancelling.abort(failed(failure));
		stopping.abort(failed(failure));
	};
	if (ofN8n?.aborted) onCancel();
	ofN8n?.addEventListener('abort', onCancel, { once: true, signal: stopping.signal });
	const gate = new Gate(systemClock, maxConcurrency);
	const run: Run = {
		context,
		parameters,
		clock: systemClock,
		gate,
		cancelled: cancelling.signal,
		stopped: stopping.signal,
		resultsAtOnce: resultsAtOnce ?? gate.most,
		isTool: isTool(context),
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
	// Asked for first, so that an image is fetched as soon as its task is done.
	fileLane(run);
	return run;
}

/** Images at once at first: of large ones more come no faster, and each is held in memory. */
const FILES_AT_FIRST = 3;
/** The same once small ones have come, whose host's delay counts more than their bytes. */
const MOST_FILES = 32;

/** For what is read from an image host or from n8n's storage. Where there are two places, one is left to the API. */
export function fileLane({ gate, stopped }: Run): Lane {
	const most = Math.min(MOST_FILES, Math.max(1, gate.most - 1));
	return gate.lane('files', { start: FILES_AT_FIRST, most }, stopped);
}

/** Results asked for at first: a wrong key costs no more requests than this. */
const RESULTS_AT_FIRST = 32;

/** For the results of one account. */
export function resultLane({ gate, stopped, resultsAtOnce }: Run, { account }: Access): Lane {
	const window = { start: RESULTS_AT_FIRST, most: resultsAtOnce, bringsImages: true };
	return gate.lane(`results ${account}`, window, stopped);
}

/** Each holds a connection, and each costs money while nobody may be looking. */
const SUBMITS_AT_ONCE = 32;
/** Each holds its photo in memory. */
const UPLOADS_AT_ONCE = 8;

/** For what one account pays for; the first goes alone, so that a wrong key is one request. */
export function submitLane({ gate, stopped }: Run, { account }: Access): Lane {
	const window = { start: 1, proven: SUBMITS_AT_ONCE, most: SUBMITS_AT_ONCE };
	return gate.lane(`submits ${account}`, window, stopped);
}

/** The same for its photos. */
export function uploadLane({ gate, stopped }: Run, { account }: Access): Lane {
	const window = { start: 1, proven: UPLOADS_AT_ONCE, most: UPLOADS_AT_ONCE };
	return gate.lane(`uploads ${account}`, window, stopped);
}

/**
 * Nothing more is submitted for this account in this run, and nothing more is asked for where results are refused as well: an empty
 * balance does not keep what is paid for from being fetched.
 */
export function closeAccount({ run, access }: Item, call: CallName, reason: FailureError): void {
	if (call === 'result') resultLane(run, access).close(reason);
	submitLane(run, access).close(reason);
	uploadLane(run, access).close(reason);
}
