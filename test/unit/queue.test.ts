import { failed, type FailureError } from '../../nodes/shared/failure';
import { Queue, type Limits } from '../../nodes/shared/transport/queue';
import type { ApiResponse } from './limiter';
import { everythingWaits, VirtualClock } from './virtualClock';

const FOREVER = Number.POSITIVE_INFINITY;
const MINUTE = 60_000;
/** A network failure, after which a turn is told nothing. */
const NO_RESPONSE = 'no response';

/** A request as a test plays it. Times in milliseconds. */
interface Play {
	name?: string;
	response?: ApiResponse | typeof NO_RESPONSE;
	/** From its departure to the end of its turn. */
	takes?: number;
	patience?: number;
	isCheck?: boolean;
}

function start(limits: Limits = {}) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const queue = new Queue(clock, stopping.signal, limits);
	const open = {
		requests: 0,
		images: 0,
		mostRequests: 0,
		mostImages: 0,
		mostOfAll: 0,
		/** Milliseconds from the start. */
		leftAt: [] as number[],
		/** Names of requests and images in the order in which they left. */
		order: [] as string[],
	};
	const watch = (): void => {
		open.mostRequests = Math.max(open.mostRequests, open.requests);
		open.mostImages = Math.max(open.mostImages, open.images);
		open.mostOfAll = Math.max(open.mostOfAll, open.requests + open.images);
	};
	const startedAt = clock.now();
	const sinceStart = (): number => clock.now() - startedAt;
	/** Resolves with `gave up` when no turn came, and otherwise as soon as the turn has ended. */
	const request = async ({
		name = 'request',
		response = { kind: 'answered' },
		takes = 100,
		patience = FOREVER,
		isCheck = false,
	}: Play = {}): Promise<'sent' | 'gave up'> => {
		const turn = await queue.apiTurn(patience, isCheck);
		if (!turn) return 'gave up';
		open.requests += 1;
		open.leftAt.push(turn.leftAt - startedAt);
		open.order.push(name);
		watch();
		await clock.after(takes);
		open.requests -= 1;
		if (response !== NO_RESPONSE) {
			if (response.kind === 'answered') turn.answered();
			else turn.refused(response.limit, response.retryAfter);
		}
		turn.end();
		return 'sent';
	};
	const image = async (takes = 100): Promise<'stored'> => {
		const turn = await queue.fileTurn();
		open.images += 1;
		open.order.push('image');
		watch();
		await clock.after(takes);
		open.images -= 1;
		turn.end();
		return 'stored';
	};
	return { clock, stopping, queue, open, sinceStart, request, image };
}

function times<T>(count: number, make: () => Promise<T>): Array<Promise<T>> {
	return Array.from({ length: count }, async () => await make());
}

function accountFailure(message: string): FailureError {
	return failed({ kind: 'account', message, remedy: 'Look at the key.' });
}

function refusedBy(limit: 'rate' | 'concurrency', retryAfter?: number): ApiResponse {
	return { kind: 'refused', limit, retryAfter };
}

/** How many of `leftAt` are in each whole second from the first one on. */
function perSecond(leftAt: number[]): number[] {
	const counts: number[] = [];
	for (const at of leftAt) {
		const second = Math.floor((at - leftAt[0]) / 1000);
		counts[second] = (counts[second] ?? 0) + 1;
	}
	return counts;
}

