import { randomInt } from 'node:crypto';

import type { Outcome, TaskSpec } from '../types';

export interface Task {
	id: string;
	bornAt: number;
	queuedFor: number;
	generatingFor: number;
	outcome: Outcome;
	images: number;
	width: number;
	height: number;
	format: 'png' | 'jpeg';
	bytes?: number;
	prompt: string;
	genMode?: string;
	seed: number;
}

/** How the picture of a task submitted through the API differs from one put in by hand. */
export interface SubmittedTask extends TaskSpec {
	genMode?: string;
}

/** 19 digits and above 2^53, so that whoever makes a number of it loses digits and is found out. */
function makeTaskId(): string {
	const high = String(randomInt(700_000_000, 800_000_000));
	const low = String(randomInt(0, 10_000_000_000)).padStart(10, '0');
	return high + low;
}

export class TaskStore {
	private readonly tasks = new Map<string, Task>();

	add(spec: SubmittedTask = {}): Task {
		const task: Task = {
			id: spec.id ?? makeTaskId(),
			bornAt: performance.now(),
			queuedFor: spec.queuedFor ?? 0,
			generatingFor: spec.generatingFor ?? 0,
			outcome: spec.outcome ?? { kind: 'done' },
			images: spec.images ?? 1,
			width: spec.width ?? 512,
			height: spec.height ?? 512,
			format: spec.format ?? 'png',
			bytes: spec.bytes,
			prompt: spec.prompt ?? '',
			genMode: spec.genMode,
			seed: spec.seed ?? randomInt(0, 2 ** 31),
		};
		this.tasks.set(task.id, task);
		return task;
	}

	get(id: string): Task | undefined {
		return this.tasks.get(id);
	}
}

/** Where a task stands now: still on its way, or ended with its outcome. */
export function progressOf(task: Task, now: number): 'in_queue' | 'generating' | Outcome {
	const age = now - task.bornAt;
	if (age < task.queuedFor) return 'in_queue';
	if (age < task.queuedFor + task.generatingFor) return 'generating';
	return task.outcome;
}
