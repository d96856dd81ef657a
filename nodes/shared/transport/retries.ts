/**
 * The growing pause after failures that pass by themselves, in milliseconds: about 0.5 s, 1 s, 2 s … 15 s, by chance a quarter more
 * or less, so that executions side by side do not come back together.
 *
 * @param failures how many came one after the other, from 1.
 */
export function pauseAfterFailures(failures: number): number {
	return Math.min(15_000, 500 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
}
