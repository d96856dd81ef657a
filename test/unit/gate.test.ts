import { failed } from '../../nodes/shared/failure';
import {
	Gate,
	type Lane,
	type Turn,
	type Went,
	type Window,
} from '../../nodes/shared/transport/gate';
import { everythingWaits, VirtualClock } from './virtualClock';

const WINDOW = { start: 32, most: 100 };

function start(most?: number) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const gate = new Gate(clock, stopping.signal, most);
	const lane = (name: string, window: Window = WINDOW): Lane => gate.lane(name, window);
	return { clock, stopping, gate, lane };
}

/** Those that got a turn by now. */
async function turnsOf(lane: Lane, count: number): Promise<Turn[]> {
	const turns: Turn[] = [];
	for (let index = 0; index < count; index += 1) {
		lane.enter().then(
			(turn) => turns.push(turn),
			() => {},
		);
	}
	await everythingWaits();
	return turns;
}

describe('the places', () => {
	it('are one count for all lanes, and one that is given back goes to whoever waits longest in the first lane', async () => {
		const { lane } = start(3);
		const files = lane('files');
		const results = lane('results');
		const first = await turnsOf(results, 5);
		expect(first).toHaveLength(3);
		const images = await turnsOf(files, 1);
		expect(images).toHaveLength(0);
		first[0].end();
		await everythingWaits();
		expect([images.length, first.length]).toEqual([1, 3]);
		first[1].end();
		await everythingWaits();
		expect(first).toHaveLength(4);
	});
});

describe('a lane', () => {
	it('begins with one where money is at stake, and goes on with many as soon as one went well', async () => {
		const { lane } = start();
		const turns = await turnsOf(lane('submits', { start: 1, proven: 32, most: 32 }), 100);
		expect(turns).toHaveLength(1);
		turns[0].end('answered');
		await everythingWaits();
		expect(turns).toHaveLength(2);
		turns[1].end('well');
		await everythingWaits();
		expect(turns).toHaveLength(2 + 32);
	});

	it('grows by one with each good answer, up to its most', async () => {
		const { lane } = start();
		const turns = await turnsOf(lane('files', { start: 4, most: 6 }), 100);
		for (const turn of turns.splice(0, 4)) turn.end('well');
		await everythingWaits();
		expect(turns).toHaveLength(6);
	});

	it('is halved once by a burst of refusals, rests shortly, and then grows slowly', async () => {
		const { clock, lane } = start();
		const turns = await turnsOf(lane('results'), 200);
		expect(turns).toHaveLength(32);
		for (const turn of turns.splice(0, 20)) turn.end('limited');
		await everythingWaits();
		expect(turns).toHaveLength(12);
		for (const turn of turns.splice(0, 12)) turn.end('well');
		await everythingWaits();
		expect(turns).toHaveLength(0);
		await clock.pass(150);
		// Half of 32, and twelve good answers are less than a window of sixteen.
		expect(turns).toHaveLength(16);
	});

	it('rests twice as long each time while nothing is answered, and never comes to a standstill', async () => {
		const { clock, lane } = start();
		const results = lane('results', { start: 1, most: 100 });
		for (const rest of [150, 300, 600, 1200]) {
			const [turn] = await turnsOf(results, 1);
			expect(turn).toBeDefined();
			turn?.end('limited');
			const early = await turnsOf(results, 1);
			await clock.pass(rest - 1);
			expect(early).toHaveLength(0);
			await clock.pass(1);
			expect(early).toHaveLength(1);
			early[0]?.end();
		}
	});

	it('brings no more images while as many wait in memory to be stored', async () => {
		const { gate, lane } = start();
		gate.imagesInMemory = 8;
		const window = { start: 8, most: 8, bringsImages: true };
		expect(await turnsOf(lane('results', window), 1)).toHaveLength(0);
		expect(await turnsOf(lane('files'), 1)).toHaveLength(1);
	});

	it('tells how long nobody was answered by when the requests left, however long a machine slept', async () => {
		const { clock, lane } = start();
		const results = lane('results');
		const silences: number[] = [];
		for (const pause of [5000, 5000, 60_000]) {
			const [turn] = await turnsOf(results, 1);
			silences.push(turn?.silence ?? -1);
			await clock.pass(pause);
			turn?.end('unanswered');
		}
		const [turn] = await turnsOf(results, 1);
		silences.push(turn?.silence ?? -1);
		expect(silences).toEqual([0, 0, 5000, 10_000]);
		turn?.end('well');
		expect((await turnsOf(results, 1))[0]?.silence).toBe(0);
	});

	it('that is closed fails those in line and those that come, and leaves others alone', async () => {
		const { lane } = start();
		const reason = failed({ kind: 'account', message: 'No.', remedy: '' });
		const closed = lane('one', { start: 1, most: 1 });
		const inLine = [closed.enter(), closed.enter()];
		closed.close(reason);
		(await inLine[0])?.end();
		await expect(inLine[1]).rejects.toBe(reason);
		await expect(closed.enter()).rejects.toBe(reason);
		expect(await turnsOf(lane('other'), 1)).toHaveLength(1);
	});

	it('fails those in line with the reason of its signal, and leaves nothing to wake up for', async () => {
		const { clock, stopping, lane } = start();
		const results = lane('results', { start: 1, most: 1 });
		const [turn] = await turnsOf(results, 1);
		turn?.end('limited');
		const inLine = results.enter();
		stopping.abort(new Error('stop'));
		await expect(inLine).rejects.toThrow('stop');
		await expect(results.enter()).rejects.toThrow('stop');
		expect(clock.open).toBe(0);
	});
});

