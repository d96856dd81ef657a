import { waitForTask } from '../../nodes/shared/delivery/waiting';
import { readConnection } from '../../nodes/shared/connection';
import { laneFor } from '../../nodes/shared/run';
import { deliveryWith } from '../support/run';
import {
	askAgain,
	done,
	ended,
	failureOf,
	gapsOf,
	LINK,
	pausesOf,
	readyAfter,
	rejected,
	running,
	silence,
	times,
	world,
	type Reply,
	type World,
} from './tasks';

/** Tries of a request where the sources disagree on whether it may pass. */
const FEW = 5;

describe('waiting for a task', () => {
	it('ends with the first answer when the task is done already', async () => {
		const { toTheEnd, askedAt, sinceStart } = world();
		expect(await toTheEnd([done])).toMatchObject({
			kind: 'done',
			answer: { data: { images: [{ link: LINK }] } },
		});
		expect(askedAt()).toEqual([0]);
		expect(sinceStart()).toBe(0);
	});

	it.each([8_000, 12_345, 20_000, 29_000])(
		'notices a portrait that is ready after %i ms within 1.5 seconds, and with few questions',
		async (ready) => {
			const { toTheEnd, askedAt, sinceStart } = world();
			await toTheEnd(readyAfter(ready));
			expect(sinceStart() - ready).toBeLessThanOrEqual(1500);
			expect(sinceStart()).toBeGreaterThanOrEqual(ready);
			expect(askedAt().length).toBeLessThanOrEqual(30);
		},
	);

	it('asks less and less often as the task grows old', async () => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd(readyAfter(600_000), { maxWait: 900_000 });
		const gaps = gapsOf(askedAt());
		const late = gaps.filter((_, index) => askedAt()[index] > 300_000);
		const typical = gaps.filter(
			(_, index) => askedAt()[index] > 8_000 && askedAt()[index] < 25_000,
		);
		expect(Math.min(...late)).toBeGreaterThan(Math.max(...typical));
		expect(Math.max(...gaps)).toBeLessThanOrEqual(15_000);
	});

	it.each([100, 1_000, 7_000, 45_000])('keeps a poll interval of %i ms', async (pollInterval) => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd(readyAfter(pollInterval * 4), { pollInterval });
		expect(gapsOf(askedAt())).toEqual([pollInterval, pollInterval, pollInterval, pollInterval]);
	});

	it('keeps the poll interval however many tasks wait', async () => {
		const { wait, clock, asked, sinceStart } = world(300);
		const crowd = times(100, async () => await wait(readyAfter(60_000)));
		await clock.pass(5000);
		const start = sinceStart();
		const own = times(
			50,
			async () => await wait(readyAfter(start + 10_000), { pollInterval: 1000 }),
		);
		await clock.run(Promise.all([...crowd, ...own]));
		for (let task = 100; task < 150; task += 1) {
			const pauses = pausesOf(asked.filter((one) => one.task === task));
			expect(pauses).toEqual(times(8, () => 1000));
		}
	});

	it('takes the task off those that are running, however it ends', async () => {
		const { toTheEnd, run, item, stopping, wait, clock } = world();
		const runningTasks = () => laneFor(run, 'links', item.access.account).runningTasks;
		await toTheEnd([done]);
		await toTheEnd([running(), done]);
		await expect(toTheEnd([running(), ended])).rejects.toThrow('the task failed');
		await expect(toTheEnd([running()], { maxWait: 5000 })).rejects.toThrow('not ready');
		expect(runningTasks()).toBe(0);
		const settled = Promise.allSettled([wait([running()])]);
		await clock.pass(10);
		expect(runningTasks()).toBe(1);
		stopping.abort(new Error('stop'));
		await clock.run(settled);
		expect(runningTasks()).toBe(0);
	});

	it.each([
		['the task itself', ended, 'the task failed'],
		['a refusal that is final', rejected, 'Pre Img Risk Not Pass'],
	])('fails with the failure of %s', async (_name, answer, words) => {
		const { toTheEnd, askedAt } = world();
		const { kind, message } = await failureOf(toTheEnd([running('in_queue'), answer]));
		expect(kind).toBe('task');
		expect(message).toContain(words);
		expect(askedAt()).toHaveLength(2);
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
		const asked = askedAt().length;
		await clock.pass(1_000_000);
		expect(askedAt()).toHaveLength(asked);
	});
});

