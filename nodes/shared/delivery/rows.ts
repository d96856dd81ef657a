import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Run } from '../run';
import { isLink, type Done, type PortraitImage, type Running } from '../portrait/answer';
import { isObject, type Json } from '../portrait/envelope';
import { storeImage } from './images';
import type { ResultSettings } from '../../DoubaoPortraitResult/settings';
import type { Ending } from './waiting';

/** The rows of one item: one, or with `splitImages` one for each image. Files are stored on the way. */
export async function rowsOf(
	run: Run,
	settings: ResultSettings,
	ending: Ending,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const pairedItem = { item: itemIndex };
	const json = jsonOf(settings, ending);
	if (ending.kind === 'unfinished') return [{ json, pairedItem }];

	const { images } = ending.answer;
	const files = await Promise.all(
		images.map(async (image, index) =>
			isWantedAsFile(settings, image)
				? await storeImage(run, settings, image, settings.fileName + suffix(index))
				: undefined,
		),
	);
	if (settings.splitImages) {
		return images.map((image, index) => ({
			json: { ...json, image_index: index, image_url: image.link ?? null },
			...withFiles(settings.fileField, [files[index]]),
			pairedItem,
		}));
	}
	return [{ json, ...withFiles(settings.fileField, files), pairedItem }];
}

/** An image that came without a link can only be handed over as a file, whatever 'Output' says. */
function isWantedAsFile({ output }: ResultSettings, image: PortraitImage): boolean {
	return output !== 'url' || image.link === undefined;
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

function suffix(index: number): string {
	return index === 0 ? '' : `_${index}`;
}

function jsonOf({ request: { taskId }, simplify }: ResultSettings, ending: Ending): IDataObject {
	const { answer } = ending;
	const timedOut = ending.kind === 'unfinished' && ending.timedOut ? { timed_out: true } : {};
	if (!simplify) return { task_id: taskId, ...rawOf(answer), ...timedOut };
	const links =
		answer.state === 'done'
			? answer.images.flatMap(({ link }) => (link === undefined ? [] : [link]))
			: [];
	return {
		task_id: taskId,
		status: answer.status,
		completed: answer.state === 'done',
		image_urls: links,
		request_id: answer.requestId ?? null,
		...(answer.state === 'done' && answer.generation
			? { generation: { ...answer.generation } }
			: {}),
		...timedOut,
	};
}

/** The answer as it came, but for base64 images: those are files by now, and would blow up the execution's data. */
function rawOf({ answer }: Done | Running): IDataObject {
	const { data } = answer;
	if (!isObject(data)) return answer;
	const stripped = Object.entries(data).map(([name, value]) =>
		IMAGE_LISTS.includes(name) ? [name, withoutBase64(value)] : [name, value],
	);
	return { ...answer, data: Object.fromEntries(stripped) };
}

const IMAGE_LISTS = ['binary_data_base64', 'image_urls'];

function withoutBase64(value: Json): Json {
	if (typeof value === 'string') return isLink(value) ? value : '';
	return Array.isArray(value)
		? value.filter((entry) => typeof entry !== 'string' || isLink(entry))
		: value;
}
