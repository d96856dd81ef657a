import { Flight } from '../../nodes/shared/transport/queue';
import { callUntilAnswered, Limiter, type Limits } from './limiter';
import { VirtualClock } from './virtualClock';

const CALLS = 300;
/** Part of the limit's own time that finding it out may cost, on the virtual clock. */
const AT_MOST = 1.25;
const AT_MOST_WITH_PAUSES = 1.6;

async function sendAll(
	limits: Limits,
	flightsCount: number,
	maxConcurrency?: number,
): Promise<{ took: number; ownTime: number; answered: number; limiter: Limiter }> {
	const clock = new VirtualClock();
	const startedAt = clock.now();
	const limiter = new Limiter(clock, limits);
	const { signal } = new AbortController();
	const flights = Array.from(
		{ length: flightsCount },
		() => new Flight(clock, signal, { maxConcurrency }),
	);
	const refusals = await clock.run(
		Promise.all(
			Array.from(
				{ length: CALLS },
				async (_, index) => await callUntilAnswered(flights[index % flightsCount], limiter),
			),
		),
	);
	return {
		took: clock.now() - startedAt,
		ownTime: limiter.ownTime(CALLS),
		answered: refusals.length,
		limiter,
	};
}

const durations = [5, 300, 1000];
const retryAfters: Array<[string, number | undefined]> = [
	['without Retry-After', undefined],
	['with Retry-After: 1', 1000],
];
const clients: Array<[string, number]> = [
	['one run', 1],
	['two runs that share the limit', 2],
];

describe.each(clients)('300 calls of %s', (_clients, flights) => {
	describe.each(retryAfters)('%s', (_header, retryAfter) => {
		it.each(durations)(
			'all arrive in little more time than what 20 calls a second and 8 at once allow takes, at %i ms a call',
			async (callTakes) => {
				const limits = { callsPerSecond: 20, atOnce: 8, callTakes, refusalTakes: 5, retryAfter };
				const { took, ownTime, answered } = await sendAll(limits, flights);
				expect(answered).toBe(CALLS);
				// Two runs know nothing of each other, and each try to get a larger share costs the pause asked for.
				const atMost = flights > 1 && retryAfter !== undefined ? AT_MOST_WITH_PAUSES : AT_MOST;
				expect(took / ownTime).toBeLessThanOrEqual(atMost);
			},
		);

		it.each(durations)(
			'all arrive when only 20 calls a second are allowed, at %i ms a call',
			async (callTakes) => {
				const limits = { callsPerSecond: 20, callTakes, refusalTakes: 5, retryAfter };
				const { answered, limiter } = await sendAll(limits, flights);
				expect(answered).toBe(CALLS);
				expect(limiter.refusals).toBeLessThan(CALLS);
			},
		);

		it.each(durations)(
			'all arrive when only 8 may be open at once, at %i ms a call',
			async (callTakes) => {
				const limits = { atOnce: 8, callTakes, refusalTakes: 5, retryAfter };
				const { answered, limiter } = await sendAll(limits, flights);
				expect(answered).toBe(CALLS);
				expect(limiter.mostOpen).toBeLessThanOrEqual(8);
				expect(limiter.refusals).toBeLessThan(CALLS);
			},
		);
	});
});

describe('300 calls to an API without limits', () => {
	it('are never more than 100 at once', async () => {
		const { limiter, answered } = await sendAll({ callTakes: 300, refusalTakes: 5 }, 1);
		expect(answered).toBe(CALLS);
		expect(limiter.mostOpen).toBeLessThanOrEqual(100);
		expect(limiter.refusals).toBe(0);
	});

	it('take a small part of the time that they would take one after the other', async () => {
		const { took } = await sendAll({ callTakes: 300, refusalTakes: 5 }, 1);
		expect(took).toBeLessThanOrEqual((CALLS * 300) / 10);
	});

	it.each([1, 2, 3, 8, 17])(
		'are never more than %i at once when the user says so',
		async (most) => {
			const { limiter, answered } = await sendAll({ callTakes: 300, refusalTakes: 5 }, 1, most);
			expect(answered).toBe(CALLS);
			expect(limiter.mostOpen).toBe(most);
		},
	);
});

describe('300 calls to an API with other limits', () => {
	it.each([
		['5 calls a second, 3 at once', { callsPerSecond: 5, atOnce: 3 }],
		['1 at once', { atOnce: 1 }],
		['50 calls a second, 30 at once', { callsPerSecond: 50, atOnce: 30 }],
	])('all arrive: %s', async (_name, limits) => {
		const { answered } = await sendAll({ ...limits, callTakes: 300, refusalTakes: 5 }, 1);
		expect(answered).toBe(CALLS);
	});
});

/** Limits that nothing was tuned for. */
const otherLimits = [11, 17, 28].flatMap((callsPerSecond) =>
	[5, 10, 13].flatMap((atOnce) =>
		[40, 330, 700].map((callTakes) => ({ callsPerSecond, atOnce, callTakes, refusalTakes: 12 })),
	),
);

describe('300 calls of one run to an API with limits that nothing was tuned for', () => {
	it.each(otherLimits)(
		'arrive in at most 1.25 times: $callsPerSecond a second, $atOnce at once, $callTakes ms a call',
		async (limits) => {
			const { took, ownTime, answered } = await sendAll(limits, 1);
			expect(answered).toBe(CALLS);
			expect(took / ownTime).toBeLessThanOrEqual(AT_MOST);
		},
	);
});
