import { RunningTasks } from '../../nodes/shared/delivery/runningTasks';
import { VirtualClock } from './virtualClock';

/** Tasks that pause for a minute each. */
async function pausing(count: number) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const tasks = new RunningTasks(clock);
	const awake: number[] = [];
	const pauses = Array.from({ length: count }, async (_, index) => {
		await tasks.pause(() => 60_000, stopping.signal);
		awake.push(index);
	});
	const all = Promise.allSettled(pauses);
	await clock.pass(0);
	return { clock, stopping, tasks, awake, all };
}

describe('the tasks of a run that are still running', () => {
	it('are looked at early when another has ended, two for each, the longest pausing first', async () => {
		const { clock, tasks, awake } = await pausing(5);
		await clock.pass(1_000);
		tasks.sawEnd();
		await clock.pass(0);
		expect(awake).toEqual([0, 1]);
		tasks.sawEnd();
		await clock.pass(0);
		expect(awake).toEqual([0, 1, 2, 3]);
	});

	it('are left alone when they were looked at less than a second ago', async () => {
		const { clock, tasks, awake } = await pausing(2);
		await clock.pass(999);
		tasks.sawEnd();
		await clock.pass(0);
		expect(awake).toEqual([]);
	});

	it('pause as long as they were to when none of them ends, and leave no timer behind', async () => {
		const { clock, awake, all } = await pausing(3);
		await clock.run(all);
		expect(awake).toEqual([0, 1, 2]);
		expect(clock.open).toBe(0);
	});

	it('pause less long when few of them are left', async () => {
		const clock = new VirtualClock();
		const tasks = new RunningTasks(clock);
		const ended = Array.from({ length: 13 }, () => ({}));
		for (const task of ended) tasks.add(task);
		let awakeAt: number | undefined;
		const pause = tasks
			.pause(() => tasks.count * 1000, new AbortController().signal)
			.then(() => (awakeAt = clock.now()));
		const startedAt = clock.now();
		await clock.pass(500);
		for (const task of ended.slice(0, 11)) tasks.remove(task);
		await clock.pass(1499);
		expect(awakeAt).toBeUndefined();
		await clock.run(pause);
		expect(clock.now() - startedAt).toBe(2000);
		expect(clock.open).toBe(0);
	});

	it('stop pausing when the run is stopped, with its reason', async () => {
		const { clock, stopping, awake, all } = await pausing(3);
		stopping.abort(new Error('stopped'));
		const results = await clock.run(all);
		expect(results).toEqual(
			results.map(() => ({ status: 'rejected', reason: new Error('stopped') })),
		);
		expect(awake).toEqual([]);
		expect(clock.open).toBe(0);
	});

	it('tell how long ago one of them was seen to have ended', async () => {
		const { clock, tasks } = await pausing(0);
		expect(tasks.sinceLastEnd).toBe(Infinity);
		tasks.sawEnd();
		await clock.pass(700);
		expect(tasks.sinceLastEnd).toBe(700);
	});
});
