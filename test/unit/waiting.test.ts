import { FEW_TRIES } from '../../nodes/shared/delivery/polling';
import { askAgain, done, ended, failureOf, running, world } from './tasks';

const gapsOf = (times: number[]): number[] => times.slice(1).map((at, index) => at - times[index]);
const readyAfter = (milliseconds: number) => (at: number) =>
	at >= milliseconds ? done : running();

describe('waiting for a task', () => {
	it('ends with the first answer when the task is done already', async () => {
		const { toTheEnd, askedAt, sinceStart } = world();
		expect(await toTheEnd([done])).toEqual({ kind: 'done', answer: done });
		expect(askedAt).toEqual([0]);
		expect(sinceStart()).toBe(0);
	});

	it.each([8_000, 12_345, 20_000, 29_000])(
		'notices a portrait that is ready after %i ms within 1.5 seconds, and with few questions',
		async (ready) => {
			const { toTheEnd, askedAt, sinceStart } = world();
			await toTheEnd(readyAfter(ready));
			expect(sinceStart() - ready).toBeLessThanOrEqual(1500);
			expect(sinceStart()).toBeGreaterThanOrEqual(ready);
			expect(askedAt.length).toBeLessThanOrEqual(30);
		},
	);

	it('asks less and less often as the task grows old', async () => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd(readyAfter(600_000), { maxWait: 900_000 });
		const gaps = gapsOf(askedAt);
		const late = gaps.filter((_, index) => askedAt[index] > 300_000);
		const typical = gaps.filter((_, index) => askedAt[index] > 8_000 && askedAt[index] < 25_000);
		expect(Math.min(...late)).toBeGreaterThan(Math.max(...typical));
		expect(Math.max(...gaps)).toBeLessThanOrEqual(15_000);
	});

	it.each([100, 1_000, 7_000, 45_000])('keeps a poll interval of %i ms', async (pollInterval) => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd(readyAfter(pollInterval * 4), { pollInterval });
		expect(gapsOf(askedAt)).toEqual([pollInterval, pollInterval, pollInterval, pollInterval]);
	});

	it('keeps the poll interval however many tasks wait', async () => {
		const { toTheEnd, askedAt, runningTasks } = world();
		for (let index = 0; index < 500; index += 1) runningTasks.add({});
		await toTheEnd(readyAfter(3000), { pollInterval: 1000 });
		expect(gapsOf(askedAt)).toEqual([1000, 1000, 1000]);
	});

	it('asks less often the more tasks wait together', async () => {
		const alone = world();
		await alone.toTheEnd(readyAfter(100_000));
		const crowded = world();
		for (let index = 0; index < 600; index += 1) crowded.runningTasks.add({});
		await crowded.toTheEnd(readyAfter(100_000));
		expect(crowded.askedAt.length).toBeLessThan(alone.askedAt.length / 3);
	});

	it('asks about all tasks together twelve times a second, however long an answer takes', async () => {
		const { toTheEnd, askedAt, runningTasks } = world(3000);
		for (let index = 1; index < 120; index += 1) runningTasks.add({});
		await toTheEnd(readyAfter(33_000));
		expect(askedAt).toEqual([0, 10_000, 20_000, 30_000]);
	});

	it('asks four times a second for three seconds after another task has ended', async () => {
		const { toTheEnd, askedAt, runningTasks } = world();
		runningTasks.sawEnd();
		await toTheEnd(readyAfter(4000));
		expect(gapsOf(askedAt)).toEqual([...Array.from({ length: 12 }, () => 250), 2500]);
	});

	it('takes the task off the list of those that are running, however it ends', async () => {
		const { toTheEnd, runningTasks, stopping, wait, clock } = world();
		await toTheEnd([running(), done]);
		await expect(toTheEnd([running(), ended])).rejects.toThrow('the task failed');
		await expect(toTheEnd([running()], { maxWait: 5000 })).rejects.toThrow('not ready');
		expect(runningTasks.count).toBe(0);
		const settled = Promise.allSettled([wait([running()])]);
		await clock.pass(10);
		expect(runningTasks.count).toBe(1);
		stopping.abort(new Error('stop'));
		await clock.run(settled);
		expect(runningTasks.count).toBe(0);
	});

	it('fails with the failure of the task', async () => {
		const { toTheEnd, askedAt } = world();
		await expect(toTheEnd([running('in_queue'), ended])).rejects.toThrow('the task failed');
		expect(askedAt).toHaveLength(2);
	});

	it.each([
		['done', [running(), done]],
		['failed', [running(), ended]],
		['out of time', [running()]],
		['given up', [askAgain('fewTimes')]],
	])('sleeps no more once it is %s', async (_name, answers) => {
		const { toTheEnd, clock, askedAt } = world();
		const [result] = await Promise.allSettled([toTheEnd(answers, { maxWait: 20_000 })]);
		expect(['fulfilled', 'rejected']).toContain(result.status);
		expect(clock.open).toBe(0);
		const asked = askedAt.length;
		await clock.pass(1_000_000);
		expect(askedAt).toHaveLength(asked);
	});
});

