/**
 * When to look again at a task that is still running, in milliseconds from now.
 *
 * Portraits take 10 to 30 seconds, so the first looks are wide apart and those in that span close together; an old task is
 * looked at less and less. While other tasks of the run are ending, this one is likely to be next. However many tasks a run
 * waits for, all of them together are looked at `CHECKS_PER_SECOND` times a second at most, those that end not counted; the
 * time that a question takes counts.
 */
export function pauseBeforeNextCheck(task: {
	/** Milliseconds since the task's first answer. */
	waited: number;
	/** Milliseconds since the last look began. */
	sinceAsked: number;
	/** Tasks of this run that are still running, this one included. */
	runningTasks: number;
	/** Milliseconds since a task of this run was last seen to have ended. */
	sinceLastEnd: number;
	/** 'Poll Interval' in milliseconds, when the user set it: it is always obeyed. */
	pollInterval?: number;
}): number {
	if (task.pollInterval !== undefined) return task.pollInterval;
	const byAge = PAUSES.find(({ until }) => task.waited < until)?.pause ?? LAST_PAUSE;
	const likely = task.sinceLastEnd < OTHERS_END ? PAUSE_WHILE_OTHERS_END : byAge;
	return Math.max(likely, (task.runningTasks * 1000) / CHECKS_PER_SECOND - task.sinceAsked);
}

const CHECKS_PER_SECOND = 12;
const PAUSES = [
	{ until: 7_000, pause: 2_500 },
	{ until: 30_000, pause: 1_150 },
	{ until: 60_000, pause: 2_000 },
	{ until: 180_000, pause: 4_000 },
];
const LAST_PAUSE = 10_000;
const OTHERS_END = 3_000;
const PAUSE_WHILE_OTHERS_END = 250;

/**
 * The growing pause after faults that pass by themselves, in milliseconds: 0.5 s, 1 s, 2 s … 15 s.
 *
 * @param faults how many came one after the other, from 1.
 */
export function pauseAfterFaults(faults: number): number {
	return Math.min(15_000, 500 * 2 ** (faults - 1));
}

/** Tries for what the documents disagree about, before it counts as final. */
export const FEW_TRIES = 5;