describe('requests', () => {
	it('go alone until there is a first response, then several at once', async () => {
		const { clock, open, request } = start();
		const all = Promise.all(times(50, request));
		await everythingWaits();
		expect(open.requests).toBe(1);
		await clock.pass(100);
		expect(open.requests).toBeGreaterThan(1);
		await clock.run(all);
		expect(open.mostRequests).toBeGreaterThan(10);
	});

	it('go as many at once before the first response as they are allowed to', async () => {
		const { clock, open, request } = start({ apiRequestsAtFirst: 7 });
		const all = Promise.all(times(50, request));
		await everythingWaits();
		expect(open.requests).toBe(7);
		await clock.run(all);
		expect(open.mostRequests).toBeGreaterThan(10);
	});

	it('go on one at a time while there is no response at all', async () => {
		const { clock, open, request } = start();
		const all = times(5, async () => await request({ response: NO_RESPONSE }));
		await clock.run(Promise.all(all));
		expect(open.leftAt).toEqual([0, 100, 200, 300, 400]);
		expect(open.mostRequests).toBe(1);
	});

	it('are never more than those whose responses may carry images, where an upper bound is given', async () => {
		const { clock, open, request } = start({ apiRequestsAtOnce: 8 });
		await clock.run(Promise.all(times(100, request)));
		expect(open.mostRequests).toBe(8);
	});

	it('leave in the order in which they stood in line', async () => {
		const { clock, open, request } = start();
		const names = Array.from({ length: 200 }, (_, index) => `request ${index}`);
		await clock.run(Promise.all(names.map(async (name) => await request({ name, takes: 10 }))));
		expect(open.order).toEqual(names);
	});

	it('know from their turn when they leave', async () => {
		const { clock, queue, request } = start({ maxConcurrency: 1 });
		const first = request({ takes: 1234 });
		const waiting = queue.apiTurn(FOREVER);
		await clock.run(first);
		const turn = await clock.run(waiting);
		expect(turn?.leftAt).toBe(clock.now());
	});

	it('give their place back when they fail', async () => {
		const { clock, open, request } = start({ maxConcurrency: 1 });
		await clock.run(request({ response: NO_RESPONSE, takes: 10 }));
		expect(await clock.run(request())).toBe('sent');
		expect(open.leftAt).toEqual([0, 10]);
	});

	it('give their place back when they are refused', async () => {
		const { clock, open, request } = start({ maxConcurrency: 1 });
		await clock.run(request({ response: refusedBy('concurrency'), takes: 10 }));
		expect(await clock.run(request())).toBe('sent');
		expect(open.leftAt).toEqual([0, 10]);
	});
});

