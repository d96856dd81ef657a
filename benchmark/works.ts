/** The works: what is run on which tasks, and what the report says about it. */
import {
	always,
	CALLS,
	DELAY,
	growth,
	limit,
	LOST,
	median,
	MEMORY,
	ORDERS,
	ratio,
	TIME,
	type Pairs,
	type Row,
} from './rows';
import { measure, Together, type Measured } from './run';
import type { Limits } from '../sandbox/types';
import type { Arena, Batch, Side, Sides } from './sides';
import { SUBMITS_AT_ONCE } from './workflows';

export interface Work {
	/** For `--only`. */
	id: string;
	title: string;
	/** What belongs to one pair, by side. @param pair its number, from 0. */
	runs: Record<string, (pair: number) => Promise<Measured>>;
	rows: (pairs: Pairs) => Row[];
}

const MB = 1_000_000;
const LIMITS = { callsPerSecond: 20, atOnce: 8 };
const COUNTS = [1, 10, 100, 1000];
const PHOTOS = 100;
/** Milliseconds. */
const SHORTEST_PORTRAIT = 8000;
const FEW_SUBMITS: Limits = { submitsAtOnce: SUBMITS_AT_ONCE };

/** What users would build. */
const PAIR = 'two HTTP Request nodes';
const LOOP = 'HTTP Request → IF → HTTP Request, or Wait 3 s and again';
const CONVERT = 'HTTP Request → Convert to File';
const SUBMIT_LOOP = `HTTP Request (submit) → ${LOOP}`;
/** The same in two nodes of ours. */
const TWO_NODES = 'Doubao Portrait Submit → Doubao Portrait Result';

export function worksOf(arena: Arena, sides: Sides): Work[] {
	const both = sides.n8n('oursBoth');
	const pair = sides.n8n('pair');
	const floor = sides.floor('links');
	const run = async (batch: Batch, ...together: Side[]): Promise<Measured> =>
		await runTogether(arena, batch, together);
	const finished = (count: number, bytes: number): Batch => ({ count, bytes });

	return [
		{
			id: 'finished',
			title: '100 finished tasks, 2 MB, links and files',
			runs: {
				ours: async () => await run(finished(100, 2 * MB), both),
				theirs: async () => await run(finished(100, 2 * MB), pair),
				floor: async () => await run(finished(100, 2 * MB), floor),
			},
			rows: (pairs) => [
				ratio(pairs, TIME, { against: PAIR, atMost: 0.65 }),
				ratio(pairs, MEMORY, { against: PAIR }),
			],
		},
		{
			id: 'waiting',
			title: '100 tasks that end over 20 s, 2 MB',
			runs: {
				ours: async (index) => await run(endingOver20Seconds(index), both),
				theirs: async (index) => await run(endingOver20Seconds(index), sides.n8n('loop')),
				floor: async (index) => await run(endingOver20Seconds(index), floor),
			},
			rows: (pairs) => [
				limit(pairs, DELAY, { atMost: 1500 }),
				ratio(pairs, DELAY, { against: LOOP }),
				ratio(pairs, CALLS, { against: LOOP, atMost: 1.2 }),
			],
		},
		{
			id: 'crowd',
			title: '1000 tasks that take 8 to 10 s, 0.02 MB',
			runs: {
				ours: async () => await run(crowd(1000, [8000, 10_000]), both),
				theirs: async () => await run(crowd(1000, [8000, 10_000]), sides.n8n('loop')),
			},
			rows: (pairs) => [
				ratio(pairs, DELAY, { against: LOOP, atMost: 1 }),
				ratio(pairs, CALLS, { against: LOOP, atMost: 1.2 }),
			],
		},
		{
			id: 'many',
			title: '10,000 tasks that take 8 s, 0.02 MB',
			runs: { ours: async () => await run(crowd(10_000, [8000, 8000]), both) },
			rows: (pairs) => [limit(pairs, TIME, { atMost: 70_000 }), always(pairs, LOST, 0)],
		},
		{
			id: 'base64',
			title: '100 × 2 MB as base64',
			runs: {
				ours: async () => await run(finished(100, 2 * MB), sides.n8n('oursBinary')),
				theirs: async () => await run(finished(100, 2 * MB), sides.n8n('convert')),
				floor: async () => await run(finished(100, 2 * MB), sides.floor('base64')),
			},
			rows: (pairs) => [
				ratio(pairs, MEMORY, { against: CONVERT, atMost: 0.1 }),
				ratio(pairs, TIME, { against: CONVERT }),
			],
		},
		{
			id: 'large',
			title: '100 × 8 MB, links and files',
			runs: {
				ours: async () => await run(finished(100, 8 * MB), both),
				theirs: async () => await run(finished(100, 8 * MB), pair),
				small: async () => await run(finished(100, MB / 2), both),
				floor: async () => await run(finished(100, 8 * MB), floor),
			},
			rows: (pairs) => [
				ratio(pairs, MEMORY, { against: PAIR, atMost: 1 }),
				ratio(pairs, MEMORY, { against: 'ours, 100 × 0.5 MB', theirs: 'small', atMost: 1.3 }),
				ratio(pairs, TIME, { against: PAIR }),
			],
		},
		{
			id: 'limited',
			title: '300 tasks, API limited to 20 calls a second and 8 at once',
			runs: {
				one: async () => await run({ ...finished(300, MB / 5), limits: LIMITS }, both),
				two: async () =>
					await run({ ...finished(300, MB / 5), limits: LIMITS }, both, sides.n8n('oursBeside')),
			},
			rows: (pairs) => [
				limit(pairs, LOST, { side: 'one', atMost: 0 }),
				limit(pairs, TIME, { side: 'one', atMost: 1.25, reference: limitFor(300) }),
				limit(pairs, LOST, { side: 'two', atMost: 0, work: BESIDE }),
				limit(pairs, TIME, { side: 'two', atMost: 1.25, reference: limitFor(600), work: BESIDE }),
			],
		},
		{
			id: 'growth',
			title: '1, 10, 100, 1000 finished tasks, 0.2 MB',
			runs: {
				...Object.fromEntries(
					COUNTS.map((count) => [
						String(count),
						async () => await run(finished(count, MB / 5), both),
					]),
				),
				theirs: async () => await run(finished(1, MB / 5), pair),
				floor: async () => await run(finished(1, MB / 5), floor),
			},
			rows: (pairs) => [
				growth(pairs, TIME, COUNTS),
				growth(pairs, MEMORY, COUNTS),
				ratio(pairs, TIME, { against: PAIR, ours: '1', atMost: 1.1, work: 'one of them' }),
			],
		},
		{
			id: 'single',
			title: '1 task that ends after 20 s',
			runs: {
				ours: async (index) => await run(oneEndingAfter20Seconds(index), both),
				floor: async (index) => await run(oneEndingAfter20Seconds(index), floor),
			},
			rows: (pairs) => [limit(pairs, DELAY, { atMost: 1500 }), limit(pairs, CALLS, { atMost: 15 })],
		},
		{
			id: 'step',
			title: `${PHOTOS} photos in one step, portraits that take 8 to 20 s, 2 MB`,
			runs: {
				ours: async (index) => await run(photos(index), sides.n8n('oneStep')),
				two: async (index) => await run(photos(index), sides.n8n('twoNodes')),
				theirs: async (index) => await run(photos(index), sides.n8n('submitLoop')),
			},
			rows: (pairs) => [
				limit(pairs, TIME, { atMost: 1.1, reference: slowestOf(pairs) }),
				ratio(pairs, TIME, { against: TWO_NODES, theirs: 'two' }),
				ratio(pairs, TIME, { against: SUBMIT_LOOP }),
				always(pairs, LOST, 0),
				always(pairs, ORDERS, PHOTOS),
			],
		},
		{
			id: 'step',
			title: `the same, submits limited to ${SUBMITS_AT_ONCE} at once`,
			runs: {
				ours: async (index) => await run(photos(index, FEW_SUBMITS), sides.n8n('oneStep')),
				two: async (index) => await run(photos(index, FEW_SUBMITS), sides.n8n('twoNodes')),
				theirs: async (index) =>
					await run(photos(index, FEW_SUBMITS), sides.n8n('submitLoopInBatches')),
			},
			rows: (pairs) => [
				// Both submit at the pace that is allowed, so both end with the last portrait that was submitted.
				ratio(pairs, TIME, { against: TWO_NODES, theirs: 'two', atMost: 1 }),
				ratio(pairs, TIME, { against: `${SUBMIT_LOOP}; ${SUBMITS_AT_ONCE} submits a second` }),
				always(pairs, LOST, 0),
				always(pairs, ORDERS, PHOTOS),
			],
		},
	];
}

