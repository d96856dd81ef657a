import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isJsonObject, unwrapped, type Json, type JsonObject } from '../portrait/json';
import { isBase64, isNameOfImages } from '../portrait/taskImages';
import type { Done, Running } from '../portrait/taskState';
import type { DeliverySettings, Field } from './settings';
import type { Ending } from './waiting';

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
		return ending.task.images.map((image, index) => ({
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
	// Stryker disable next-line ConditionalExpression: only a task that is unfinished has `timedOut`
	const timedOut = ending.kind === 'unfinished' && ending.timedOut ? { timed_out: true } : {};
	const fields = simplify ? chosen(simplifiedOf(ending), fieldsToReturn) : rawOf(ending.task);
	return { task_id: taskId, ...fields, ...timedOut };
}

/** @param names empty for all fields. */
function chosen(fields: Simplified, names: Field[]): IDataObject {
	if (names.length === 0) return fields;
	const isThere = names.filter((name) => name in fields);
	return Object.fromEntries(isThere.map((name) => [name, fields[name]]));
}

type Simplified = Partial<Record<Field, IDataObject[string]>>;

function simplifiedOf({ task }: Ending): Simplified {
	const done = task.state === 'done' ? task : undefined;
	const links = done?.images.flatMap(({ link }) => (link === undefined ? [] : [link])) ?? [];
	return {
		status: task.status,
		completed: done !== undefined,
		image_urls: links,
		image_url: links[0] ?? null,
		request_id: task.requestId ?? null,
		...(done?.generation ? { generation: { ...done.generation } } : {}),
	};
}

/** The answer as it came, but for base64 images: those are files by now, and would blow up the execution's data. */
function rawOf({ answer }: Done | Running): IDataObject {
	return withoutImages(answer);
}

function withoutImages(object: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(object).map(([name, value]) => [
			name,
			withoutBase64(value, isNameOfImages(name)),
		]),
	);
}

/** @param isNamed it stands under a name of images; in other places a long text may be anything. */
function withoutBase64(value: Json, isNamed: boolean): Json {
	if (typeof value === 'string') {
		const inner = unwrapped(value) ?? value;
		if (inner !== value) return jsonText(value, inner, isNamed);
		return isNamed && isBase64(value) ? '' : value;
	}
	if (Array.isArray(value)) {
		const entries = value.map((entry) => withoutBase64(entry, isNamed));
		return isNamed ? entries.filter((entry) => entry !== '') : entries;
	}
	return isJsonObject(value) ? withoutImages(value) : value;
}

/** JSON that was written as text stays text, as it came where it holds no image. */
function jsonText(text: string, inner: Json, isNamed: boolean): string {
	const left = JSON.stringify(withoutBase64(inner, isNamed));
	return left === JSON.stringify(inner) ? text : left;
}
