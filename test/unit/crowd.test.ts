import { laneFor } from '../../nodes/shared/run';
import {
	askAgain,
	failureOf,
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
	const alike = (count: number): number[] => times(count, () => 8000);

	it.each([
		['1 task of 20 seconds', evenly(1), 15, 1500],
		['100 tasks', evenly(100), 440, 1500],
		['300 tasks', evenly(300), Infinity, 4500],
		['2,000 tasks of 8 seconds, none of which fails for time,', alike(2000), Infinity, 60_000],
	])('of %s is found soon, and with few requests', async (_which, ends, most, within) => {
		const { requests, lastFoundAfter } = await crowdOf(ends);
		expect(requests).toBeLessThanOrEqual(most);
		expect(lastFoundAfter).toBeLessThanOrEqual(within);
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

	it.each([undefined, 5, 1])(
		'ends together when the API answers nobody, with %s requests at a time',
		async (maxConcurrency) => {
			const maxWait = 300_000;
			const { wait, clock, sinceStart } = world(300, maxConcurrency);
			const endings = times(50, async () => {
				const { kind } = await failureOf(wait([silence], { maxWait }));
				expect(['network', 'timeout']).toContain(kind);
				return sinceStart();
			});
			const endedAt = await clock.run(Promise.all(endings));
			expect(Math.min(...endedAt)).toBeGreaterThanOrEqual(0.9 * maxWait);
			// A request hangs for a minute, and may have left just before its task's time was up.
			expect(Math.max(...endedAt)).toBeLessThanOrEqual(maxWait + 65_000);
		},
	);

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
});
