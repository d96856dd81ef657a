import type { INodeExecutionData } from 'n8n-workflow';

import { failureError } from '../failure';
import type { Item, Run } from '../run';
import { storeImages } from './images';
import { rowsOf } from './rows';
import { fileNameFor, type DeliverySettings, type Place } from './settings';
import { statusOf, waitForTask } from './waiting';

/** From a task ID to the rows of its item: waits for the portrait, stores its files and writes the rows. @throws FailureError */
export async function deliver(
	item: Item,
	taskId: string,
	settings: DeliverySettings,
	place: Place = { portrait: 0, of: 1 },
): Promise<INodeExecutionData[]> {
	const { run, itemIndex } = item;
	const form = settings.output === 'binary' ? 'base64' : 'links';
	const ending = await waitForTask(item, { task_id: taskId, form, ...settings.marks }, settings);
	if (ending.kind === 'unfinished') return rowsOf(taskId, settings, ending, [], itemIndex);
	const { images } = ending.answer.data;
	const nameOf = (index: number): string => fileNameFor(taskId, settings, index, place);
	const files = await storeImages(item, settings, images, nameOf).catch((error: unknown) => {
		throw failureError(error, { status: statusOf(ending.answer) });
	});
	run.handedOutLinks ||= settings.output === 'url';
	return rowsOf(taskId, settings, ending, files, itemIndex);
}

/** To be called at the end of a run. */
export function hintAtExpiry({ context, handedOutLinks, isTool }: Run): void {
	if (!handedOutLinks || isTool) return;
	context.addExecutionHints?.({
		message:
			'The image links expire, probably within 24 hours. Download the images that you want to keep.',
		type: 'info',
		location: 'outputPane',
	});
}