describe('a request in line', () => {
	it.each([
		['a first request', false],
		['a check', true],
	])('gives up when the API has been silent for its patience: %s', async (_which, isCheck) => {
		const { clock, open, sinceStart, request } = start();
		const silent = request({ takes: 10 * MINUTE });
		await clock.pass(300);
		expect(await clock.run(request({ patience: 5000, isCheck }))).toBe('gave up');
		expect(sinceStart()).toBeGreaterThanOrEqual(5000);
		expect(sinceStart()).toBeLessThanOrEqual(6000);
		await clock.run(silent);
		await clock.pass(MINUTE);
		expect(open.leftAt).toEqual([0]);
	});

	it('has a patience of its own', async () => {
		const { clock, open, sinceStart, request } = start();
		const silent = request({ takes: MINUTE });
		const patient = request({ patience: 2 * MINUTE, name: 'patient' });
		const endless = request({ name: 'endless' });
		const gaveUpAt = await clock.run(
			Promise.all(
				[30_500, 2000, 10_200].map(async (patience) => {
					expect(await request({ patience })).toBe('gave up');
					return sinceStart() - patience;
				}),
			),
		);
		expect(Math.min(...gaveUpAt)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...gaveUpAt)).toBeLessThanOrEqual(1000);
		expect(await clock.run(Promise.all([silent, patient, endless]))).toEqual([
			'sent',
			'sent',
			'sent',
		]);
		expect(open.order).toEqual(['request', 'patient', 'endless']);
	});

	it('gives up when others leave and none of them gets a response', async () => {
		const { clock, open, sinceStart, request } = start();
		const unanswered = times(100, async () => await request({ response: NO_RESPONSE, takes: 700 }));
		expect(await clock.run(request({ patience: 5000 }))).toBe('gave up');
		expect(sinceStart()).toBeGreaterThanOrEqual(5000);
		expect(sinceStart()).toBeLessThanOrEqual(6000);
		await clock.run(Promise.all(unanswered));
		expect(open.leftAt).toHaveLength(100);
	});

	it('gives up when the one request under way gets no response and images hold the other places', async () => {
		const { clock, open, sinceStart, request, image } = start({
			maxConcurrency: 2,
			apiRequestsAtFirst: 2,
		});
		const silent = request({ takes: 10 * MINUTE });
		const answered = request({ takes: 1000 });
		const stored = image(10 * MINUTE);
		expect(await clock.run(request({ patience: 5000 }))).toBe('gave up');
		expect(sinceStart()).toBeGreaterThanOrEqual(6000);
		expect(sinceStart()).toBeLessThanOrEqual(7000);
		await clock.run(Promise.all([silent, answered, stored]));
		expect(open.leftAt).toEqual([0, 0]);
	});

	it('gives up when the API has done nothing but refuse for that long', async () => {
		const { clock, sinceStart, request } = start();
		await clock.run(request({ response: refusedBy('rate', 10 * MINUTE) }));
		expect(await clock.run(request({ patience: 5000 }))).toBe('gave up');
		expect(sinceStart()).toBeGreaterThanOrEqual(5000);
		expect(sinceStart()).toBeLessThanOrEqual(6000);
	});

	it.each([
		['first requests', false],
		['checks', true],
	])(
		'does not give up while others get responses, however long it stands there: %s',
		async (_which, isCheck) => {
			const { clock, sinceStart, request } = start({ maxConcurrency: 1 });
			const all = times(300, async () => await request({ takes: 1700, patience: 5000, isCheck }));
			expect(new Set(await clock.run(Promise.all(all)))).toEqual(new Set(['sent']));
			expect(sinceStart()).toBe(300 * 1700);
		},
	);

	it('does not give up while others get responses and a single one gets none', async () => {
		const { clock, request } = start({ maxConcurrency: 2, apiRequestsAtFirst: 2 });
		const silent = request({ takes: 10 * MINUTE });
		const all = times(100, async () => await request({ takes: 1700, patience: 5000 }));
		expect(new Set(await clock.run(Promise.all(all)))).toEqual(new Set(['sent']));
		expect(await clock.run(silent)).toBe('sent');
	});

	it('does not give up because nothing was asked for a long time', async () => {
		const { clock, request } = start({ maxConcurrency: 1 });
		await clock.run(request());
		await clock.pass(10 * MINUTE);
		const all = times(3, async () => await request({ takes: 1700, patience: 5000 }));
		expect(await clock.run(Promise.all(all))).toEqual(['sent', 'sent', 'sent']);
	});

	it('does not give up because a request long ago got no response', async () => {
		const { clock, request } = start({ maxConcurrency: 1 });
		await clock.run(request({ response: NO_RESPONSE }));
		await clock.pass(10 * MINUTE);
		const all = times(3, async () => await request({ takes: 1700, patience: 5000 }));
		expect(await clock.run(Promise.all(all))).toEqual(['sent', 'sent', 'sent']);
	});

	it('does not give up while images in memory hold it back', async () => {
		const { clock, queue, request } = start({ apiRequestsAtOnce: 1 });
		await clock.run(request());
		const last = request({ response: NO_RESPONSE });
		const stored = await queue.fileTurn(true);
		const waiting = request({ patience: 5000 });
		await clock.run(last);
		await clock.pass(MINUTE);
		stored.end();
		expect(await clock.run(waiting)).toBe('sent');
	});

	it('does not give up while an image holds the only place', async () => {
		const { clock, open, request, image } = start({ maxConcurrency: 1 });
		const stored = image(10 * MINUTE);
		const all = times(3, async () => await request({ takes: 1700, patience: 5000 }));
		expect(await clock.run(Promise.all(all))).toEqual(['sent', 'sent', 'sent']);
		expect(await clock.run(stored)).toBe('stored');
		expect(open.leftAt[0]).toBe(10 * MINUTE);
	});

	it('does not give up while an image holds the only place after a request without a response', async () => {
		const { clock, open, request, image } = start({ maxConcurrency: 1 });
		const unanswered = request({ response: NO_RESPONSE, takes: 100 });
		const stored = image(10 * MINUTE);
		const all = times(3, async () => await request({ takes: 1700, patience: 5000 }));
		expect(await clock.run(Promise.all(all))).toEqual(['sent', 'sent', 'sent']);
		expect(await clock.run(Promise.all([unanswered, stored]))).toEqual(['sent', 'stored']);
		expect(open.leftAt[1]).toBe(100 + 10 * MINUTE);
	});
});

