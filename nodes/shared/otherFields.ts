import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { readBoolean, type Options } from './parameters';
import type { Run } from './run';

/** The option of both nodes to keep what came in. A model knows what it put in itself. */
export const otherFieldsOption: INodeProperties = {
	displayName: 'Include Other Input Fields',
	name: 'includeOtherFields',
	type: 'boolean',
	default: false,
	description:
		"Whether to pass on the incoming item's fields too. Where names meet, the value of this node wins.",
	displayOptions: { hide: { '@tool': [true] } },
};

/** @throws FailureError of kind `parameter`. */
export function readIncludeOtherFields(options: Options): boolean {
	return readBoolean(options.includeOtherFields ?? false, 'Include Other Input Fields');
}

/**
 * Fields of an incoming item that would say something untrue of the row: that it failed, which n8n reads from `error`, timed out,
 * or what only some rows of these nodes have. `_files` is where n8n keeps the files of an item under the workflow setting
 * `binaryMode: combined`.
 */
const NOT_KEPT = ['error', 'timed_out', 'generation', 'image_index', '_files'];

/** The rows of an item with those of its JSON fields that they do not have themselves. */
export function withOtherFields(
	{ context }: Run,
	itemIndex: number,
	rows: INodeExecutionData[],
): INodeExecutionData[] {
	const json = context.getInputData()[itemIndex]?.json ?? {};
	const other = Object.fromEntries(
		Object.entries(json).filter(([name]) => !NOT_KEPT.includes(name)),
	);
	return rows.map((row) => ({ ...row, json: { ...other, ...row.json } }));
}
