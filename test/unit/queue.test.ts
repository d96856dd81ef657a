import { Flight, type CallOutcome } from '../../nodes/shared/transport/queue';
import { everythingWaits, VirtualClock } from './virtualClock';

const NEVER = (): number => Number.POSITIVE_INFINITY;

function start(limits: { maxConcurrency?: number; callsAtOnce?: number } = {}) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const flight = new Flight(clock, stopping.signal, limits);
	const open = {
		calls: 0,
		images: 0,
		mostCalls: 0,
		mostImages: 0,
		mostOfAll: 0,
		leftAt: [] as number[],
	};
	const watch = (): void => {
		open.mostCalls = Math.max(open.mostCalls, open.calls);
		open.mostImages = Math.max(open.mostImages, open.images);
		open.mostOfAll = Math.max(open.mostOfAll, open.calls + open.images);
	};
	const startedAt = clock.now();
	const call = async (
		outcome: CallOutcome = { kind: 'answered' },
		takes = 100,
		expiresAt = NEVER,
	): Promise<string | undefined> =>
		await flight.call(expiresAt, async () => {
			open.calls += 1;
			open.leftAt.push(clock.now() - startedAt);
			watch();
			await clock.after(takes);
			open.calls -= 1;
			return { value: 'answer', outcome };
		});
	const image = async (takes = 100): Promise<string> =>
		await flight.image(async () => {
			open.images += 1;
			watch();
			await clock.after(takes);
			open.images -= 1;
			return 'image';
		});
	return { clock, stopping, flight, open, call, image };
}

function times<T>(count: number, make: () => Promise<T>): Array<Promise<T>> {
	return Array.from({ length: count }, async () => await make());
}

describe('calls', () => {
	it('go alone until the first one is answered, then several at once', async () => {
		const { clock, open, call } = start();
		const all = Promise.all(times(50, call));
		await everythingWaits();
		expect(open.calls).toBe(1);
		await clock.pass(100);
		expect(open.calls).toBeGreaterThan(1);
		await clock.run(all);
		expect(open.mostCalls).toBeGreaterThan(10);
	});

	it('go on one at a time while nothing but faults comes back', async () => {
		const { clock, open, call } = start();
		await clock.run(Promise.all(times(5, async () => await call({ kind: 'fault' }))));
		expect(open.mostCalls).toBe(1);
	});

	it('are never more than those that may carry images, where an upper bound is given', async () => {
		const { clock, open, call } = start({ callsAtOnce: 8 });
		await clock.run(Promise.all(times(100, call)));
		expect(open.mostCalls).toBe(8);
	});

	it('leave in the order in which they stood in line', async () => {
		const { clock, flight } = start();
		const order: number[] = [];
		const one = async (index: number): Promise<void> => {
			await flight.call(NEVER, async () => {
				order.push(index);
				await clock.after(10);
				return { value: index, outcome: { kind: 'answered' } };
			});
		};
		const indexes = Array.from({ length: 30 }, (_, index) => index);
		await clock.run(Promise.all(indexes.map(one)));
		expect(order).toEqual(indexes);
	});

	it('resolve with nothing when their turn does not come in time', async () => {
		const { clock, open, call } = start({ maxConcurrency: 1 });
		const first = call({ kind: 'answered' }, 5000);
		const expiry = clock.now() + 1000;
		const late = call({ kind: 'answered' }, 100, () => expiry);
		expect(await clock.run(late)).toBeUndefined();
		expect(clock.now()).toBe(expiry);
		expect(await clock.run(first)).toBe('answer');
		expect(open.leftAt).toHaveLength(1);
	});

	it('give their place back when they fail', async () => {
		const { clock, flight, call } = start({ maxConcurrency: 1 });
		const broken = flight.call(NEVER, async () => {
			await clock.after(10);
			throw new Error('broken');
		});
		await expect(clock.run(broken)).rejects.toThrow('broken');
		expect(await clock.run(call())).toBe('answer');
	});
});