describe('refusals', () => {
	it.each(['rate', 'concurrency'] as const)(
		'for the %s pause all requests as long as Retry-After says',
		async (limit) => {
			const { clock, open, request } = start();
			const refused = request({ response: refusedBy(limit, 7000) });
			await clock.run(Promise.all([refused, ...times(3, request)]));
			const [first, ...others] = open.leftAt;
			expect(first).toBe(0);
			expect(others).toHaveLength(3);
			expect(Math.min(...others)).toBeGreaterThanOrEqual(7100);
		},
	);

	it('pause the checks as well', async () => {
		const { clock, open, request } = start();
		const refused = request({ response: refusedBy('rate', 7000) });
		await clock.run(Promise.all([refused, request({ isCheck: true })]));
		expect(open.leftAt[1]).toBeGreaterThanOrEqual(7100);
	});

	it('pause the requests even without Retry-After, and longer each time', async () => {
		const { clock, open, request } = start();
		const refused = times(6, async () => await request({ response: refusedBy('rate'), takes: 10 }));
		await clock.run(Promise.all(refused));
		const gaps = open.leftAt.slice(1).map((at, index) => at - open.leftAt[index]);
		expect(gaps).toHaveLength(5);
		expect(gaps[0]).toBeGreaterThan(10);
		expect(gaps[4]).toBeGreaterThan(gaps[0]);
	});

	it('for the rate make the requests after them go slower', async () => {
		const { clock, open, request } = start();
		await clock.run(Promise.all(times(100, request)));
		await clock.run(request({ response: refusedBy('rate'), takes: 10 }));
		const before = open.leftAt.length;
		await clock.run(Promise.all(times(400, async () => await request({ takes: 5 }))));
		const spread = (open.leftAt.at(-1) ?? 0) - open.leftAt[before];
		expect(spread).toBeGreaterThan(500);
	});

	it('for too many at once let fewer be in flight', async () => {
		const { clock, open, request } = start();
		await clock.run(Promise.all(times(200, request)));
		const before = open.mostRequests;
		const response = refusedBy('concurrency');
		await clock.run(Promise.all(times(before, async () => await request({ response, takes: 10 }))));
		open.mostRequests = 0;
		await clock.run(Promise.all(times(50, request)));
		expect(before).toBe(100);
		expect(open.mostRequests).toBeLessThan(25);
		expect(open.mostRequests).toBeGreaterThanOrEqual(1);
	});

	it('never bring the requests to a standstill', async () => {
		const { clock, sinceStart, request } = start();
		const crowded: Play = { response: refusedBy('concurrency'), takes: 10 };
		for (let round = 0; round < 40; round += 1) {
			await clock.run(Promise.all(times(3, async () => await request(crowded))));
			await clock.run(request({ response: refusedBy('rate'), takes: 10 }));
		}
		const refusedUntil = sinceStart();
		expect(await clock.run(request())).toBe('sent');
		expect(sinceStart() - refusedUntil).toBeLessThanOrEqual(MINUTE);
	});
});

