import { laneFor } from '../../nodes/shared/run';
import {
	askAgain,
	failureOf,
	gapsOf,
	pausesOf,
	readyAfter,
	running,
	silence,
	times,
	world,
	type Reply,
} from './tasks';

/** Waits in one run for tasks that are ready at `ends`, in milliseconds from the start, with answers of 300 ms. */
async function crowdOf(ends: number[]): Promise<{ requests: number; lastFoundAfter: number }> {
	const { wait, clock, sinceStart, asked } = world(300);
	const waitFor = async (end: number): Promise<void> => {
		expect((await wait(readyAfter(end))).kind).toBe('done');
		expect(sinceStart()).toBeGreaterThanOrEqual(end);
	};
	await clock.run(Promise.all(ends.map(waitFor)));
	return { requests: asked.length, lastFoundAfter: sinceStart() - Math.max(...ends) };
}

describe('a crowd in one run', () => {
	const evenly = (count: number): number[] =>
		times(count, (index) => ((index + 1) * 20_000) / count);

	it('of one task of 20 seconds takes at most 15 requests, and it is found within 1.5 seconds', async () => {
		const { requests, lastFoundAfter } = await crowdOf([20_000]);
		expect(requests).toBeLessThanOrEqual(15);
		expect(lastFoundAfter).toBeLessThanOrEqual(1500);
	});

	it('of 100 tasks takes at most 440 requests, and the last one is found within one and a half seconds of its end', async () => {
		const { requests, lastFoundAfter } = await crowdOf(evenly(100));
		expect(requests).toBeLessThanOrEqual(440);
		expect(lastFoundAfter).toBeLessThanOrEqual(1500);
	});

	it('of 300 tasks is found to its last one within four and a half seconds of the end of that', async () => {
		const { lastFoundAfter } = await crowdOf(evenly(300));
		expect(lastFoundAfter).toBeLessThanOrEqual(4500);
	});

	it('of 2,000 tasks of 8 seconds is found to its last one, and none fails for time', async () => {
		const { lastFoundAfter } = await crowdOf(times(2000, () => 8000));
		expect(lastFoundAfter).toBeLessThanOrEqual(60_000);
	});

	it.each([
		['before the first request', 0, running()],
		['when some of them run already', 2000, running()],
		['after a request without an answer', 100, { ...silence, takes: 300 }],
	])(
		'loses no task to an image that hangs and holds the only place, %s',
		async (_name, imageBegins, firstReply) => {
			const { wait, clock, run, asked, sinceStart } = world(300, 1);
			let heldSince = 0;
			const holdImage = async (): Promise<void> => {
				const turn = await laneFor(run, 'files').enter();
				heldSince = sinceStart();
				await clock.after(400_000);
				turn.end();
			};
			const image = imageBegins > 0 ? clock.after(imageBegins).then(holdImage) : holdImage();
			const replyAt = (at: number): Reply => (at < 300 ? firstReply : readyAfter(390_000)(at));
			const tasks = times(20, async () => await wait(replyAt));
			const endings = await clock.run(Promise.all([...tasks, image.then(() => undefined)]));
			expect(endings.filter((ending) => ending?.kind === 'done')).toHaveLength(20);
			const meanwhile = asked.filter(({ at }) => at > heldSince && at < heldSince + 400_000);
			expect(meanwhile).toEqual([]);
		},
	);

	it.each([
		['as many requests at once as the node sends by itself', undefined],
		['five requests at a time', 5],
		['one request at a time', 1],
	])('ends together when the API answers nobody, with %s', async (_name, maxConcurrency) => {
		const maxWait = 300_000;
		const { wait, clock, sinceStart } = world(300, maxConcurrency);
		const endedAt: number[] = [];
		const tasks = times(50, async () => {
			const { kind } = await failureOf(wait([silence], { maxWait }));
			expect(['network', 'timeout']).toContain(kind);
			endedAt.push(sinceStart());
		});
		await clock.run(Promise.all(tasks));
		expect(endedAt).toHaveLength(50);
		expect(Math.min(...endedAt)).toBeGreaterThanOrEqual(0.9 * maxWait);
		// A request hangs for a minute, and may have left just before its task's time was up.
		expect(Math.max(...endedAt)).toBeLessThanOrEqual(maxWait + 65_000);
	});

	it('does not keep a task that gets nothing but HTTP 503 beyond its own Max Wait', async () => {
		const { wait, clock, sinceStart, asked } = world(300);
		const others = times(20, async () => await wait(readyAfter(500_000), { maxWait: 900_000 }));
		const waiting = clock.run(wait([askAgain('untilDeadline')], { maxWait: 300_000 }));
		expect((await failureOf(waiting)).message).toContain('HTTP status 503');
		expect(sinceStart()).toBeGreaterThanOrEqual(290_000);
		expect(sinceStart()).toBeLessThanOrEqual(301_000);
		const answeredAt = asked.flatMap(({ task, answeredAt: at }) => (task < 20 && at ? [at] : []));
		expect(Math.max(...gapsOf(answeredAt))).toBeLessThan(15_000);
		await clock.run(Promise.all(others));
	});

	it('does not keep a task that is refused for a limit beyond its own Max Wait while others are answered', async () => {
		const { wait, clock, sinceStart } = world(300);
		const plan = { pollInterval: 5000, maxWait: 2_000_000 };
		const others = times(20, async () => await wait(readyAfter(1_500_000), plan));
		const refused = (at: number) => (at < 5000 ? running() : askAgain('rate'));
		const { kind } = await failureOf(clock.run(wait(refused, { maxWait: 60_000 })));
		expect(kind).toBe('timeout');
		expect(sinceStart()).toBeLessThanOrEqual(90_000);
		await clock.run(Promise.all(others));
	});

	it.each([
		[20, 2000],
		[100, 5000],
		[900, 6000],
	])('of %i tasks pauses for %i ms after each answer', async (count, pause) => {
		const { wait, clock, asked } = world(300);
		const all = Promise.all(times(count, async () => await wait(readyAfter(100_000))));
		await clock.run(all);
		const pauses = pausesOf(
			asked.filter(({ task, at }) => task === 7 && at > 40_000 && at < 60_000),
		);
		expect(pauses.length).toBeGreaterThanOrEqual(1);
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(pause);
		// 900 also stand in line for a hundred places.
		expect(Math.max(...pauses)).toBeLessThanOrEqual(pause + 2700);
	});
});