describe('checking once', () => {
	it('asks once and hands over the state of a task that is still running', async () => {
		const { toTheEnd, askedAt, clock } = world();
		const ending = await toTheEnd([running('in_queue')], { waitForCompletion: false });
		expect(ending).toMatchObject({
			kind: 'unfinished',
			answer: { data: { status: 'in_queue' } },
			timedOut: false,
		});
		expect(askedAt()).toHaveLength(1);
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
		expect(askedAt()).toHaveLength(3);
	});
});

describe('the deadline', () => {
	it.each([100, 1_000, 20_000, 300_000, 3_600_000])(
		'of %i ms is kept, and nothing is asked after it',
		async (maxWait) => {
			const { toTheEnd, askedAt, sinceStart } = world();
			await expect(toTheEnd([running()], { maxWait })).rejects.toThrow('not ready');
			expect(Math.max(...askedAt())).toBeLessThanOrEqual(maxWait);
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
		expect((await failureOf(waiting)).message).toContain('answered: trouble: untilDeadline');
		expect(Math.max(...askedAt())).toBeLessThanOrEqual(60_000);
		expect(askedAt().length).toBeGreaterThan(5);
	});

	it('says that the task goes on, its last status and what to do', async () => {
		const { toTheEnd } = world();
		const waiting = toTheEnd([running('in_queue', 'request-1')], { maxWait: 60_000 });
		const { kind, message, remedy, status, requestId } = await failureOf(waiting);
		expect(kind).toBe('timeout');
		expect(message).toContain('60 seconds');
		expect(message).toContain('in_queue');
		// That the task goes on, and how to get it, is said of every time-out.
		expect(remedy).toBe('');
		expect({ status, requestId }).toEqual({ status: 'in_queue', requestId: 'request-1' });
	});

	it('says what was known of the task, and what stood in the way last', async () => {
		const { toTheEnd } = world();
		const answers = [running('in_queue', 'REQUEST-1'), askAgain('untilDeadline')];
		expect(await failureOf(toTheEnd(answers, { maxWait: 20_000 }))).toStrictEqual({
			kind: 'timeout',
			message:
				'The portrait was not ready after 20 seconds (status "in_queue"), and last: 302.AI answered: trouble: untilDeadline (HTTP status 503)',
			remedy: '',
			status: 'in_queue',
			requestId: 'REQUEST-1',
		});
		const quiet = toTheEnd([running('in_queue')], { maxWait: 20_000 });
		expect((await failureOf(quiet)).message).toBe(
			'The portrait was not ready after 20 seconds (status "in_queue")',
		);
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
		expect(ending).toMatchObject({
			kind: 'unfinished',
			answer: { data: { status: 'generating' } },
			timedOut: true,
		});
	});

	it('is an error even then when nothing was ever learnt about the task', async () => {
		const { toTheEnd } = world();
		const waiting = toTheEnd([askAgain('untilDeadline')], { maxWait: 30_000, onTimeout: 'return' });
		await expect(waiting).rejects.toThrow('trouble: untilDeadline');
	});

	it('counts from the first answer of the task, so that standing in line costs nothing', async () => {
		const { wait, clock, askedAt, sinceStart } = world(10_000, 1);
		const others = times(50, async () => await wait([running()], { waitForCompletion: false }));
		const ending = await clock.run(wait(readyAfter(550_000), { maxWait: 60_000 }));
		await Promise.all(others);
		expect(askedAt(50)[0]).toBe(500_000);
		expect(ending.kind).toBe('done');
		expect(sinceStart()).toBeGreaterThanOrEqual(550_000);
	});

	it('counts from when the first request of the task left, as long as it has no answer', async () => {
		const { wait, clock, askedAt, sinceStart } = world(10_000, 1);
		const others = times(10, async () => await wait([running()], { waitForCompletion: false }));
		const waiting = wait([{ ...askAgain('untilDeadline'), takes: 100 }], { maxWait: 60_000 });
		await expect(clock.run(waiting)).rejects.toThrow('trouble: untilDeadline');
		await Promise.all(others);
		expect(askedAt(10)[0]).toBe(100_000);
		expect(sinceStart()).toBeGreaterThanOrEqual(158_000);
		expect(sinceStart()).toBeLessThanOrEqual(161_000);
	});

	it.failing.each(['rate', 'concurrency'] as const)(
		'does not begin to count with a refusal for the %s',
		async (limit) => {
			const { wait, clock, sinceStart } = world(100);
			const others = times(
				5,
				async () => await wait(readyAfter(200_000), { pollInterval: 5000, maxWait: 3_600_000 }),
			);
			const refusedUntil = (at: number): Reply =>
				at < 100_000 ? askAgain(limit) : askAgain('untilDeadline');
			const waiting = wait(refusedUntil, { maxWait: 60_000 });
			await expect(clock.run(waiting)).rejects.toThrow('trouble: untilDeadline');
			// The others are answered every five seconds, and the time counts from the last answer.
			expect(sinceStart()).toBeGreaterThanOrEqual(153_000);
			expect(sinceStart()).toBeLessThanOrEqual(180_000);
			await clock.run(Promise.all(others));
		},
	);

	it('comes when the line does not move because the API answers nobody', async () => {
		const { wait, clock, askedAt, sinceStart } = world(0, 1);
		const hanging = Promise.allSettled([wait([silence]), wait([silence])]);
		const waiting = clock.run(wait([done], { maxWait: 60_000 }));
		const { kind, message, remedy } = await failureOf(waiting);
		expect(kind).toBe('network');
		expect(remedy).toContain("'Max Wait'");
		expect(message).toContain('no answer within 60 seconds');
		// The two before it left a minute apart, and neither was answered.
		expect(sinceStart()).toBe(120_000);
		expect(askedAt(2)).toEqual([]);
		await clock.run(hanging);
	});
});

