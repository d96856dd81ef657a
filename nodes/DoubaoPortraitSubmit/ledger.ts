import type { IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../shared/api/isRecord';
import { failed, failureError, type Failure } from '../shared/failure';

/** What the node hands out for a task that was submitted. */
export type SubmittedRow = {
	task_id: string;
	request_id: string | null;
	/** Null where an error row brought the task back without its photo. */
	image_input: string | null;
};

/** What came of a wish for a portrait: nothing yet, it is on its way, nobody knows what became of it, or its task. */
type Entry =
	| { state: 'wished' }
	| { state: 'sent' }
	| { state: 'lost'; failure: Failure }
	| { state: 'taken'; task: SubmittedRow; hasEnded?: boolean };

/** What n8n keeps for the node: plain data. */
interface Kept {
	/** n8n's ID of the execution. */
	execution: string;
	/** By wish. */
	portraits: Record<string, Entry>;
	/** Links of photos that were uploaded, by photo. */
	photos: Record<string, string>;
	/** How many portraits were or may have been submitted in this execution, all runs of the node together. */
	count: number;
}

const LOST: Failure = {
	kind: 'api',
	message: 'An earlier try was ended before the answer to its submit came',
	remedy: '',
	submitted: 'unknown',
};

/**
 * Remembers what is paid for, so that nothing is paid for twice: by Retry On Fail, which runs the whole node again, by an agent that
 * calls the tool again, and by a retry from n8n's list of executions.
 *
 * It lives in n8n's node context, which belongs to one execution. n8n hands that of a failed execution to its retry; what any other
 * execution left there counts for nothing.
 */
export class Ledger {
	private readonly kept: Kept;
	private readonly prefix: string;
	/** Those of this run or call. */
	private readonly wishes = new Set<string>();

	constructor(
		context: IExecuteFunctions,
		private readonly isTool: boolean,
	) {
		const place = context.getContext('node');
		const execution = context.getExecutionId();
		const found = isKept(place.portraitSubmits) ? place.portraitSubmits : undefined;
		const isOurs = found?.execution === execution;
		const isRetried = !isOurs && context.getMode() === 'retry';
		// One object for all calls of an agent, which may go on at the same time.
		this.kept =
			found && (isOurs || isRetried) ? found : { execution, portraits: {}, photos: {}, count: 0 };
		this.kept.execution = execution;
		if (isRetried) this.kept.count = 0;
		this.prefix = isTool
			? 'tool'
			: `run ${String(context.evaluateExpression('{{ $runIndex }}', 0))}`;
		place.portraitSubmits = this.kept;
		// What another run left is of no use to a node in a loop, and must not pile up.
		keepPrefix(this.kept.portraits, this.prefix);
		keepPrefix(this.kept.photos, this.prefix);
		for (const [wish, entry] of Object.entries(this.kept.portraits)) {
			// A try that has ended leaves nothing on its way; an agent's calls may go on at the same time.
			const isLost = entry.state === 'sent' && (!isTool || isRetried);
			if (isLost) this.kept.portraits[wish] = { state: 'lost', failure: LOST };
			const isOver = entry.state === 'wished' || (entry.state === 'taken' && entry.hasEnded);
			if (isRetried && isOver) delete this.kept.portraits[wish];
		}
	}

	/** The IDs of all tasks of this run or call. */
	get taskIds(): string[] {
		return this.own.flatMap((entry) => (entry.state === 'taken' ? [entry.task.task_id] : []));
	}

	/** How many portraits of this run or call nobody knows of whether they were submitted. */
	get inDoubt(): number {
		return this.own.filter(({ state }) => state === 'sent' || state === 'lost').length;
	}

	/** Of an agent's calls, other ones may go on at the same time. */
	private get own(): Entry[] {
		const all = Object.entries(this.kept.portraits);
		return all.flatMap(([wish, entry]) => (!this.isTool || this.wishes.has(wish) ? [entry] : []));
	}

	/**
	 * How the portrait is called here.
	 *
	 * @param words tells it from the others of the same run; for an agent, all that it asked for. The same words in a call that goes
	 * on at the same time mean another portrait.
	 */
	wishFor(words: string): string {
		let wish = `${this.prefix} ${words}`;
		const { portraits } = this.kept;
		const isUnderWay = (): boolean =>
			['wished', 'sent'].includes(portraits[wish]?.state ?? '') && this.isTool;
		while (isUnderWay()) wish += ' again';
		portraits[wish] ??= { state: 'wished' };
		this.wishes.add(wish);
		return wish;
	}

	/** Whether nothing has to be submitted for this wish. */
	has(wish: string): boolean {
		return ['taken', 'lost'].includes(this.kept.portraits[wish]?.state ?? '');
	}

	/**
	 * The task for a wish: the one that there is, or a new one. Until its answer comes it counts as in doubt.
	 *
	 * @param most portraits that may be submitted in this execution.
	 * @param submit throws a FailureError that says in `submitted` what may have become of it.
	 * @throws FailureError, the same words again after a submit whose answer was lost.
	 */
	async once(
		wish: string,
		most: number,
		submit: () => Promise<SubmittedRow>,
	): Promise<{ task: SubmittedRow; isNew: boolean }> {
		const { portraits } = this.kept;
		const found = portraits[wish];
		if (found?.state === 'taken') return { task: found.task, isNew: false };
		if (found?.state === 'lost') throw failed(found.failure);
		if (this.kept.count >= most) throw failed(tooMany(most, this.taskIds));
		this.kept.count += 1;
		portraits[wish] = { state: 'sent' };
		try {
			const task = await submit();
			portraits[wish] = { state: 'taken', task };
			return { task, isNew: true };
		} catch (error) {
			const known = failureError(error);
			const { failure } = known;
			if (failure.submitted === 'no') {
				this.kept.count -= 1;
				portraits[wish] = { state: 'wished' };
			} else {
				portraits[wish] = { state: 'lost', failure: failure.kind === 'cancelled' ? LOST : failure };
			}
			throw known;
		}
	}

	/** 302.AI ended the task without a portrait: a retry from n8n's list submits it anew. */
	ended(wish: string): void {
		const entry = this.kept.portraits[wish];
		if (entry?.state === 'taken') entry.hasEnded = true;
	}

	photo(name: string): string | undefined {
		return this.kept.photos[`${this.prefix} ${name}`];
	}

	keepPhoto(name: string, link: string): void {
		this.kept.photos[`${this.prefix} ${name}`] = link;
	}

	/** An agent got all that this call wished for: the same words mean other portraits from now on. */
	handedOut(): void {
		if (this.isTool) for (const wish of this.wishes) delete this.kept.portraits[wish];
	}
}

function keepPrefix(all: Record<string, unknown>, prefix: string): void {
	for (const name of Object.keys(all)) if (!name.startsWith(`${prefix} `)) delete all[name];
}

function tooMany(most: number, taskIds: string[]): Failure {
	return {
		kind: 'parameter',
		message: `'Max Portraits per Execution' is reached: ${most}`,
		remedy:
			'Raise it in the options, or look for a loop that does not end and for a list that is too long.',
		others: { taskIds, inDoubt: 0 },
	};
}

function isKept(value: unknown): value is Kept {
	return isRecord(value) && isRecord(value.portraits) && isRecord(value.photos);
}
