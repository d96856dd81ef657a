import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { withoutBase64 } from '../api/answer';
import { suffix, type DeliverySettings } from './settings';
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
function chosen(fields: IDataObject, names: string[]): IDataObject {
	const isWanted = (name: string): boolean => names.length === 0 || names.includes(name);
	return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)));
}

function simplifiedOf({ kind, answer }: Ending): IDataObject {
	const { images, generation } = answer.data;
	const links = images.flatMap(({ link }) => (link === undefined ? [] : [link]));
	return {
		image_url: links[0] ?? null,
		status: statusOf(answer),
		completed: kind === 'done',
		image_urls: links,
		request_id: answer.requestId ?? null,
		...(generation ? { generation: { ...generation } } : {}),
	};
}
