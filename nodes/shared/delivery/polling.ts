/**
 * When the next check of a running task is due. Portraits take 10 to 30 seconds, so the first checks are far apart and those in
 * that span close together; an old task is checked less and less. It counts from when the last check was due, not from when it
 * was made: a task whose check stood in a long line is checked the sooner once the line is short.
 *
 * @param lastDueAt when the last check was due; the first answer was due when it came.
 * @param age milliseconds from the task's first answer to `lastDueAt`.
 */
export function nextCheckDueAt(lastDueAt: number, age: number, now: number): number {
	const interval = INTERVALS.find(({ until }) => age < until)?.interval ?? LAST_INTERVAL;
	return Math.max(lastDueAt + interval, now - MOST_BEHIND);
}

/** Milliseconds. */
const INTERVALS = [
	{ until: 7_000, interval: 2_800 },
	{ until: 30_000, interval: 1_450 },
	{ until: 60_000, interval: 2_300 },
	{ until: 180_000, interval: 4_300 },
];
const LAST_INTERVAL = 10_300;
/** Milliseconds by which a check may be behind its time and still be made up for. */
const MOST_BEHIND = 1500;

/** Milliseconds between an answer and the next check of the same task, however far that check is behind its time. */
export const SHORTEST_PAUSE = 250;

/** Milliseconds from the submit of a task to its first check: hardly any portrait is ready sooner. */
export const FIRST_CHECK_AFTER = 5000;
