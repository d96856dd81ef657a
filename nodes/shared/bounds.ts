/** What a number of the panel may be: both ends inclusive, and the unit to name. */
export interface Bounds {
	least: number;
	most?: number;
	whole?: boolean;
	unit?: string;
}

/**
 * By parameter. The panel does not hold numbers to them: n8n would change what is typed, without a word. It shows them, and what is
 * out of bounds is refused when the node runs.
 */
export const BOUNDS = {
	fraction: { least: 0, most: 1 },
	maxConcurrency: { least: 1, most: 100, whole: true, unit: 'requests' },
	maxPortraits: { least: 1, whole: true },
	maxFileSize: { least: 0.001, most: 250, unit: 'MB' },
	maxWait: { least: 0.1, most: 86_400, unit: 'seconds' },
	numberOfPortraits: { least: 1, most: 10, whole: true },
	pixels: { least: 512, most: 2048, whole: true, unit: 'pixels' },
	pollInterval: { least: 0.1, most: 86_400, unit: 'seconds' },
	requestTimeout: { least: 0.1, most: 3600, unit: 'seconds' },
	seed: { least: -1, whole: true },
} as const satisfies Record<string, Bounds>;

/** The bounds in words: `from 512 to 2048 pixels`. */
export function rangeOf({ least, most, unit }: Bounds): string {
	const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
	return unit === undefined ? range : `${range} ${unit}`;
}

/** The same as the panel shows it beside the field: `From 512 to 2048 pixels`. */
export function hintOf(bounds: Bounds): string {
	const range = rangeOf(bounds).replace(/^of at/, 'at');
	return range[0]?.toUpperCase() + range.slice(1);
}