describe('the time that one request may take', () => {
	/** Milliseconds, for each request. */
	function timesGiven(): number[] {
		const given: number[] = [];
		const { timeout } = AbortSignal;
		jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
			given.push(milliseconds);
			return timeout.call(AbortSignal, milliseconds);
		});
		return given;
	}

	afterEach(() => jest.restoreAllMocks());

	it('is what its task has left, and that of any request for the last one', async () => {
		const given = timesGiven();
		const { toTheEnd } = world();
		await failureOf(toTheEnd([running()], { maxWait: 30_000, pollInterval: 10_000 }));
		expect(given).toEqual([30_000, 20_000, 10_000, 60_000]);
	});

	it('counts from its first request as long as the task has no answer', async () => {
		const given = timesGiven();
		const { toTheEnd } = world();
		await failureOf(toTheEnd([askAgain('untilDeadline', 10_000)], { maxWait: 30_000 }));
		expect(given).toEqual([30_000, 20_000, 10_000, 60_000]);
	});

	it('is a second at least, and never more than Request Timeout', async () => {
		const given = timesGiven();
		const { toTheEnd } = world();
		await failureOf(toTheEnd([running()], { maxWait: 5000, pollInterval: 4500 }));
		await toTheEnd([done], { maxWait: 300_000 });
		expect(given).toEqual([5000, 1000, 60_000, 60_000]);
	});

	it('is that of any request where the time of the task was up before its turn came', async () => {
		const given = timesGiven();
		const { wait, clock, run } = world(0, 1);
		const waiting = wait(readyAfter(100_000), { maxWait: 30_000, pollInterval: 10_000 });
		await clock.pass(5000);
		const turn = await laneFor(run, 'files').enter();
		await clock.pass(100_000);
		turn.end();
		expect((await clock.run(waiting)).kind).toBe('done');
		expect(given).toEqual([30_000, 60_000]);
	});
});

