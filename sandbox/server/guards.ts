/** Guards for what comes in over the wire. */

export function isIntegerIn(value: unknown, low: number, high: number): value is number {
	return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

export function isNumberIn(value: unknown, low: number, high: number): value is number {
	return typeof value === 'number' && value >= low && value <= high;
}

/** Undefined for text that is not JSON (JSON itself has no undefined). */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** What is wrong with a request, with the code the API gives it. */
export class BadInput extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

export function refuseStrangers(
	where: string,
	value: Record<string, unknown>,
	known: readonly string[],
): void {
	const stranger = Object.keys(value).find((key) => !known.includes(key));
	if (stranger !== undefined) throw new BadInput(50200, `${where}: unknown field ${stranger}`);
}
