import type { IExecuteFunctions } from 'n8n-workflow';

import { failed, type Failure } from '../shared/failure';
import { isRecord } from '../shared/parameters';
import { isCalledByAgent, isTool } from '../shared/tool';

/** What the node hands out for a task that was submitted. */
export type SubmittedRow = {
	task_id: string;
	request_id: string | null;
	image_input: string;
};

/** What came of a wish: its task, handed out or come to grief behind its ID; a submit of which nobody knows; a photo's link. */
type Outcome =
	| { kind: 'task'; task: SubmittedRow; isHandedOut: boolean }
	| { kind: 'lost'; failure: Failure }
	| { kind: 'photo'; link: string };

/** `run` tells in which run of the node. */
type Entry = { wish: string; run: string } & Outcome;

/** What n8n keeps for the node: plain data. */
interface Kept {
	/** n8n's ID of the execution. */
	execution: string;
	/** How often the node was begun. */
	begun: number;
	entries: Entry[];
}

/**
 * Remembers what was submitted, so that nothing is submitted twice.
 *
 * n8n's Retry On Fail runs the whole node again, all items included: a try submits only what no try before it has, or may have,
 * submitted, and uploads no photo twice. An agent calls a tool again when it failed, each time in a run of its own: the same wish
 * gets the task that is there, unless that was handed out already, since then another portrait is meant.
 *
 * It lives in n8n's context of the execution, so a new execution starts with an empty one.
 */
export class EarlierTries {
	private readonly kept: Kept;
	private readonly run: string;

	constructor(context: IExecuteFunctions) {
		const place = context.getContext('node');
		const execution = context.getExecutionId();
		const kept = isKept(place.portraitSubmits, execution)
			? place.portraitSubmits
			: { execution, begun: 0, entries: [] };
		kept.begun += 1;
		// An agent that calls the tool itself does so many times in one run of the node, and perhaps at the same time.
		this.run = isCalledByAgent(context)
			? `call ${kept.begun}`
			: `run ${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
		// What another run left is of no use to a node in a loop, and must not pile up.
		const isOfTool = isTool(context);
		const isOfUse = (entry: Entry): boolean =>
			entry.run === this.run || (isOfTool && !(entry.kind === 'task' && entry.isHandedOut));
		kept.entries.splice(0, kept.entries.length, ...kept.entries.filter(isOfUse));
		this.kept = kept;
		place.portraitSubmits = kept;
	}

	/**
	 * The task that an earlier try got for this wish, which is now the caller's to hand out or to remember again; undefined when
	 * there is none.
	 *
	 * @throws FailureError when an earlier try sent one whose answer was lost.
	 */
	take(wish: string): SubmittedRow | undefined {
		const found = this.kept.entries.filter((entry) => entry.wish === wish);
		for (const entry of found) if (entry.kind === 'lost') throw failed(entry.failure);
		for (const entry of found) {
			if (entry.kind !== 'task') continue;
			this.kept.entries.splice(this.kept.entries.indexOf(entry), 1);
			return entry.task;
		}
		return undefined;
	}

	/** The link that an earlier try got for the photo, whose upload was paid for. */
	findPhoto(wish: string): string | undefined {
		const found = this.kept.entries.find((entry) => entry.wish === wish);
		return found?.kind === 'photo' ? found.link : undefined;
	}

	remember(wish: string, outcome: Outcome): void {
		this.kept.entries.push({ ...outcome, wish, run: this.run });
	}
}

function isKept(value: unknown, execution: string): value is Kept {
	return isRecord(value) && value.execution === execution;
}
