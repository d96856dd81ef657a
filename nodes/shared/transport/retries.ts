/**
 * The growing pause after failures that pass by themselves, in milliseconds: 0.5 s, 1 s, 2 s … 15 s.
 *
 * @param failures how many came one after the other, from 1.
 */
export function pauseAfterFailures(failures: number): number {
	return Math.min(15_000, 500 * 2 ** (failures - 1));
}
