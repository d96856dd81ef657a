import type { Answer } from './answer';
import type { Fact, Outcome } from './judge';
import type { Verdict } from './verdict';

/** The state of a task, as what came of one result request tells it. */
export type TaskState =
	/** Queued or being made; also every status that nobody documented. */
	| { state: 'running'; answer: Answer }
	/** Finished, with at least one image. */
	| { state: 'done'; answer: Answer }
	/** It ended without an image, or asking for it again cannot help. */
	| { state: 'failed'; fact: Fact; verdict: Verdict }
	/** Nothing was learnt about the task, and the same question may get an answer later. */
	| { state: 'askAgain'; fact: Fact; verdict: Verdict };

export function stateOf({ fact, verdict }: Outcome): TaskState {
	if (verdict) return { state: verdict.tries === 'once' ? 'failed' : 'askAgain', fact, verdict };
	return { state: fact.data.images.length > 0 ? 'done' : 'running', answer: fact };
}
