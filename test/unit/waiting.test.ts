import { pauseBeforeCheck } from '../../nodes/shared/delivery/polling';
import { waitForTask } from '../../nodes/shared/delivery/waiting';
import { laneFor } from '../../nodes/shared/run';
import { deliveryWith } from '../support/run';
import {
	askAgain,
	done,
	ended,
	failureOf,
	gapsOf,
	pausesOf,
	readyAfter,
	rejected,
	running,
	silence,
	times,
	world,
	type Reply,
} from './tasks';

/** Tries of a request where the sources disagree on whether it may pass. */
const FEW = 5;
const trouble = askAgain('untilDeadline');

// Pauses are a quarter more or less by chance.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0.5));
afterEach(() => jest.restoreAllMocks());

describe('waiting for a task', () => {
	it.each<[string, Reply[], string, number]>([
		['is done already', [done], 'done', 1],
		['is done after a while', [running(), done], 'done', 2],
		['failed', [running('in_queue'), ended], 'the task failed', 2],
		['is refused for good', [running(), rejected], 'Pre Img Risk Not Pass', 2],
		['is out of time', [running()], 'The portrait was not ready', 7],
		['meets nothing but doubtful trouble', [askAgain('fewTimes')], 'trouble: fewTimes', FEW],
	])('that %s ends with that, and nothing goes on', async (_how, answers, end, count) => {
		const { toTheEnd, run, item, clock, askedAt } = world();
		const ending = toTheEnd(answers, { maxWait: 10_000 });
		expect(
			await ending.then(
				({ kind }) => kind,
				({ message }) => message,
			),
		).toContain(end);
		expect(askedAt()).toHaveLength(count);
		expect(laneFor(run, 'links', item.access.account).runningTasks).toBe(0);
		expect(clock.open).toBe(0);
		await clock.pass(1_000_000);
		expect(askedAt()).toHaveLength(count);
	});

	it.each([
		[0, 1, 2500],
		[6999, 1, 2500],
		[7000, 1, 1150],
		[30_000, 1, 2000],
		[60_000, 1, 4000],
		[180_000, 1, 10_000],
		[20_000, 20, 1150],
		[20_000, 100, 5000],
		[20_000, 900, 6000],
	])('of the age %i ms, one of %i, pauses for %i ms', (age, runningTasks, pause) => {
		expect(pauseBeforeCheck(age, runningTasks)).toBe(pause);
	});

	it('keeps the poll interval however many tasks wait', async () => {
		const { wait, clock, asked, sinceStart } = world(300);
		const crowd = times(100, async () => await wait(readyAfter(60_000)));
		await clock.pass(5000);
		const ready = readyAfter(sinceStart() + 10_000);
		const own = times(50, async () => await wait(ready, { pollInterval: 1000 }));
		await clock.run(Promise.all([...crowd, ...own]));
		for (let task = 100; task < 150; task += 1) {
			const pauses = pausesOf(asked.filter((one) => one.task === task));
			expect(pauses).toEqual(times(8, () => 1000));
		}
	});
});

describe('checking once', () => {
	it.each<[string, Reply[], number]>([
		['the first answer', [running('in_queue')], 1],
		['the first answer about the task', [trouble, askAgain('rate'), running('in_queue')], 3],
	])('ends with %s', async (_which, answers, count) => {
		const { toTheEnd, askedAt } = world();
		expect(await toTheEnd(answers, { waitForCompletion: false })).toMatchObject({
			kind: 'unfinished',
			answer: { data: { status: 'in_queue' } },
			timedOut: false,
		});
		expect(askedAt()).toHaveLength(count);
	});
});

