import { nextCheckDueAt } from '../../nodes/shared/delivery/polling';

describe('the next check of a running task', () => {
	it.each([
		[0, 2800],
		[6_999, 2800],
		[7_000, 1450],
		[29_999, 1450],
		[30_000, 2300],
		[59_999, 2300],
		[60_000, 4300],
		[179_999, 4300],
		[180_000, 10_300],
		[86_400_000, 10_300],
	])('is due, at the age of %i ms, %i ms after the last one was', (age, interval) => {
		expect(nextCheckDueAt(1_000_000, age, 1_000_000)).toBe(1_000_000 + interval);
		// One that was made a little late is made up for.
		expect(nextCheckDueAt(1_000_000, age, 1_000_000 + interval + 1500)).toBe(1_000_000 + interval);
	});

	it('is made up for only a little when its turn came very late', () => {
		expect(nextCheckDueAt(1_000_000, 0, 1_004_301)).toBe(1_002_801);
	});
});