describe('checking once', () => {
	it('asks once and hands over the state of a task that is still running', async () => {
		const { toTheEnd, askedAt, clock } = world();
		const ending = await toTheEnd([running('in_queue')], { waitForCompletion: false });
		expect(ending).toEqual({ kind: 'unfinished', answer: running('in_queue'), timedOut: false });
		expect(askedAt).toHaveLength(1);
		expect(clock.pauses).toEqual([]);
	});

	it('hands over a task that is done, and fails with one that failed', async () => {
		const { toTheEnd } = world();
		const once = { waitForCompletion: false };
		expect((await toTheEnd([done], once)).kind).toBe('done');
		await expect(toTheEnd([ended], once)).rejects.toThrow('the task failed');
	});

	it('asks again only until it has an answer about the task', async () => {
		const { toTheEnd, askedAt } = world();
		const answers = [askAgain('untilDeadline'), askAgain('rate'), running()];
		const ending = await toTheEnd(answers, { waitForCompletion: false });
		expect(ending.kind).toBe('unfinished');
		expect(askedAt).toHaveLength(3);
	});
});

describe('the deadline', () => {
	it.each([100, 1_000, 20_000, 300_000, 3_600_000])(
		'of %i ms is kept, and nothing is asked after it',
		async (maxWait) => {
			const { toTheEnd, askedAt, sinceStart } = world();
			await expect(toTheEnd([running()], { maxWait })).rejects.toThrow('not ready');
			expect(Math.max(...askedAt)).toBeLessThanOrEqual(maxWait);
			expect(sinceStart()).toBeLessThanOrEqual(maxWait);
			expect(sinceStart()).toBeGreaterThanOrEqual(maxWait * 0.9 - 1);
		},
	);

	it('is looked at once more shortly before it, however long the poll interval', async () => {
		const { toTheEnd, sinceStart } = world();
		const ending = await toTheEnd(readyAfter(50_000), { maxWait: 60_000, pollInterval: 3_600_000 });
		expect(ending.kind).toBe('done');
		expect(sinceStart()).toBeLessThanOrEqual(60_000);
	});

	it('is kept while nothing but faults comes back, and the last trouble is what is said', async () => {
		const { toTheEnd, askedAt } = world();
		const waiting = toTheEnd([askAgain('untilDeadline')], { maxWait: 60_000 });
		expect((await failureOf(waiting)).message).toBe('trouble: untilDeadline');
		expect(Math.max(...askedAt)).toBeLessThanOrEqual(60_000);
		expect(askedAt.length).toBeGreaterThan(5);
	});

	it('says that the task goes on, its last status and what to do', async () => {
		const { toTheEnd } = world();
		const waiting = toTheEnd([running('in_queue', 'request-1')], { maxWait: 60_000 });
		const { kind, message, remedy, status, requestId } = await failureOf(waiting);
		expect(kind).toBe('timeout');
		expect(message).toContain('60 seconds');
		expect(message).toContain('in_queue');
		expect(remedy).toMatch(/task goes on/i);
		expect(remedy).toContain('same task ID');
		expect(remedy).toContain("'Max Wait'");
		expect({ status, requestId }).toEqual({ status: 'in_queue', requestId: 'request-1' });
	});

	it('says one second where it is one', async () => {
		const { message } = await failureOf(world().toTheEnd([running()], { maxWait: 1000 }));
		expect(message).toContain('1 second');
		expect(message).not.toContain('1 seconds');
	});

	it('names the trouble that came last', async () => {
		const { toTheEnd } = world();
		const answers = [running(), askAgain('untilDeadline')];
		const { message, status } = await failureOf(toTheEnd(answers, { maxWait: 30_000 }));
		expect(message).toContain('trouble: untilDeadline');
		expect(status).toBe('generating');
	});

	it('hands over the last state instead when the user wants it so', async () => {
		const { toTheEnd } = world();
		const answers = [running('in_queue'), running('generating')];
		const ending = await toTheEnd(answers, { maxWait: 30_000, onTimeout: 'return' });
		expect(ending).toEqual({ kind: 'unfinished', answer: running('generating'), timedOut: true });
	});

	it('is an error even then when nothing was ever learnt about the task', async () => {
		const { toTheEnd } = world();
		const waiting = toTheEnd([askAgain('untilDeadline')], { maxWait: 30_000, onTimeout: 'return' });
		await expect(waiting).rejects.toThrow('trouble: untilDeadline');
	});

	it('counts from the first answer of the task, so that standing in line costs nothing', async () => {
		const { clock, toTheEnd, sinceStart } = world();
		const inLine = 500_000;
		const others = (): number => clock.now() - (clock.now() % 1000);
		let first = true;
		const ending = await toTheEnd(
			[],
			{ maxWait: 60_000 },
			{
				lastAnswerAt: others,
				ask: async ({ standInLineUntil }) => {
					if (first) {
						first = false;
						await clock.after(inLine);
					}
					if (clock.now() >= standInLineUntil()) return undefined;
					return sinceStart() >= inLine + 30_000 ? done : running();
				},
			},
		);
		expect(ending.kind).toBe('done');
		expect(sinceStart()).toBeGreaterThanOrEqual(inLine + 30_000);
	});

	it('comes when the line does not move because the API answers nobody', async () => {
		const { clock, toTheEnd, sinceStart } = world();
		const waiting = toTheEnd(
			[],
			{ maxWait: 60_000 },
			{
				lastAnswerAt: () => undefined,
				ask: async ({ standInLineUntil }) => {
					await clock.after(Math.max(0, standInLineUntil() - clock.now()));
					return undefined;
				},
			},
		);
		const { kind, message } = await failureOf(waiting);
		expect(kind).toBe('timeout');
		expect(message).toContain('no answer within 60 seconds');
		expect(sinceStart()).toBe(60_000);
	});
});