describe('trouble that passes', () => {
	// Pauses are a quarter more or less by chance.
	beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0.5));
	afterEach(() => jest.restoreAllMocks());

	it('is asked about again after a pause that grows, and starts anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		const trouble = askAgain('untilDeadline');
		await toTheEnd([trouble, trouble, trouble, trouble, running(), trouble, done]);
		const gaps = gapsOf(askedAt());
		const growing = gaps.slice(0, 4);
		expect(growing).toEqual([...growing].sort((a, b) => a - b));
		expect(growing[3]).toBeGreaterThan(growing[0]);
		expect(gaps[5]).toBe(gaps[0]);
	});

	it('never pauses longer than 15 seconds by itself', async () => {
		const { toTheEnd, askedAt } = world();
		const waiting = toTheEnd([askAgain('untilDeadline')], { maxWait: 3_600_000 });
		await expect(waiting).rejects.toThrow('trouble');
		expect(Math.max(...gapsOf(askedAt()))).toBeLessThanOrEqual(15_000);
	});

	it.each([1_000, 20_000, 90_000])(
		'is not asked about before the Retry-After of %i ms',
		async (retryAfter) => {
			const { toTheEnd, askedAt } = world();
			await toTheEnd([askAgain('untilDeadline', retryAfter), done]);
			expect(askedAt()[1]).toBeGreaterThanOrEqual(retryAfter);
			expect(askedAt()[1]).toBeLessThanOrEqual(retryAfter + 1000);
		},
	);

	it('does not pass the deadline because of a long Retry-After', async () => {
		const { toTheEnd, askedAt, sinceStart } = world();
		const waiting = toTheEnd([askAgain('untilDeadline', 86_400_000)], { maxWait: 60_000 });
		await expect(waiting).rejects.toThrow('trouble');
		expect(sinceStart()).toBeLessThanOrEqual(60_000);
		expect(askedAt().length).toBeLessThanOrEqual(2);
	});

	it('of the kind that may not pass is tried a few times only', async () => {
		const { toTheEnd, askedAt } = world();
		await expect(toTheEnd([askAgain('fewTimes')])).rejects.toThrow('trouble: fewTimes');
		expect(askedAt()).toHaveLength(FEW);
	});

	it('counts those few tries anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		const almost = Array.from({ length: FEW - 1 }, () => askAgain('fewTimes'));
		const ending = await toTheEnd([...almost, running(), ...almost, done]);
		expect(ending.kind).toBe('done');
		expect(askedAt()).toHaveLength(2 * FEW);
	});

	it.each([
		['rate', 20, 300_000],
		['concurrency', 20, 300_000],
		['rate', 200, 3_600_000],
		['concurrency', 200, 3_600_000],
	] as const)(
		'of the kind %s, %i times over, is left to the line of the run and never becomes the end of a task before its time',
		async (limit, refusals, maxWait) => {
			const answers = [...times(refusals, () => askAgain(limit)), done];
			const unknown = world(100);
			expect((await unknown.toTheEnd(answers, { maxWait })).kind).toBe('done');
			expect(unknown.askedAt()).toHaveLength(refusals + 1);
			const known = world(100);
			expect((await known.toTheEnd([running(), ...answers], { maxWait })).kind).toBe('done');
			expect(known.askedAt()).toHaveLength(refusals + 2);
		},
	);
});