describe('refusals', () => {
	const refusedBy = (limit: 'rate' | 'concurrency', retryAfter?: number): CallOutcome => ({
		kind: 'refused',
		limit,
		retryAfter,
	});

	it.each(['rate', 'concurrency'] as const)(
		'for the %s pause all calls as long as Retry-After says',
		async (limit) => {
			const { clock, open, call } = start();
			await clock.run(Promise.all([call(refusedBy(limit, 7000), 100), call(), call(), call()]));
			const [first, ...others] = open.leftAt;
			expect(first).toBe(0);
			expect(others).toHaveLength(3);
			expect(Math.min(...others)).toBeGreaterThanOrEqual(7100);
		},
	);

	it('pause the calls even without Retry-After, and longer each time', async () => {
		const { clock, open, call } = start();
		await clock.run(Promise.all(times(6, async () => await call(refusedBy('rate'), 10))));
		const gaps = open.leftAt.slice(1).map((at, index) => at - open.leftAt[index]);
		expect(gaps).toHaveLength(5);
		expect(gaps[0]).toBeGreaterThan(10);
		expect(gaps[4]).toBeGreaterThan(gaps[0]);
	});

	it('for the rate make the calls after them go slower', async () => {
		const { clock, open, call } = start();
		await clock.run(Promise.all(times(100, call)));
		await clock.run(call(refusedBy('rate'), 10));
		const before = open.leftAt.length;
		await clock.run(Promise.all(times(400, async () => await call({ kind: 'answered' }, 5))));
		const spread = (open.leftAt.at(-1) ?? 0) - open.leftAt[before];
		expect(spread).toBeGreaterThan(500);
	});

	it('for too many at once let fewer be open', async () => {
		const { clock, flight, call } = start();
		await clock.run(Promise.all(times(200, call)));
		const before = flight.pace.mostInFlight;
		const crowd = times(before, async () => await call(refusedBy('concurrency'), 10));
		await clock.run(Promise.all(crowd));
		expect(flight.pace.mostInFlight).toBeLessThan(before);
		expect(flight.pace.mostInFlight).toBeGreaterThanOrEqual(1);
	});

	it('never bring the calls to a standstill', async () => {
		const { clock, flight, call } = start();
		for (let round = 0; round < 40; round += 1) {
			await clock.run(Promise.all(times(3, async () => await call(refusedBy('concurrency'), 10))));
			await clock.run(call(refusedBy('rate'), 10));
		}
		expect(flight.pace.mostInFlight).toBeGreaterThanOrEqual(1);
		expect(flight.pace.earliest(clock.now()) - clock.now()).toBeLessThanOrEqual(60_000);
		expect(await clock.run(call())).toBe('answer');
	});
});

describe('images', () => {
	it('go before calls that stood in line first', async () => {
		const { clock, flight } = start({ maxConcurrency: 1 });
		const order: string[] = [];
		const call = async (name: string): Promise<void> => {
			await flight.call(NEVER, async () => {
				order.push(name);
				await clock.after(100);
				return { value: name, outcome: { kind: 'answered' } };
			});
		};
		const fetched = async (): Promise<void> => {
			await flight.image(async () => {
				order.push('image');
				await clock.after(100);
			});
		};
		await clock.run(Promise.all([call('first'), call('second'), fetched(), fetched()]));
		expect(order).toEqual(['first', 'image', 'image', 'second']);
	});

	it('and calls together are never more than the user allows', async () => {
		const { clock, open, call, image } = start({ maxConcurrency: 5 });
		await clock.run(Promise.all([...times(60, call), ...times(60, async () => await image(250))]));
		expect(open.mostOfAll).toBe(5);
	});

	it('are fetched while the calls are paused', async () => {
		const { clock, open, call, image } = start();
		await clock.run(call({ kind: 'refused', limit: 'rate', retryAfter: 60_000 }, 10));
		const startedAt = clock.now();
		const waiting = call();
		expect(await clock.run(image())).toBe('image');
		expect(clock.now() - startedAt).toBe(100);
		expect(open.leftAt).toHaveLength(1);
		expect(await clock.run(waiting)).toBe('answer');
	});

	it('leave room for calls when there are very many', async () => {
		const { clock, open, call, image } = start();
		const images = times(200, async () => await image(1000));
		await clock.run(call());
		expect(open.images).toBeGreaterThan(0);
		await clock.run(Promise.all(images));
		expect(open.mostImages).toBeLessThan(100);
	});

	it('give their place back when they fail', async () => {
		const { clock, flight, image } = start({ maxConcurrency: 1 });
		const broken = flight.image(async () => {
			await clock.after(10);
			throw new Error('no image');
		});
		await expect(clock.run(broken)).rejects.toThrow('no image');
		expect(await clock.run(image())).toBe('image');
	});
});

