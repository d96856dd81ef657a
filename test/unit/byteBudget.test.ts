import { ByteBudget } from '../../nodes/shared/transport/byteBudget';
import { VirtualClock } from './virtualClock';

const MB = 1_000_000;

/** Bodies that are read for so many milliseconds each; `most` is how many were read at once. */
function reading() {
	const clock = new VirtualClock();
	const stopping = new AbortController();
	const budget = new ByteBudget(clock, stopping.signal);
	const state = { now: 0, most: 0 };
	const read = async (bytes: number, takes = 100): Promise<void> =>
		await budget.read(bytes, async () => {
			state.now += 1;
			state.most = Math.max(state.most, state.now);
			await clock.pause(takes, stopping.signal);
			state.now -= 1;
		});
	return { clock, stopping, state, read };
}

describe('bodies that are read at the same time', () => {
	it('are few when they are large', async () => {
		const { clock, state, read } = reading();
		await clock.run(Promise.all(Array.from({ length: 20 }, async () => await read(8 * MB))));
		expect(state.most).toBe(2);
	});

	it('are many when they are small', async () => {
		const { clock, state, read } = reading();
		await clock.run(Promise.all(Array.from({ length: 20 }, async () => await read(MB / 2))));
		expect(state.most).toBe(20);
	});

	it('are one when that is larger than all that may be read at once', async () => {
		const { clock, state, read } = reading();
		await clock.run(Promise.all([read(200 * MB), read(200 * MB)]));
		expect(state.most).toBe(1);
	});

	it('do not wait for long behind one that comes slowly', async () => {
		const { clock, read } = reading();
		const startedAt = clock.now();
		const slow = read(50 * MB, 60_000);
		await clock.run(read(50 * MB, 10));
		expect(clock.now() - startedAt).toBeLessThanOrEqual(1_000);
		await clock.run(slow);
	});

	it('make room for the next when one of them fails', async () => {
		const { clock, stopping } = reading();
		const budget = new ByteBudget(clock, stopping.signal);
		const broken = budget.read(50 * MB, async () => await Promise.reject(new Error('reset')));
		await expect(clock.run(broken)).rejects.toThrow('reset');
		await expect(clock.run(budget.read(50 * MB, async () => 'whole'))).resolves.toBe('whole');
		expect(clock.open).toBe(0);
	});

	it('are none once the run is stopped', async () => {
		const { clock, stopping, state, read } = reading();
		const all = Promise.allSettled([read(50 * MB, 300), read(50 * MB), read(50 * MB)]);
		await clock.pass(10);
		stopping.abort(new Error('stopped'));
		const results = await clock.run(all);
		expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
		expect(state.most).toBe(1);
		expect(clock.open).toBe(0);
	});
});