describe('checks of running tasks', () => {
	it.each([
		[20, 0],
		[20, 100],
		[40, 600],
		[200, 3000],
	])('leave %i times a second at most when %i tasks run', async (most, runningTasks) => {
		const { clock, queue, open, request } = start();
		await clock.run(request());
		queue.runningTasks = runningTasks;
		const checks = times(10 * most, async () => await request({ isCheck: true }));
		await clock.run(Promise.all(checks));
		const [first, ...later] = perSecond(open.leftAt.slice(1));
		// What a timer that is late may make good: the twentieth part of a second.
		expect(first).toBeLessThanOrEqual(1 + most * 1.05);
		expect(later.length).toBeGreaterThanOrEqual(8);
		expect(Math.max(...later)).toBeLessThanOrEqual(most);
		expect(Math.min(...later.slice(0, -1))).toBeGreaterThanOrEqual(most - 1);
	});

	it('save up no turns while there are none', async () => {
		const { clock, open, request } = start();
		await clock.run(request({ isCheck: true }));
		await clock.pass(MINUTE);
		await clock.run(Promise.all(times(60, async () => await request({ isCheck: true }))));
		const [first] = perSecond(open.leftAt.slice(1));
		expect(first).toBeLessThanOrEqual(21);
	});

	it('leave the longest waiting first', async () => {
		const { clock, open, request } = start();
		await clock.run(request());
		const names = Array.from({ length: 40 }, (_, index) => `check ${index}`);
		const checks: Array<Promise<string>> = [];
		for (const name of names) {
			checks.push(request({ name, isCheck: true }));
			await clock.pass(3);
		}
		await clock.run(Promise.all(checks));
		expect(open.order.slice(1)).toEqual(names);
	});

	it('do not hold up a first request that may leave', async () => {
		const { clock, open, sinceStart, request } = start();
		await clock.run(request());
		const checks = times(100, async () => await request({ name: 'check', isCheck: true }));
		await clock.pass(1001);
		const cameAt = sinceStart();
		await clock.run(request({ name: 'first request' }));
		const index = open.order.indexOf('first request');
		expect(open.leftAt[index]).toBe(cameAt);
		await clock.run(Promise.all(checks));
		expect(index).toBeLessThan(30);
	});

	it('do not slow down the requests that are none, however many tasks run', async () => {
		const { clock, queue, open, request } = start();
		await clock.run(request());
		queue.runningTasks = 300;
		const checks = times(100, async () => await request({ name: 'check', isCheck: true }));
		await clock.run(Promise.all(times(500, request)));
		// At the pace of the checks they would take 25 seconds.
		expect(Math.max(...perSecond(open.leftAt))).toBeGreaterThan(200);
		await clock.run(Promise.all(checks));
		expect(open.leftAt).toHaveLength(601);
	});

	it('have their turn at once, however many first requests left before them', async () => {
		const { clock, open, sinceStart, request } = start();
		await clock.run(Promise.all(times(500, request)));
		const cameAt = sinceStart();
		await clock.run(request({ isCheck: true }));
		expect(open.leftAt[500]).toBe(cameAt);
	});

	it('and first requests leave in the order in which they came, where places are short', async () => {
		const { clock, open, request } = start({ maxConcurrency: 1 });
		const underWay = request({ name: 'under way', takes: 1000 });
		const names = ['check 1', 'request 1', 'request 2', 'check 2', 'request 3', 'check 3'];
		const all: Array<Promise<string>> = [];
		for (const name of names) {
			await clock.pass(10);
			all.push(request({ name, isCheck: name.startsWith('check') }));
		}
		await clock.run(Promise.all([underWay, ...all]));
		expect(open.order).toEqual(['under way', ...names]);
	});

	it('leave before first requests that came later, however many those are', async () => {
		const { clock, open, request } = start({ maxConcurrency: 1 });
		const underWay = request({ name: 'under way' });
		const check = request({ name: 'check', isCheck: true });
		await clock.pass(10);
		await clock.run(Promise.all([underWay, check, ...times(50, request)]));
		expect(open.order.slice(0, 3)).toEqual(['under way', 'check', 'request']);
	});
});