interface ApiLimits {
	perSecond?: number;
	atOnce?: number;
}

/** An API with limits like those of 302.AI: of the requests of any one second, and of the requests open at once. */
function limitedApi(clock: VirtualClock, { perSecond = Infinity, atOnce = Infinity }: ApiLimits) {
	let open = 0;
	let accepted: number[] = [];
	return async (): Promise<'well' | 'limited'> => {
		accepted = accepted.filter((at) => clock.now() - at < 1000);
		if (open >= atOnce || accepted.length >= perSecond) {
			await clock.after(5);
			return 'limited';
		}
		accepted.push(clock.now());
		open += 1;
		await clock.after(300);
		open -= 1;
		return 'well';
	};
}

/** Stands in line, and again whenever the request is refused, as a task does. */
async function askUntilAnswered(lane: Lane, clock: VirtualClock, ask: () => Promise<Went>) {
	for (;;) {
		const turn = await lane.enter();
		const went = await ask();
		turn.end(went);
		if (went === 'well') return;
		await clock.after(1000);
	}
}

describe.each([1, 2])('300 requests of %i executions side by side', (executions) => {
	it.each<[ApiLimits, number, number]>([
		[{ perSecond: 20, atOnce: 8 }, 15_000, 1.25],
		[{ atOnce: 8 }, 11_250, 1.45],
		[{ perSecond: 100 }, 3000, 1.65],
		[{ perSecond: 5 }, 60_000, 1.25],
	])('take with the limits %j, which alone cost %i ms, at most %f times that', async (...given) => {
		const [limits, shortest, most] = given;
		const clock = new VirtualClock();
		const ask = limitedApi(clock, limits);
		const startedAt = clock.now();
		const { signal } = new AbortController();
		const lanes = Array.from({ length: executions }, () =>
			new Gate(clock, signal).lane('results', WINDOW),
		);
		const requests = Array.from({ length: 300 }, async (_, index) => {
			await askUntilAnswered(lanes[index % executions], clock, ask);
		});
		await clock.run(Promise.all(requests));
		expect(clock.now() - startedAt).toBeLessThanOrEqual(most * shortest);
	});
});
