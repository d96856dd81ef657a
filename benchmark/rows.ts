/** From the numbers of all pairs to the rows of the report. */
import type { Measured } from './run';

/** One row of the report; its texts are Markdown. */
export interface Row {
	/** Added by the work that the row belongs to, unless it has its own. */
	work?: string;
	measure: string;
	target?: string;
	ours: string;
	theirs?: string;
	/** The bare Node script's. */
	floor?: string;
	ratio?: string;
	/** Undefined where nothing has to be reached. */
	met?: boolean;
}

/** What each side took, pair by pair. */
export type Pairs = Array<Record<string, Measured>>;

/** Something that is measured; not a number where it could not be. */
export interface Quantity {
	measure: string;
	of: (measured: Measured) => number;
	format: (value: number) => string;
}

export function milliseconds(value: number): string {
	return Math.abs(value) < 995 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

export function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(Math.abs(bytes) < 9.95e6 ? 1 : 0)} MB`;
}

export const TIME: Quantity = {
	measure: 'time',
	of: ({ startedAt, endedAt }) => endedAt - startedAt,
	format: milliseconds,
};
export const DELAY: Quantity = {
	measure: 'from the last task’s end to the output',
	of: ({ delay }) => delay,
	format: milliseconds,
};
export const MEMORY: Quantity = {
	measure: 'peak memory over n8n alone',
	of: ({ memory }) => memory ?? Number.NaN,
	format: megabytes,
};
export const CALLS: Quantity = {
	measure: 'result calls',
	of: ({ calls }) => calls,
	format: (value) => String(Math.round(value)),
};
export const LOST: Quantity = {
	measure: 'lost items',
	of: ({ lost }) => lost,
	format: (value) => String(value),
};

export const ORDERS: Quantity = {
	measure: 'orders taken',
	of: ({ orders }) => orders,
	format: (value) => String(value),
};

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The median, and between which values it lies. */
export function spread(values: number[], format: (value: number) => string): string {
	if (values.length === 0 || values.some(Number.isNaN)) return '–';
	const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map(
		format,
	);
	return least === most ? middle : `${middle} (${least} to ${most})`;
}

function column(pairs: Pairs, side: string, quantity: Quantity): number[] {
	return pairs.flatMap((pair) => (side in pair ? [quantity.of(pair[side])] : []));
}

/** The bare script's median. */
function floorOf(pairs: Pairs, quantity: Quantity): string | undefined {
	const values = column(pairs, 'floor', quantity);
	return values.length > 0 ? quantity.format(median(values)) : undefined;
}

/** The ratio of the medians of two sides. Without `atMost` the row only informs. */
export function ratio(
	pairs: Pairs,
	quantity: Quantity,
	given: { against: string; atMost?: number; ours?: string; theirs?: string; work?: string },
): Row {
	const { against, atMost, ours = 'ours', theirs = 'theirs', work } = given;
	const mine = column(pairs, ours, quantity);
	const others = column(pairs, theirs, quantity);
	const value = median(mine) / median(others);
	return {
		work,
		measure: quantity.measure,
		target: atMost === undefined ? undefined : `≤ ${atMost} × theirs`,
		ours: spread(mine, quantity.format),
		theirs: `${spread(others, quantity.format)}: ${against}`,
		floor: floorOf(pairs, quantity),
		ratio: Number.isNaN(value) ? undefined : value.toFixed(2),
		met: atMost === undefined || Number.isNaN(value) ? undefined : value <= atMost,
	};
}

/** A quantity that must not be more than `atMost` in the median; with `reference`, not more than so many times that. */
export function limit(
	pairs: Pairs,
	quantity: Quantity,
	given: {
		atMost: number;
		reference?: { value: number; what: string };
		side?: string;
		work?: string;
	},
): Row {
	const { atMost, reference, side = 'ours', work } = given;
	const values = column(pairs, side, quantity);
	const value = median(values) / (reference?.value ?? 1);
	return {
		work,
		measure: quantity.measure,
		target: reference ? `≤ ${atMost} × ${reference.what}` : `≤ ${quantity.format(atMost)}`,
		ours: spread(values, quantity.format),
		theirs: reference && `${quantity.format(reference.value)}: ${reference.what}`,
		floor: floorOf(pairs, quantity),
		ratio: reference && value.toFixed(2),
		met: value <= atMost,
	};
}

/** A count that has to be the same in every single run of our nodes, in one step and in two. */
export function always(pairs: Pairs, quantity: Quantity, exactly: number): Row {
	const values = ['ours', 'two'].flatMap((side) => column(pairs, side, quantity));
	return {
		measure: quantity.measure,
		target: `${quantity.format(exactly)} in every run`,
		ours: spread(values, quantity.format),
		met: values.every((value) => value === exactly),
	};
}

/** What one task costs, however many there are: it must not rise with their number, give or take what is noise. */
export function growth(pairs: Pairs, quantity: Quantity, counts: number[]): Row {
	const NOISE = 1.05;
	const each = counts.map((count) => median(column(pairs, String(count), quantity)) / count);
	return {
		measure: `${quantity.measure}, each task`,
		target: 'never rising',
		ours: counts.map((count, index) => `${count}: ${quantity.format(each[index])}`).join('<br>'),
		met: each.every((value, index) => index === 0 || value <= each[index - 1] * NOISE),
	};
}