describe('the deadline', () => {
	it.each([100, 12_345.6, 3_600_000])(
		'of %i ms is kept, and nothing is asked after it',
		async (maxWait) => {
			const { toTheEnd, askedAt, sinceStart } = world();
			await expect(toTheEnd([running()], { maxWait })).rejects.toThrow('not ready');
			// Timers fire at whole milliseconds.
			expect(askedAt().at(-1)).toBe(Math.ceil(maxWait));
			expect(sinceStart()).toBe(Math.ceil(maxWait));
		},
	);

	it('is looked at once more before it, however long the poll interval', async () => {
		const { toTheEnd } = world();
		const plan = { maxWait: 60_000, pollInterval: 3_600_000 };
		expect((await toTheEnd(readyAfter(50_000), plan)).kind).toBe('done');
	});

	it.each<[string, Reply[], number, string]>([
		['nothing else', [running('in_queue', 'REQUEST-1')], 20_000, '20 seconds (status "in_queue")'],
		['one second as one', [running('in_queue', 'REQUEST-1')], 1000, '1 second (status "in_queue")'],
		[
			'what stood in the way last',
			[running('in_queue', 'REQUEST-1'), trouble],
			20_000,
			'20 seconds (status "in_queue"), and last: 302.AI answered: trouble: untilDeadline (HTTP status 503)',
		],
	])('says what was known of the task, and %s', async (_what, answers, maxWait, said) => {
		expect(await failureOf(world().toTheEnd(answers, { maxWait }))).toStrictEqual({
			kind: 'timeout',
			message: `The portrait was not ready after ${said}`,
			// That the task goes on, and how to get it, is said of every time-out.
			remedy: '',
			status: 'in_queue',
			requestId: 'REQUEST-1',
		});
	});

	it('is an error, though the last state is wanted, when nothing was ever learnt about the task', async () => {
		const waiting = world().toTheEnd([trouble], { maxWait: 30_000, onTimeout: 'return' });
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

	it.each(['rate', 'concurrency'] as const)(
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
	const given: number[] = [];
	beforeEach(() => {
		given.length = 0;
		const { timeout } = AbortSignal;
		jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
			given.push(milliseconds);
			return timeout.call(AbortSignal, milliseconds);
		});
	});

	it.each<[string, Reply, number, number, number[]]>([
		['what its task has left', running(), 30_000, 10_000, [30_000, 20_000, 10_000, 60_000]],
		[
			'counted from its first request without an answer',
			askAgain('untilDeadline', 10_000),
			30_000,
			10_000,
			[30_000, 20_000, 10_000, 60_000],
		],
		['a second at least', running(), 5000, 4500, [5000, 1000, 60_000]],
	])('is %s, and that of any for the last', async (_what, reply, maxWait, pollInterval, times_) => {
		await failureOf(world().toTheEnd([reply], { maxWait, pollInterval }));
		expect(given).toEqual(times_);
	});

	it('is that of any request where the time of the task was up before its turn came', async () => {
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
	it('is asked about again after a pause that grows, and starts anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd([...times(4, () => trouble), running(), trouble, done], { pollInterval: 100 });
		expect(gapsOf(askedAt())).toEqual([500, 1000, 2000, 4000, 100, 500]);
	});

	it('is asked about until the deadline, every 15 seconds at least', async () => {
		const { toTheEnd, askedAt } = world();
		const waiting = toTheEnd([trouble], { maxWait: 3_600_000 });
		await expect(waiting).rejects.toThrow('answered: trouble: untilDeadline');
		expect(Math.max(...gapsOf(askedAt()))).toBe(15_000);
		expect(askedAt().at(-1)).toBe(3_600_000);
	});

	it.each([
		['its Retry-After', 90_000, 90_000],
		['the deadline, where its Retry-After is longer', 86_400_000, 300_000],
	])('is not asked about before %s', async (_when, retryAfter, at) => {
		const { toTheEnd, askedAt } = world();
		await toTheEnd([askAgain('untilDeadline', retryAfter), done]);
		expect(askedAt()).toEqual([0, at]);
	});

	it('counts a few tries anew after a good answer', async () => {
		const { toTheEnd, askedAt } = world();
		const almost = times(FEW - 1, () => askAgain('fewTimes'));
		expect((await toTheEnd([...almost, running(), ...almost, done])).kind).toBe('done');
		expect(askedAt()).toHaveLength(2 * FEW);
	});

	it.each([
		['rate', 20, 300_000],
		['concurrency', 200, 3_600_000],
	] as const)(
		'of the kind %s, %i times over, is left to the line of the run and never becomes the end of a task before its time',
		async (limit, refusals, maxWait) => {
			const answers = [...times(refusals, () => askAgain(limit)), done];
			const unknown = world(100);
			expect((await unknown.toTheEnd(answers, { maxWait })).kind).toBe('done');
			const known = world(100);
			expect((await known.toTheEnd([running(), ...answers], { maxWait })).kind).toBe('done');
		},
	);
});

describe('a request', () => {
	it('that is lost for good is not sent again, and keeps what Node.js said as the cause', async () => {
		const { toTheEnd, askedAt } = world();
		const broken = { ...silence, takes: 0, breaks: 'CERT_HAS_EXPIRED' };
		await expect(toTheEnd([running(), broken])).rejects.toMatchObject({
			cause: new Error('read'),
			failure: { kind: 'network' },
		});
		expect(askedAt()).toHaveLength(2);
	});

	it.each([
		[1_001_000, 'done'],
		[1_002_000, 'the limit'],
	])('takes an answer of an image and a megabyte: %i bytes end as %s', async (bytes, end) => {
		const { item, taskOf, clock } = world();
		const answer = { ...done, body: { ...done.body, filler: '' } };
		answer.body.filler = 'x'.repeat(bytes - JSON.stringify(answer.body).length);
		const request = { task_id: taskOf([answer]), form: 'links' } as const;
		const delivery = deliveryWith({ options: { maxFileSize: 0.001 } });
		const ending = await clock.run(waitForTask(item, request, delivery)).then(
			({ kind }) => kind,
			() => 'the limit',
		);
		expect(ending).toBe(end);
	});
});

it.each<[string, number, Reply]>([
	['a pause', 0, running()],
	['a request', 60_000, running()],
	['a pause after trouble', 0, askAgain('untilDeadline', 60_000)],
	['a pause after a refusal', 0, askAgain('rate', 60_000)],
])('a cancel in the middle of %s rejects at once with its reason', async (_where, takes, reply) => {
	const { clock, stopping, wait, askedAt, sinceStart } = world(takes);
	const reason = new Error('stopped by the user');
	const settled = Promise.allSettled([wait([reply], { pollInterval: 60_000 })]);
	await clock.pass(1500);
	stopping.abort(reason);
	const [result] = await clock.run(settled);
	expect(result.status === 'rejected' && result.reason === reason).toBe(true);
	expect([sinceStart(), clock.open, askedAt()]).toEqual([1500, 0, [0]]);
});