const BESIDE = 'the same in two executions side by side';

/** The time that the API's limit alone needs for so many tasks. */
function limitFor(tasks: number): { value: number; what: string } {
	return { value: (1000 * tasks) / LIMITS.callsPerSecond, what: 'the limit’s own time' };
}

/** Tasks end at another moment in every pair, up to 1.5 s earlier or later, so that no rhythm of checks is always lucky. */
function shift(pair: number): number {
	return Math.round(3000 * (((pair * 0.618) % 1) - 0.5));
}

function endingOver20Seconds(pair: number): Batch {
	return { count: 100, bytes: 2 * MB, endsBetween: [0, 20_000 + shift(pair)] };
}

const crowd = (count: number, endsBetween: [number, number]): Batch => ({
	count,
	bytes: MB / 50,
	endsBetween,
});

function oneEndingAfter20Seconds(pair: number): Batch {
	const end = 20_000 + shift(pair);
	return { count: 1, bytes: MB / 5, endsBetween: [end, end] };
}

/** The times of the portraits are evenly spread and well mixed, so that neither the first nor the last photos take long. */
function photos(pair: number, limits?: Limits): Batch {
	const longest = longestPortrait(pair);
	const takes = Array.from({ length: PHOTOS }, (_, index) => {
		// 61 has no divisor in common with 100, so each place comes once; those of neighbours are far apart.
		const place = (61 * index + 37 * pair) % PHOTOS;
		return SHORTEST_PORTRAIT + ((longest - SHORTEST_PORTRAIT) * (place + 1)) / PHOTOS;
	});
	return { count: PHOTOS, bytes: 2 * MB, takes, limits };
}

/** How long the slowest portrait takes, from its order until it is done. */
const longestPortrait = (pair: number): number => 20_000 + shift(pair);

function slowestOf(pairs: Pairs): { value: number; what: string } {
	return {
		value: median(pairs.map((_, pair) => longestPortrait(pair))),
		what: 'the slowest portrait',
	};
}

/** Each side works off a batch of its own, all at the same time: counted as one, from the first start to the last end. */
async function runTogether(arena: Arena, batch: Batch, sides: Side[]): Promise<Measured> {
	await arena.api.reset(batch.limits);
	await arena.api.warmUp(batch);
	const together = new Together(sides.length);
	const all = await Promise.all(
		sides.map(async (side) => await measure(arena, side, batch, together)),
	);
	return all.reduce((sum, next) => ({
		...sum,
		startedAt: Math.min(sum.startedAt, next.startedAt),
		endedAt: Math.max(sum.endedAt, next.endedAt),
		calls: sum.calls + next.calls,
		lost: sum.lost + next.lost,
		orders: next.orders,
	}));
}