describe('trouble that passes', () => {
	it('is asked about again after a pause that grows, and starts anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		const trouble = askAgain('untilDeadline');
		await toTheEnd([trouble, trouble, trouble, trouble, running(), trouble, done]);
		const gaps = gapsOf(askedAt);
		const growing = gaps.slice(0, 4);
		expect(growing).toEqual([...growing].sort((a, b) => a - b));
		expect(growing[3]).toBeGreaterThan(growing[0]);
		expect(gaps[5]).toBe(gaps[0]);
	});

	it('never pauses longer than 15 seconds by itself', async () => {
		const { toTheEnd, askedAt } = world();
		const waiting = toTheEnd([askAgain('untilDeadline')], { maxWait: 3_600_000 });
		await expect(waiting).rejects.toThrow('trouble');
		expect(Math.max(...gapsOf(askedAt))).toBeLessThanOrEqual(15_000);
	});

	it.each([1_000, 20_000, 90_000])(
		'is not asked about before the Retry-After of %i ms',
		async (retryAfter) => {
			const { toTheEnd, askedAt } = world();
			await toTheEnd([askAgain('untilDeadline', retryAfter), done]);
			expect(askedAt[1]).toBeGreaterThanOrEqual(retryAfter);
			expect(askedAt[1]).toBeLessThanOrEqual(retryAfter + 1000);
		},
	);

	it('does not pass the deadline because of a long Retry-After', async () => {
		const { toTheEnd, askedAt, sinceStart } = world();
		const waiting = toTheEnd([askAgain('untilDeadline', 86_400_000)], { maxWait: 60_000 });
		await expect(waiting).rejects.toThrow('trouble');
		expect(sinceStart()).toBeLessThanOrEqual(60_000);
		expect(askedAt.length).toBeLessThanOrEqual(2);
	});

	it('of the kind that may not pass is tried a few times only', async () => {
		const { toTheEnd, askedAt } = world();
		await expect(toTheEnd([askAgain('fewTimes')])).rejects.toThrow('trouble: fewTimes');
		expect(askedAt).toHaveLength(FEW_TRIES);
	});

	it('counts those few tries anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		const almost = Array.from({ length: FEW_TRIES - 1 }, () => askAgain('fewTimes'));
		const ending = await toTheEnd([...almost, running(), ...almost, done]);
		expect(ending.kind).toBe('done');
		expect(askedAt).toHaveLength(2 * FEW_TRIES);
	});

	it.each(['rate', 'concurrency'] as const)(
		'of the kind %s is left to the line of the run and never becomes the end of a task before its time',
		async (limit) => {
			const { toTheEnd, askedAt } = world(100);
			const ending = await toTheEnd([...Array.from({ length: 200 }, () => askAgain(limit)), done]);
			expect(ending.kind).toBe('done');
			expect(askedAt).toHaveLength(201);
		},
	);
});

describe('a cancel', () => {
	it('in the middle of a pause rejects at once with the reason of the signal', async () => {
		const { clock, stopping, wait, sinceStart, askedAt } = world();
		const reason = new Error('stopped by the user');
		const settled = Promise.allSettled([
			wait([running()], { pollInterval: 3_600_000, maxWait: 86_400_000 }),
		]);
		await clock.pass(1234);
		stopping.abort(reason);
		expect(await clock.run(settled)).toEqual([{ status: 'rejected', reason }]);
		expect(sinceStart()).toBe(1234);
		expect(askedAt).toEqual([0]);
		expect(clock.open).toBe(0);
	});

	it('in the middle of a request rejects at once with the reason of the signal', async () => {
		const { clock, stopping, wait, sinceStart, askedAt } = world(60_000);
		const reason = new Error('stopped by the user');
		const settled = Promise.allSettled([wait([running()])]);
		await clock.pass(500);
		stopping.abort(reason);
		expect(await clock.run(settled)).toEqual([{ status: 'rejected', reason }]);
		expect(sinceStart()).toBe(500);
		expect(askedAt).toEqual([0]);
	});

	it('before the start lets nothing be asked', async () => {
		const { stopping, toTheEnd, askedAt } = world();
		const reason = new Error('stopped before');
		stopping.abort(reason);
		await expect(toTheEnd([running()])).rejects.toBe(reason);
		expect(askedAt).toEqual([]);
	});
});
