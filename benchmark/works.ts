/** The works: who is run on which tasks, and what is claimed of it. */
import type { Against, Claim } from './report';
import type { Batch } from './run';
import type { WorkflowName } from './workflows';

export interface Work {
	/** For `--only`. */
	id: string;
	title: string;
	/** By side. @param pair its number, from 0. */
	runs: (pair: number) => Record<string, Run>;
	claims: Claim[];
}

interface Run {
	workflow: WorkflowName;
	batch: Batch;
}

const MB = 1_000_000;
const LIMITS = { callsPerSecond: 20, atOnce: 8 };

const PAIR: Against = { side: 'theirs', what: 'two HTTP Request nodes' };
const LOOP: Against = {
	side: 'theirs',
	what: 'HTTP Request → IF → HTTP Request, or Wait 3 s and again',
};
const CONVERT: Against = { side: 'theirs', what: 'HTTP Request → Convert to File' };
const SUBMIT_LOOP: Against = { side: 'theirs', what: `HTTP Request (submit) → ${LOOP.what}` };
const SLOWEST: Against = { side: 'ours', quantity: 'slowest', what: 'the slowest portrait' };

export const WORKS: Work[] = [
	{
		id: 'finished',
		title: '100 finished tasks, 2 MB, links and files',
		runs: () => onSame(finished(100, 2 * MB), { ours: 'both', theirs: 'pair' }),
		claims: [
			{ quantity: 'time', against: PAIR, atMost: 0.65 },
			{ quantity: 'memory', against: PAIR },
		],
	},
	{
		id: 'waiting',
		title: '100 tasks that end over 20 s, 2 MB',
		runs: (pair) =>
			onSame(ending(100, 0, aboutTwentySeconds(pair), 2 * MB), { ours: 'both', theirs: 'loop' }),
		claims: [
			{ quantity: 'delay', atMost: 1500 },
			{ quantity: 'delay', against: LOOP },
			{ quantity: 'calls', against: LOOP, atMost: 1.2 },
		],
	},
	{
		id: 'crowd',
		title: '1000 tasks that take 8 to 10 s, 0.02 MB',
		runs: () => onSame(ending(1000, 8000, 10_000, MB / 50), { ours: 'both', theirs: 'loop' }),
		claims: [
			{ quantity: 'delay', against: LOOP, atMost: 1 },
			{ quantity: 'calls', against: LOOP, atMost: 1.2 },
		],
	},
	{
		id: 'many',
		title: '10,000 tasks that take 8 s, 0.02 MB',
		runs: () => onSame(ending(10_000, 8000, 8000, MB / 50), { ours: 'both' }),
		claims: [
			{ quantity: 'time', atMost: 70_000 },
			{ quantity: 'lost', exactly: 0 },
		],
	},
	{
		id: 'base64',
		title: '100 × 2 MB as base64',
		runs: () => onSame(finished(100, 2 * MB), { ours: 'binary', theirs: 'convert' }),
		claims: [
			{ quantity: 'memory', against: CONVERT, atMost: 0.1 },
			{ quantity: 'time', against: CONVERT },
		],
	},
	{
		id: 'large',
		title: '100 × 8 MB, links and files',
		runs: () => ({
			...onSame(finished(100, 8 * MB), { ours: 'both', theirs: 'pair' }),
			...onSame(finished(100, MB / 2), { small: 'both' }),
		}),
		claims: [
			{ quantity: 'memory', against: PAIR, atMost: 1 },
			{ quantity: 'memory', against: { side: 'small', what: 'ours, 100 × 0.5 MB' }, atMost: 1.3 },
			{ quantity: 'time', against: PAIR },
		],
	},
	{
		id: 'limited',
		title: '300 tasks, API limited to 20 calls a second and 8 at once, 0.2 MB',
		runs: () => onSame({ ...finished(300, MB / 5), limits: LIMITS }, { ours: 'both' }),
		claims: [
			{ quantity: 'lost', exactly: 0 },
			// The limit itself takes 15 s.
			{ quantity: 'time', atMost: 1.25 * 15_000 },
		],
	},
	{
		id: 'beside',
		title: 'the same in two executions side by side',
		runs: () =>
			onSame({ ...finished(300, MB / 5), limits: LIMITS, executions: 2 }, { ours: 'both' }),
		claims: [
			{ quantity: 'lost', exactly: 0 },
			{ quantity: 'time', atMost: 1.25 * 30_000 },
		],
	},
	{
		id: 'step',
		title: '100 photos in one step, portraits that take 8 to 20 s, 2 MB',
		runs: (pair) => onSame(photos(pair), { ours: 'oneStep', theirs: 'submitLoop' }),
		claims: [
			{ quantity: 'time', against: SLOWEST, atMost: 1.1 },
			{ quantity: 'time', against: SUBMIT_LOOP },
			{ quantity: 'lost', exactly: 0 },
			{ quantity: 'orders', exactly: 100 },
		],
	},
];

/** All sides work off the same tasks. */
function onSame(batch: Batch, sides: Record<string, WorkflowName>): Record<string, Run> {
	return Object.fromEntries(
		Object.entries(sides).map(([side, workflow]) => [side, { workflow, batch }]),
	);
}

function finished(count: number, bytes: number): Batch {
	return { takes: Array.from({ length: count }, () => 0), bytes };
}

/** Tasks that end evenly spread between two times, in milliseconds; the one that ends last comes first. */
function ending(count: number, first: number, last: number, bytes: number): Batch {
	const step = (last - first) / count;
	const takes = Array.from({ length: count }, (_, index) => last - step * index);
	return { takes, bytes };
}

/** Tasks end at another moment in every pair, up to 1.5 s earlier or later, so that no rhythm of checks is always lucky. */
function aboutTwentySeconds(pair: number): number {
	return 20_000 + Math.round(3000 * (((pair * 0.618) % 1) - 0.5));
}

/** The times of the portraits are evenly spread and well mixed, so that neither the first nor the last photos take long. */
function photos(pair: number): Batch {
	const { takes, bytes } = ending(100, 8000, aboutTwentySeconds(pair), 2 * MB);
	// 61 has no divisor in common with 100, so each place comes once; those of neighbours are far apart.
	const mixed = takes.map((_, index) => takes[(61 * index + 37 * pair) % 100]);
	return { takes: mixed, bytes, photos: true };
}