describe('what was refused or lost on the way', () => {
	it('for good is not asked about again, and keeps what Node.js said as the cause', async () => {
		const { toTheEnd, askedAt } = world();
		const broken = { ...silence, takes: 0, breaks: 'CERT_HAS_EXPIRED' };
		await expect(toTheEnd([running(), broken])).rejects.toMatchObject({
			cause: new Error('read'),
			failure: { kind: 'network' },
		});
		expect(askedAt()).toHaveLength(2);
	});

	it('again and again ends with what to do about it, and with what Node.js said as the cause', async () => {
		const { toTheEnd } = world();
		const broken = { ...silence, takes: 0 };
		await expect(toTheEnd([broken], { maxWait: 60_000 })).rejects.toMatchObject({
			cause: new Error('read'),
			failure: {
				kind: 'network',
				remedy: expect.stringContaining('the network'),
			},
		});
	});

	it.each([
		[1_001_000, 'done'],
		[1_002_000, 'the limit'],
	])('is an answer larger than an image and a megabyte: %i bytes end as %s', async (bytes, end) => {
		const { item, taskOf, clock } = world();
		const delivery = deliveryWith({ options: { maxFileSize: 0.001 } });
		const answer = { ...done, body: { ...done.body, filler: '' } };
		answer.body.filler = 'x'.repeat(bytes - JSON.stringify(answer.body).length);
		const request = { task_id: taskOf([answer]), form: 'links' } as const;
		const ended = await clock.run(waitForTask(item, request, delivery)).then(
			({ kind }) => kind,
			() => 'the limit',
		);
		expect(ended).toBe(end);
	});

	it.each([
		['HTTP 503', askAgain('untilDeadline')],
		['a refusal with Retry-After', askAgain('rate', 120_000)],
	])('is not made up for by checks in a row, after two minutes of %s', async (_name, trouble) => {
		const { toTheEnd, askedAt } = world(300);
		await toTheEnd((at) => {
			if (at >= 200_000) return done;
			return at > 5000 && at < 120_000 ? trouble : running();
		});
		const after = askedAt().filter((at) => at > 130_000 && at < 160_000);
		expect(after.length).toBeLessThanOrEqual(12);
	});

	it.each([{ maxWait: 12.3456 }, { requestTimeout: 16.1 }, { requestTimeout: 2.01 }])(
		'is a matter of times that need not be whole milliseconds: %j',
		async (options) => {
			const { item, wait, clock } = world();
			await clock.run(wait([done]));
			const request = { task_id: '0', form: 'links' } as const;
			const asked = waitForTask(
				{ ...item, connection: readConnection(options) },
				request,
				deliveryWith({ options }),
			);
			expect((await clock.run(asked)).kind).toBe('done');
		},
	);
});

describe('a cancel', () => {
	/** Stops the run after `milliseconds`, and expects `work` to end then and there. */
	async function expectStopped(
		{ clock, stopping, sinceStart }: World,
		milliseconds: number,
		work: Promise<unknown>,
	): Promise<void> {
		const reason = new Error('stopped by the user');
		const settled = Promise.allSettled([work]);
		await clock.pass(milliseconds);
		stopping.abort(reason);
		const [result] = await clock.run(settled);
		expect(result.status === 'rejected' && result.reason === reason).toBe(true);
		expect(sinceStart()).toBe(milliseconds);
		expect(clock.open).toBe(0);
	}

	it('in the middle of a pause rejects at once with the reason of the signal', async () => {
		const here = world();
		const plan = { pollInterval: 3_600_000, maxWait: 86_400_000 };
		await expectStopped(here, 1234, here.wait([running()], plan));
		expect(here.askedAt()).toEqual([0]);
	});

	it('in the middle of a request rejects at once with the reason of the signal', async () => {
		const here = world(60_000);
		await expectStopped(here, 500, here.wait([running()]));
		expect(here.askedAt()).toEqual([0]);
	});

	it('in the middle of a pause after trouble rejects at once with the reason of the signal', async () => {
		const here = world();
		await expectStopped(here, 500, here.wait([askAgain('untilDeadline', 60_000)]));
		expect(here.askedAt()).toEqual([0]);
	});

	it('in line for a request rejects at once with the reason of the signal', async () => {
		const here = world(60_000, 1);
		const all = times(30, async () => await here.wait([running()]));
		for (const one of all) one.catch(() => {});
		await expectStopped(here, 500, all[29]);
		const reasons = await Promise.allSettled(all);
		expect(reasons.every(({ status }) => status === 'rejected')).toBe(true);
		expect(here.askedAt()).toEqual([0]);
	});

	it('in line after a refusal rejects at once with the reason of the signal', async () => {
		const here = world();
		await expectStopped(here, 1500, here.wait([askAgain('rate', 60_000)]));
		expect(here.askedAt()).toEqual([0]);
	});

	it('before the start lets nothing be asked', async () => {
		const { stopping, toTheEnd, askedAt } = world();
		const reason = new Error('stopped before');
		stopping.abort(reason);
		await expect(toTheEnd([running()])).rejects.toBe(reason);
		expect(askedAt()).toEqual([]);
	});
});
