/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** From the numbers of all pairs to Markdown: on the screen, and as docs/performance.md. */
import { cpus, totalmem } from 'node:os';

import { LATENCY, type Measured } from './run';

function milliseconds(value: number): string {
	return Math.abs(value) < 995 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(Math.abs(bytes) < 9.95e6 ? 1 : 0)} MB`;
}

function count(value: number): string {
	return String(Math.round(value));
}

/** What the report calls a quantity, and how it writes one. */
export const MEASURES: Record<keyof Measured, [string, (value: number) => string]> = {
	time: ['time', milliseconds],
	slowest: ['time of the slowest task itself', milliseconds],
	delay: ['from the last task’s end to the output', milliseconds],
	memory: ['peak memory over n8n alone', megabytes],
	calls: ['result calls', count],
	lost: ['lost items', count],
	orders: ['submits taken', count],
};

/** With what a quantity is compared: the same of another side, unless it is said which. */
export interface Against {
	side: string;
	quantity?: keyof Measured;
	what: string;
}

/** A row of the report. Without a target it only informs. */
export interface Claim {
	/** One of ours. */
	quantity: keyof Measured;
	against?: Against;
	/** The most that the median may be; with `against`, as many times that one's. */
	atMost?: number;
	/** What it has to be in every single run. */
	exactly?: number;
}

/** What each side took, pair by pair. */
export type Pairs = Array<Record<string, Measured>>;

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The median, and between which values it lies; nothing where one could not be measured. */
function spread(all: number[], format: (value: number) => string): string {
	if (all.some(Number.isNaN)) return '–';
	const [least, middle, most] = [Math.min(...all), median(all), Math.max(...all)].map(format);
	return least === most ? middle : `${middle} (${least} to ${most})`;
}

/** The cells behind the work, as in HEAD. */
export function cellsOf(pairs: Pairs, claim: Claim): string[] {
	const { quantity, against, atMost, exactly } = claim;
	const [title, format] = MEASURES[quantity];
	const ours = pairs.map((pair) => pair.ours[quantity]);
	const others = against && pairs.map((pair) => pair[against.side][against.quantity ?? quantity]);
	const value = others ? median(ours) / median(others) : median(ours);
	const compared = others ? `${spread(others, format)}: ${against.what}` : '–';
	const ratio = others && !Number.isNaN(value) ? value.toFixed(2) : '–';
	const measured = spread(ours, format);
	const row = (target: string, met: string) => [title, target, measured, compared, ratio, met];
	if (exactly !== undefined) {
		const met = ours.every((each) => each === exactly);
		return row(`${format(exactly)} in every run`, met ? 'yes' : '**no**');
	}
	if (atMost === undefined || Number.isNaN(value)) return row('–', '–');
	const met = value <= atMost;
	return row(against ? `≤ ${atMost} ×` : `≤ ${format(atMost)}`, met ? 'yes' : '**no**');
}

const HEAD = ['Work', 'Measure', 'Target', 'Ours', 'Compared with', 'Ratio', 'Met'];

export function table(rows: string[][]): string {
	return [HEAD, HEAD.map(() => '---'), ...rows]
		.map((cells) => `| ${cells.join(' | ')} |`)
		.join('\n');
}

/** The whole of docs/performance.md. */
export function page(rows: string[][], pairs: number, node: string, n8n: string): string {
	const [{ model }] = cpus();
	const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${node}, n8n ${n8n}`;
	return `<!-- Written by \`npm run bench -- --write\`; changes by hand are lost. -->

# Performance

What Doubao Portrait Result, or Doubao Portrait Submit where it makes the portraits too, takes for its work in a real n8n, beside what a user would build of n8n's own nodes: [how it is measured](measuring.md#performance). Measured on ${machine}; medians of ${pairs} pairs; the API holds back a call for ${LATENCY.api} ms and an image for ${LATENCY.image} ms.

${table(rows)}
`;
}