describe('images', () => {
	it('go before requests that stood in line first', async () => {
		const { clock, open, request, image } = start({ maxConcurrency: 1 });
		const all = [request({ name: 'first' }), request({ name: 'second' })];
		await clock.run(Promise.all([...all, image(), image()]));
		expect(open.order).toEqual(['first', 'image', 'image', 'second']);
	});

	it('leave in the order in which they stood in line', async () => {
		const { clock, queue } = start({ maxConcurrency: 3 });
		const order: number[] = [];
		const indexes = Array.from({ length: 30 }, (_, index) => index);
		const one = async (index: number): Promise<void> => {
			const turn = await queue.fileTurn();
			order.push(index);
			await clock.after(10);
			turn.end();
		};
		await clock.run(Promise.all(indexes.map(one)));
		expect(order).toEqual(indexes);
	});

	it('and requests together are never more than the user allows', async () => {
		const { clock, open, request, image } = start({ maxConcurrency: 5 });
		const images = times(60, async () => await image(250));
		await clock.run(Promise.all([...times(60, request), ...images]));
		expect(open.mostOfAll).toBe(5);
	});

	it('are fetched while the requests are paused', async () => {
		const { clock, open, sinceStart, request, image } = start();
		await clock.run(request({ response: refusedBy('rate', MINUTE), takes: 10 }));
		const waiting = request();
		expect(await clock.run(image())).toBe('stored');
		expect(sinceStart()).toBe(110);
		expect(open.leftAt).toHaveLength(1);
		expect(await clock.run(waiting)).toBe('sent');
	});

	it.each([
		['two are allowed', 2],
		['three are allowed', 3],
		['ten are allowed', 10],
		['as many as the queue chooses are allowed', undefined],
	])(
		'never take the last place, however many hang, when %s at once',
		async (_allowed, maxConcurrency) => {
			const { clock, open, sinceStart, request, image } = start({ maxConcurrency });
			const images = times(200, async () => await image(10 * MINUTE));
			expect(await clock.run(request())).toBe('sent');
			expect(await clock.run(request({ isCheck: true }))).toBe('sent');
			expect(open.leftAt).toEqual([0, 100]);
			expect(sinceStart()).toBe(200);
			expect(open.images).toBe(Math.min(4, (maxConcurrency ?? 100) - 1));
			await clock.run(Promise.all(images));
		},
	);

	it.each([
		['32', undefined, 32],
		['all places but one', 20, 19],
		['the only place', 1, 1],
	])(
		'are more at once with each small one that came, up to %s',
		async (_most, maxConcurrency, most) => {
			const { clock, queue, open, image } = start({ maxConcurrency });
			const first = times(100, async () => await image(100));
			await clock.run(Promise.all(first));
			const before = open.mostImages;
			for (let small = 0; small < 100; small += 1) queue.smallImageCame();
			await clock.run(Promise.all(times(100, async () => await image(100))));
			expect(before).toBe(Math.min(4, most));
			expect(open.mostImages).toBe(most);
		},
	);

	it('hold back no requests while they are read from their host', async () => {
		const { clock, open, request, image } = start({ apiRequestsAtOnce: 8 });
		const images = times(200, async () => await image(10 * MINUTE));
		await clock.run(Promise.all(times(100, request)));
		expect(open.mostRequests).toBe(8);
		await clock.run(Promise.all(images));
	});

	it('let requests leave between two tries when there is a single place', async () => {
		const { clock, open, request, image } = start({ maxConcurrency: 1 });
		const tries = async (): Promise<void> => {
			for (let count = 1; count <= 3; count += 1) {
				await image(MINUTE);
				await clock.after(250);
			}
		};
		const fetched = tries();
		const requests = times(5, request);
		await clock.run(Promise.all([fetched, ...requests]));
		const three = ['request', 'request', 'request'];
		expect(open.order).toEqual(['image', ...three, 'image', 'request', 'request', 'image']);
		expect(open.mostOfAll).toBe(1);
	});

	it('give their place back when they fail', async () => {
		const { clock, queue, image } = start({ maxConcurrency: 1 });
		const broken = async (): Promise<void> => {
			const turn = await queue.fileTurn();
			try {
				await clock.after(10);
				throw new Error('no image');
			} finally {
				turn.end();
			}
		};
		await expect(clock.run(broken())).rejects.toThrow('no image');
		expect(await clock.run(image())).toBe('stored');
	});
});