describe('closing the API', () => {
	it('rejects the calls in line with the reason and lets those under way and the downloads end', async () => {
		const { clock, flight, open, call, image } = start({ maxConcurrency: 2 });
		const underWay = call();
		const inLine = times(20, call);
		const settled = Promise.allSettled(inLine);
		const download = image(500);
		await clock.pass(50);
		const reason = new Error('the key is wrong');
		flight.closeApi(reason);
		flight.closeApi(new Error('a second reason'));
		const rejected = await clock.run(settled);
		expect(rejected).toEqual(inLine.map(() => ({ status: 'rejected', reason })));
		expect(await clock.run(underWay)).toBe('answer');
		expect(await clock.run(download)).toBe('image');
		expect(await clock.run(image())).toBe('image');
		expect(open.leftAt).toHaveLength(1);
	});

	it('rejects calls that come later, without sending them', async () => {
		const { clock, flight, open, call } = start();
		const reason = new Error('the balance is empty');
		flight.closeApi(reason);
		await expect(clock.run(call())).rejects.toBe(reason);
		expect(open.leftAt).toHaveLength(0);
	});

	it('leaves nothing to wake up for', async () => {
		const { clock, flight, call } = start({ maxConcurrency: 1 });
		const settled = Promise.allSettled([
			call(),
			call({ kind: 'answered' }, 10, () => clock.now() + 900_000),
		]);
		await clock.pass(10);
		flight.closeApi(new Error('over'));
		await clock.run(settled);
		expect(clock.pauses.every((pause) => pause > 0)).toBe(true);
	});
});

describe('stopping the run', () => {
	it('rejects everything in line at once with the reason of the signal', async () => {
		const { clock, stopping, call, image, open } = start({ maxConcurrency: 1 });
		const underWay = call({ kind: 'answered' }, 1000);
		const inLine = [call(), call(), image(), image()];
		const settled = Promise.allSettled(inLine);
		await clock.pass(50);
		const reason = new Error('stopped');
		const stoppedAt = clock.now();
		stopping.abort(reason);
		expect(await clock.run(settled)).toEqual(inLine.map(() => ({ status: 'rejected', reason })));
		expect(clock.now()).toBe(stoppedAt);
		await clock.run(underWay);
		expect(open.leftAt).toHaveLength(1);
	});

	it('rejects what comes later', async () => {
		const { clock, stopping, call, image, open } = start();
		const reason = new Error('stopped');
		stopping.abort(reason);
		await expect(clock.run(call())).rejects.toBe(reason);
		await expect(clock.run(image())).rejects.toBe(reason);
		expect(open.leftAt).toHaveLength(0);
	});

	it('ends the pause that a refusal began', async () => {
		const { clock, stopping, call } = start();
		await clock.run(call({ kind: 'refused', limit: 'rate', retryAfter: 3_600_000 }, 10));
		const waiting = call();
		const settled = Promise.allSettled([waiting]);
		await clock.pass(1000);
		const stoppedAt = clock.now();
		stopping.abort(new Error('stopped'));
		expect((await clock.run(settled))[0].status).toBe('rejected');
		expect(clock.now()).toBe(stoppedAt);
		expect(clock.open).toBe(0);
	});
});
