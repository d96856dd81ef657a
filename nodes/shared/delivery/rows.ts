import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { withoutBase64 } from '../api/answer';
import type { DeliverySettings, Field } from './settings';
import { statusOf, type Ending } from './waiting';

/**
 * The rows of one item: one, or with `splitImages` one for each image.
 *
 * @param files those of the images, in their order; undefined for an image that is handed over as a link only.
 */
export function rowsOf(
	taskId: string,
	settings: DeliverySettings,
	ending: Ending,
	files: Array<IBinaryData | undefined>,
	itemIndex: number,
): INodeExecutionData[] {
	const pairedItem = { item: itemIndex };
	const json = jsonOf(taskId, settings, ending);
	if (ending.kind === 'done' && settings.splitImages) {
		return ending.answer.data.images.map((image, index) => ({
			json: { ...json, image_index: index, image_url: image.link ?? null },
			...withFiles(settings.fileField, [files[index]]),
			pairedItem,
		}));
	}
	return [{ json, ...withFiles(settings.fileField, files), pairedItem }];
}

function withFiles(
	field: string,
	files: Array<IBinaryData | undefined>,
): Pick<INodeExecutionData, 'binary'> {
	const named = files.flatMap(
		(file, index): Array<[string, IBinaryData]> => (file ? [[field + suffix(index), file]] : []),
	);
	return named.length > 0 ? { binary: Object.fromEntries(named) } : {};
}

/** What is added to the names of the second and further files of a task. */
export function suffix(index: number): string {
	return index === 0 ? '' : `_${index}`;
}

function jsonOf(
	taskId: string,
	{ simplify, fieldsToReturn }: DeliverySettings,
	ending: Ending,
): IDataObject {
	const timedOut = ending.kind === 'unfinished' && ending.timedOut ? { timed_out: true } : {};
	const fields = simplify
		? chosen(simplifiedOf(ending), fieldsToReturn)
		: withoutBase64(ending.answer);
	return { task_id: taskId, ...fields, ...timedOut };
}

/** @param names empty for all fields. */
function chosen(fields: Simplified, names: Field[]): IDataObject {
	if (names.length === 0) return fields;
	const isThere = names.filter((name) => name in fields);
	return Object.fromEntries(isThere.map((name) => [name, fields[name]]));
}

type Simplified = Partial<Record<Field, IDataObject[string]>>;

function simplifiedOf({ kind, answer }: Ending): Simplified {
	const { images, generation } = answer.data;
	const links = images.flatMap(({ link }) => (link === undefined ? [] : [link]));
	return {
		status: statusOf(answer),
		completed: kind === 'done',
		image_urls: links,
		image_url: links[0] ?? null,
		request_id: answer.requestId ?? null,
		...(generation ? { generation: { ...generation } } : {}),
	};
}
