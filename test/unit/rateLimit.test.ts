import { Queue } from '../../nodes/shared/transport/queue';
import { Limiter, requestUntilAnswered, type ApiLimits } from './limiter';
import { VirtualClock } from './virtualClock';

const REQUESTS = 300;
/** Part of the limit's own time that finding it out may cost, on the virtual clock. */
const AT_MOST = 1.25;
const AT_MOST_WITH_PAUSES = 1.6;

async function sendAll(
	limits: ApiLimits,
	queuesCount: number,
	maxConcurrency?: number,
): Promise<{ took: number; ownTime: number; answered: number; limiter: Limiter }> {
	const clock = new VirtualClock();
	const startedAt = clock.now();
	const limiter = new Limiter(clock, limits);
	const queues = Array.from(
		{ length: queuesCount },
		() => new Queue(clock, new AbortController().signal, { maxConcurrency }),
	);
	const refusals = await clock.run(
		Promise.all(
			Array.from(
				{ length: REQUESTS },
				async (_, index) => await requestUntilAnswered(queues[index % queuesCount], limiter),
			),
		),
	);
	return {
		took: clock.now() - startedAt,
		ownTime: limiter.ownTime(REQUESTS),
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
	['two runs that share the rate limit', 2],
];

describe.each(clients)('300 requests of %s', (_clients, queues) => {
	describe.each(retryAfters)('%s', (_header, retryAfter) => {
		it.each(durations)(
			'are all answered in little more time than what 20 requests a second and 8 at once allow takes, at %i ms a response',
			async (responseTakes) => {
				const limits = {
					requestsPerSecond: 20,
					atOnce: 8,
					responseTakes,
					refusalTakes: 5,
					retryAfter,
				};
				const { took, ownTime, answered } = await sendAll(limits, queues);
				expect(answered).toBe(REQUESTS);
				// Two runs know nothing of each other, and each try to get a larger share costs the pause asked for.
				const atMost = queues > 1 && retryAfter !== undefined ? AT_MOST_WITH_PAUSES : AT_MOST;
				expect(took / ownTime).toBeLessThanOrEqual(atMost);
			},
		);

		it.each(durations)(
			'are all answered when only 20 requests a second are allowed, at %i ms a response',
			async (responseTakes) => {
				const limits = { requestsPerSecond: 20, responseTakes, refusalTakes: 5, retryAfter };
				const { answered, limiter } = await sendAll(limits, queues);
				expect(answered).toBe(REQUESTS);
				expect(limiter.refusals).toBeLessThan(REQUESTS);
			},
		);

		it.each(durations)(
			'are all answered when only 8 may be open at once, at %i ms a response',
			async (responseTakes) => {
				const limits = { atOnce: 8, responseTakes, refusalTakes: 5, retryAfter };
				const { answered, limiter } = await sendAll(limits, queues);
				expect(answered).toBe(REQUESTS);
				expect(limiter.mostOpen).toBeLessThanOrEqual(8);
				expect(limiter.refusals).toBeLessThan(REQUESTS);
			},
		);
	});
});

describe('300 requests to an API without a rate limit', () => {
	it('are never more than 100 at once', async () => {
		const { limiter, answered } = await sendAll({ responseTakes: 300, refusalTakes: 5 }, 1);
		expect(answered).toBe(REQUESTS);
		expect(limiter.mostOpen).toBeLessThanOrEqual(100);
		expect(limiter.refusals).toBe(0);
	});

	it('take a small part of the time that they would take one after the other', async () => {
		const { took } = await sendAll({ responseTakes: 300, refusalTakes: 5 }, 1);
		expect(took).toBeLessThanOrEqual((REQUESTS * 300) / 10);
	});

	it.each([1, 2, 3, 8, 17])(
		'are never more than %i at once when the user says so',
		async (most) => {
			const { limiter, answered } = await sendAll({ responseTakes: 300, refusalTakes: 5 }, 1, most);
			expect(answered).toBe(REQUESTS);
			expect(limiter.mostOpen).toBe(most);
		},
	);
});

describe('300 requests to an API with other limits', () => {
	it.each([
		['5 requests a second, 3 at once', { requestsPerSecond: 5, atOnce: 3 }],
		['1 at once', { atOnce: 1 }],
		['50 requests a second, 30 at once', { requestsPerSecond: 50, atOnce: 30 }],
	])('are all answered: %s', async (_name, limits) => {
		const { answered } = await sendAll({ ...limits, responseTakes: 300, refusalTakes: 5 }, 1);
		expect(answered).toBe(REQUESTS);
	});
});

/** Limits that nothing was tuned for. */
const otherLimits = [11, 17, 28].flatMap((requestsPerSecond) =>
	[5, 10, 13].flatMap((atOnce) =>
		[40, 330, 700].map((responseTakes) => ({
			requestsPerSecond,
			atOnce,
			responseTakes,
			refusalTakes: 12,
		})),
	),
);

describe('300 requests of one run to an API with limits that nothing was tuned for', () => {
	it.each(otherLimits)(
		'are answered in at most 1.25 times: $requestsPerSecond a second, $atOnce at once, $responseTakes ms a response',
		async (limits) => {
			const { took, ownTime, answered } = await sendAll(limits, 1);
			expect(answered).toBe(REQUESTS);
			expect(took / ownTime).toBeLessThanOrEqual(AT_MOST);
		},
	);
});
