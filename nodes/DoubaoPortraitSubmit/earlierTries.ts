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

/** What came of a wish: its task, a submit of which nobody knows, or a photo's link. */
type Outcome =
	| { kind: 'task'; itemIndex: number; task: SubmittedRow }
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
	/** The runs that go on, and those that ended without handing out all that was wished for. */
	runs: Record<string, 'goesOn' | 'unfulfilled'>;
}

/**
 * Remembers what was submitted, so that nothing is submitted twice.
 *
 * n8n's Retry On Fail runs the whole node again, all items included: a try submits only what no try before it has, or may have,
 * submitted, and uploads no photo twice. An agent calls a tool again when it failed, each time in a run of its own: the same wish
 * gets the tasks that are there, unless all was handed out already, since then another portrait is meant. Calls may go on at the
 * same time; what one of them has is not another one's before it has ended.
 *
 * It lives in n8n's context of the execution. What another execution left there, as one may that n8n retries, counts for nothing.
 */
export class EarlierTries {
	private readonly kept: Kept;
	private readonly run: string;
	private isOpen = false;

	constructor(context: IExecuteFunctions) {
		const place = context.getContext('node');
		const execution = context.getExecutionId();
		const nothing: Kept = { execution, begun: 0, entries: [], runs: {} };
		const kept = isKept(place.portraitSubmits, execution) ? place.portraitSubmits : nothing;
		kept.begun += 1;
		// An agent that calls the tool itself does so many times in one run of the node, and perhaps at the same time.
		this.run = isCalledByAgent(context)
			? `call ${kept.begun}`
			: `run ${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
		// What another run left is of no use to a node in a loop, and must not pile up.
		const isOfTool = isTool(context);
		kept.entries = kept.entries.filter(
			({ run }) => run === this.run || (isOfTool && run in kept.runs),
		);
		const isOfUse = ([run, state]: [string, string]): boolean =>
			isOfTool && (state === 'goesOn' || kept.entries.some((entry) => entry.run === run));
		kept.runs = Object.fromEntries(Object.entries(kept.runs).filter(isOfUse));
		kept.runs[this.run] = 'goesOn';
		this.kept = kept;
		place.portraitSubmits = kept;
	}

	/** Nothing is known of an earlier try of this run. */
	get isFirst(): boolean {
		return this.ofThisRun.length === 0;
	}

	/** The IDs of all tasks of this run of the node, in the order of its items; those that are waited for are not among them. */
	get taskIds(): string[] {
		return this.ofThisRun
			.flatMap((entry) => (entry.kind === 'task' ? entry : []))
			.toSorted((one, other) => one.itemIndex - other.itemIndex)
			.map(({ task }) => task.task_id);
	}

	/** How many portraits of this run nobody knows of whether they were submitted. */
	get inDoubt(): number {
		return this.ofThisRun.filter(({ kind }) => kind === 'lost').length;
	}

	private get ofThisRun(): Entry[] {
		return this.kept.entries.filter(({ run }) => run === this.run);
	}

	/**
	 * The task that an earlier try got for this wish, which is now the caller's to hand out or to remember again; undefined when
	 * there is none.
	 *
	 * @throws FailureError when an earlier try sent one whose answer was lost.
	 */
	take(wish: string): SubmittedRow | undefined {
		const found = this.entriesFor(wish);
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
		const [found] = this.entriesFor(wish);
		return found?.kind === 'photo' ? found.link : undefined;
	}

	private entriesFor(wish: string): Entry[] {
		const { entries, runs } = this.kept;
		return entries.filter(
			(entry) =>
				entry.wish === wish && (entry.run === this.run || runs[entry.run] === 'unfulfilled'),
		);
	}

	/** Not all that was wished for is handed out by this run. */
	wishIsOpen(): void {
		this.isOpen = true;
	}

	/** The run has ended, in whatever way. */
	end(): void {
		if (this.isOpen) this.kept.runs[this.run] = 'unfulfilled';
		else delete this.kept.runs[this.run];
	}

	remember(wish: string, outcome: Outcome): void {
		this.kept.entries.push({ ...outcome, wish, run: this.run });
	}
}

function isKept(value: unknown, execution: string): value is Kept {
	return isRecord(value) && value.execution === execution && isRecord(value.runs);
}
