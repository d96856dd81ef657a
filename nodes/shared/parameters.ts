import { isExpression, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { isRecord } from './api/isRecord';
import { rangeOf, type Bounds } from './bounds';
import { failed, refuse, type FailureError } from './failure';

/** What the user put into the collection 'Options' of one item. */
export type Options = Readonly<Record<string, unknown>>;

/** What a parameter is for one item, `otherwise` when it is not set. */
export type ReadParameter = (name: string, otherwise: unknown) => unknown;

/** The parameters of each item. */
export type ParametersOfItem = (itemIndex: number) => ReadParameter;

/**
 * Reads parameters from the panel; those without an expression once, since they are the same for all items and n8n takes its time.
 *
 * @throws FailureError of kind `parameter` in n8n's own words, when an expression does not resolve.
 */
export function parametersOf(context: IExecuteFunctions): ParametersOfItem {
	const { parameters } = context.getNode();
	const sameForAll = new Map<string, unknown>();
	return (itemIndex) => (name, otherwise) => {
		if (sameForAll.has(name)) return sameForAll.get(name);
		const value = valueOf(context, name, itemIndex, otherwise);
		if (!holdsExpression(parameters[name])) sameForAll.set(name, value);
		return value;
	};
}

function valueOf(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	otherwise: unknown,
): unknown {
	try {
		return context.getNodeParameter(name, itemIndex, otherwise);
	} catch (error) {
		throw refusedByN8n(error);
	}
}

/** What n8n itself has against a parameter, a credential or a file, in its own words. */
export function refusedByN8n(error: unknown): FailureError {
	const message = error instanceof Error ? error.message : String(error);
	const said = isRecord(error) ? error.description : undefined;
	const remedy = typeof said === 'string' ? said : '';
	return failed({ kind: 'parameter', message, remedy }, error);
}

function holdsExpression(value: unknown): boolean {
	return isRecord(value) ? Object.values(value).some(holdsExpression) : isExpression(value);
}

/** The collection 'Options' of a node, by name, as n8n wants it. */
export function optionsOf(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: options.toSorted((one, other) => one.displayName.localeCompare(other.displayName)),
	};
}

/**
 * The collection 'Options'. One whose expression gives nothing, as an empty cell of a table does, counts as not added.
 *
 * @throws FailureError of kind `parameter`: an expression gave something else than a collection.
 */
export function readOptions(parameter: ReadParameter): Options {
	const options = parameter('options', {});
	if (!isRecord(options)) {
		refuse("'Options' is not a set of options", 'Add the options one by one.');
	}
	return Object.fromEntries(Object.entries(options).filter(([, value]) => !isNothing(value)));
}

/** An expression gave nothing, as an empty cell of a table does. */
export function isNothing(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/**
 * A number of the node's panel; expressions may give it as text.
 *
 * @throws FailureError of kind `parameter` that names the field as the panel does.
 */
export function readNumber(value: unknown, displayName: string, bounds: Bounds): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const { least, most = Number.MAX_SAFE_INTEGER, whole = false } = bounds;
	if (
		typeof number !== 'number' ||
		!(number >= least && number <= most) ||
		(whole && !Number.isInteger(number))
	) {
		refuse(
			`'${displayName}' is ${shown(value)}`,
			`It must be a ${whole ? 'whole ' : ''}number ${rangeOf(bounds)}.`,
		);
	}
	return number;
}

/** The same of an option; undefined when it was not added. @throws FailureError of kind `parameter`. */
export function readIfSet(
	options: Options,
	name: string,
	displayName: string,
	bounds: Bounds,
): number | undefined {
	return options[name] === undefined ? undefined : readNumber(options[name], displayName, bounds);
}

/** Text of the node's panel. @throws FailureError of kind `parameter`. */
export function readText(value: unknown, displayName: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	refuse(`'${displayName}' is ${shown(value)}`, 'It must be text.');
}

/** A switch; expressions may give it as text. @throws FailureError of kind `parameter`. */
export function readBoolean(value: unknown, displayName: string): boolean {
	const text = textOf(value).toLowerCase();
	if (text === 'true') return true;
	if (text === 'false') return false;
	refuse(`'${displayName}' is ${shown(value)}`, 'It must be true or false.');
}

/** One of the choices of a field, by its value or by its name in the panel. @throws FailureError of kind `parameter`. */
export function readChoice<T extends string | number>(
	value: unknown,
	displayName: string,
	choices: ReadonlyArray<{ name: string; value: T }>,
): T {
	const given = textOf(value);
	const choice = choices.find((one) => [one.name, String(one.value)].includes(given));
	if (choice) return choice.value;
	const values = choices.map((one) => one.value).join(', ');
	refuse(`'${displayName}' is ${shown(value)}`, `It must be one of: ${values}.`);
}

/** Objects have no text: some cannot even be asked for one. */
function textOf(value: unknown): string {
	return typeof value === 'object' ? '' : String(value).trim();
}

function shown(value: unknown): string {
	if (value === undefined || value === null || value === '') return 'empty';
	if (typeof value === 'string') return `"${value.slice(0, 50)}"`;
	return typeof value === 'object' ? 'a list or an object' : String(value);
}
