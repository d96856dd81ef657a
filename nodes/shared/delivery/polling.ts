/** Milliseconds from the submit of a task to its first check: hardly any portrait is ready sooner. */
export const FIRST_CHECK_AFTER = 5000;

/**
 * Milliseconds from an answer to the next check of a running task. Portraits take 10 to 30 seconds, so the checks in that span are
 * close together; an old task is checked less and less, and each one of many is checked more rarely.
 *
 * @param age milliseconds since the task's first answer.
 * @param runningTasks how many are checked for the same account.
 */
export function pauseBeforeCheck(age: number, runningTasks: number): number {
	const interval = INTERVALS.find(({ until }) => age < until)?.interval ?? LAST_INTERVAL;
	return Math.max(interval, Math.min(runningTasks * FOR_EACH_TASK, MOST_FOR_OTHERS));
}

/** Milliseconds. */
const INTERVALS = [
	{ until: 7_000, interval: 2_500 },
	{ until: 30_000, interval: 1_150 },
	{ until: 60_000, interval: 2_000 },
	{ until: 180_000, interval: 4_000 },
];
const LAST_INTERVAL = 10_000;
const FOR_EACH_TASK = 50;
const MOST_FOR_OTHERS = 6000;
