import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { isRecord } from './api/isRecord';
import { readBoolean, type Options } from './parameters';
import type { Run } from './run';

/** The option of both nodes to keep what came in. A model knows what it put in itself. */
export const otherFieldsOption: INodeProperties = {
	displayName: 'Include Other Input Fields',
	name: 'includeOtherFields',
	type: 'boolean',
	default: true,
	description:
		"Whether to pass on the incoming item's fields and files too. Where names meet, those of this node win.",
	displayOptions: { hide: { '@tool': [true] } },
};

/** @throws FailureError of kind `parameter`. */
export function readIncludeOtherFields(options: Options): boolean {
	return readBoolean(options.includeOtherFields ?? false, 'Include Other Input Fields');
}

/**
 * Fields of an incoming item that would say something untrue of the row: that it failed, which n8n reads from `error`, and why, that
 * it timed out, or what only some rows of these nodes have.
 */
const NOT_KEPT = ['error', 'details', 'timed_out', 'generation', 'image_index'];

/** The rows of an item with those of its fields and files that they do not have themselves. */
export function withOtherFields(
	{ context }: Run,
	itemIndex: number,
	rows: INodeExecutionData[],
): INodeExecutionData[] {
	const { json, binary } = context.getInputData()[itemIndex] ?? { json: {} };
	const isKept = ([name, value]: [string, unknown]): boolean =>
		// Where n8n keeps an item's files under the workflow setting `binaryMode: combined`; it adds ours to them.
		name === '_files' ? isRecord(value) && !Array.isArray(value) : !NOT_KEPT.includes(name);
	const other = Object.fromEntries(Object.entries(json).filter(isKept));
	return rows.map((row) => ({
		...row,
		json: { ...other, ...row.json },
		...(binary || row.binary ? { binary: { ...binary, ...row.binary } } : {}),
	}));
}