describe('images in memory', () => {
	/** Tasks whose responses carry an image each; `outstanding` are the responses on their way and those not stored yet. */
	function tasks(stored: (index: number) => Promise<void>, count = 100) {
		const world = start({ apiRequestsAtOnce: 8 });
		const { clock, queue, request } = world;
		const state = { outstanding: 0, most: 0, stored: 0 };
		const task = async (index: number): Promise<void> => {
			const turn = await queue.apiTurn(FOREVER);
			state.outstanding += 1;
			state.most = Math.max(state.most, state.outstanding);
			await clock.after(100 + index);
			turn?.answered();
			turn?.end();
			const place = await queue.fileTurn(true);
			await stored(index);
			state.outstanding -= 1;
			state.stored += 1;
			place.end();
		};
		const all = Promise.all(Array.from({ length: count }, async (_, index) => await task(index)));
		return { clock, queue, request, state, all };
	}

	it('hold back the requests that would bring more: a storage that never ends has nine responses at most', async () => {
		const { clock, state } = tasks(async () => await new Promise<void>(() => {}));
		await clock.pass(10 * MINUTE);
		expect(state.most).toBeLessThanOrEqual(9);
		expect(state.outstanding).toBeGreaterThanOrEqual(8);
		expect(state.stored).toBe(0);
	});

	it('let requests go on as soon as they are stored', async () => {
		const storing: Array<() => void> = [];
		const { clock, state, all } = tasks(
			async () => await new Promise<void>((resolve) => storing.push(resolve)),
		);
		await clock.pass(MINUTE);
		for (let count = 1; count <= 100; count += 1) {
			storing.shift()?.();
			await clock.pass(1000);
			expect(state.stored).toBe(count);
		}
		await clock.run(all);
		expect(state.most).toBeLessThanOrEqual(9);
	});
});

describe('closing the queue', () => {
	it('fails the requests in line with the reason and lets those under way and the images end', async () => {
		const { clock, queue, open, request, image } = start({ maxConcurrency: 2 });
		const underWay = request();
		const inLine = [
			...times(20, request),
			...times(20, async () => await request({ isCheck: true })),
		];
		const settled = Promise.allSettled(inLine);
		const underWayToo = image(500);
		await clock.pass(50);
		const reason = accountFailure('the key is wrong');
		const closedAt = clock.now();
		queue.close(reason);
		queue.close(accountFailure('a second reason'));
		const rejected = await clock.run(settled);
		expect(rejected).toEqual(inLine.map(() => ({ status: 'rejected', reason })));
		expect(clock.now()).toBe(closedAt);
		await expect(clock.run(request())).rejects.toBe(reason);
		expect(await clock.run(underWay)).toBe('sent');
		expect(await clock.run(underWayToo)).toBe('stored');
		expect(await clock.run(image())).toBe('stored');
		expect(open.leftAt).toHaveLength(1);
	});

	it('fails requests that come later, without sending them', async () => {
		const { clock, queue, open, request } = start();
		const reason = accountFailure('the balance is empty');
		queue.close(reason);
		await expect(clock.run(request())).rejects.toBe(reason);
		await expect(clock.run(request({ isCheck: true }))).rejects.toBe(reason);
		expect(open.leftAt).toHaveLength(0);
	});

	it('takes back a turn that was given but not used yet', async () => {
		const { clock, queue, request, open, image } = start({ maxConcurrency: 1 });
		const reason = accountFailure('the key is wrong');
		const settled = Promise.allSettled([request()]);
		const stored = image();
		queue.close(reason);
		expect(await clock.run(settled)).toEqual([{ status: 'rejected', reason }]);
		expect(await clock.run(stored)).toBe('stored');
		expect(open.order).toEqual(['image']);
	});

	it('leaves nothing to wake up for', async () => {
		const { clock, queue, request } = start({ maxConcurrency: 1 });
		const settled = Promise.allSettled([request(), request({ patience: 15 * MINUTE })]);
		await clock.pass(10);
		queue.close(accountFailure('over'));
		await clock.run(settled);
		await clock.pass(1000);
		const begun = clock.pauses.length;
		await clock.pass(MINUTE);
		expect(clock.pauses).toHaveLength(begun);
		expect(clock.open).toBe(0);
		expect(clock.pauses.every((pause) => pause > 0)).toBe(true);
	});
});

describe('stopping the run', () => {
	it('fails everything in line at once with the reason of the signal', async () => {
		const { clock, stopping, request, image, open } = start({ maxConcurrency: 1 });
		const underWay = request({ takes: 1000 });
		const check = request({ isCheck: true });
		const inLine = [request(), check, request(), image(), image()];
		const settled = Promise.allSettled(inLine);
		await clock.pass(50);
		const reason = new Error('stopped');
		const stoppedAt = clock.now();
		stopping.abort(reason);
		expect(await clock.run(settled)).toEqual(inLine.map(() => ({ status: 'rejected', reason })));
		expect(clock.now()).toBe(stoppedAt);
		await clock.run(underWay);
		expect(open.order).toEqual(['request']);
	});

	it('fails what comes later', async () => {
		const { clock, stopping, request, image, open } = start();
		const reason = new Error('stopped');
		stopping.abort(reason);
		await expect(clock.run(request())).rejects.toBe(reason);
		await expect(clock.run(image())).rejects.toBe(reason);
		expect(open.order).toHaveLength(0);
	});

	it('ends the pause that a refusal began', async () => {
		const { clock, stopping, request } = start();
		await clock.run(request({ response: refusedBy('rate', 60 * MINUTE), takes: 10 }));
		const settled = Promise.allSettled([request()]);
		await clock.pass(1000);
		const stoppedAt = clock.now();
		stopping.abort(new Error('stopped'));
		expect((await clock.run(settled))[0].status).toBe('rejected');
		expect(clock.now()).toBe(stoppedAt);
		expect(clock.open).toBe(0);
	});
});

describe.each([130_000])('%i requests in line', (count) => {
	/** All of them behind one request that is under way. */
	function crowd(patience = FOREVER) {
		const world = start({ maxConcurrency: 1 });
		const underWay = world.request({ takes: MINUTE });
		const inLine = Array.from(
			{ length: count },
			async (_, index) => await world.queue.apiTurn(patience, index % 2 === 1),
		);
		return { ...world, underWay, inLine };
	}

	const reasonsOf = (results: Array<PromiseSettledResult<unknown>>): Set<unknown> =>
		new Set(results.map((result) => (result.status === 'rejected' ? result.reason : 'a turn')));

	it('all leave in time', async () => {
		const { clock, queue } = start();
		let served = 0;
		const serve = async (): Promise<void> => {
			const turn = await queue.apiTurn(FOREVER);
			served += 1;
			turn?.answered();
			turn?.end();
		};
		await clock.run(Promise.all(times(count, serve)));
		expect(served).toBe(count);
	});

	it('all fail when the queue is closed', async () => {
		const { clock, queue, underWay, inLine } = crowd();
		const settled = Promise.allSettled(inLine);
		await clock.pass(5000);
		const reason = accountFailure('the key is wrong');
		queue.close(reason);
		const results = await clock.run(settled);
		expect(reasonsOf(results)).toEqual(new Set([reason]));
		expect(results).toHaveLength(count);
		expect(await clock.run(underWay)).toBe('sent');
	});

	it('all fail when the run is stopped', async () => {
		const { clock, stopping, inLine } = crowd();
		const settled = Promise.allSettled(inLine);
		await clock.pass(5000);
		const reason = new Error('stopped');
		stopping.abort(reason);
		const results = await clock.run(settled);
		expect(reasonsOf(results)).toEqual(new Set([reason]));
		expect(results).toHaveLength(count);
	});

	it('all give up when the API is silent', async () => {
		const { clock, inLine, sinceStart } = crowd(5000);
		const turns = await clock.run(Promise.all(inLine));
		expect(new Set(turns)).toEqual(new Set([undefined]));
		expect(turns).toHaveLength(count);
		expect(sinceStart()).toBeLessThanOrEqual(6000);
	});

	it('do not keep as many images from having their turn', async () => {
		const { clock, queue, request } = start();
		let ended = 0;
		const store = async (): Promise<void> => {
			const turn = await queue.fileTurn();
			ended += 1;
			turn.end();
		};
		await clock.run(Promise.all([request(), ...times(count, store)]));
		expect(ended).toBe(count);
	});
});
