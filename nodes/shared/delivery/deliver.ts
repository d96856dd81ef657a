import type { INodeExecutionData } from 'n8n-workflow';

import { failureError } from '../failure';
import type { Item, Run } from '../run';
import { storeImages } from './images';
import { rowsOf } from './rows';
import { fileNameFor, resultRequestFor, type DeliverySettings } from './settings';
import { statusOf, waitForTask } from './waiting';

/** The rows of a task, and whether its time was up before it was finished. */
export interface Delivered {
	rows: INodeExecutionData[];
	timedOut: boolean;
}

/**
 * From a task ID to the rows of its item: waits for the portrait, stores its files and writes the rows.
 *
 * @throws FailureError
 */
export async function deliver(
	item: Item,
	taskId: string,
	settings: DeliverySettings,
): Promise<Delivered> {
	const { run, itemIndex } = item;
	const ending = await waitForTask(item, resultRequestFor(taskId, settings), settings);
	if (ending.kind === 'unfinished') {
		return { rows: rowsOf(taskId, settings, ending, [], itemIndex), timedOut: ending.timedOut };
	}
	const { images } = ending.answer.data;
	const fileName = fileNameFor(taskId, settings);
	const files = await storeImages(item, settings, images, fileName).catch((error: unknown) => {
		throw failureError(error, { status: statusOf(ending.answer) });
	});
	run.handedOutLinks ||= settings.output === 'url';
	return { rows: rowsOf(taskId, settings, ending, files, itemIndex), timedOut: false };
}

/** To be called at the end of a run. */
export function hintAtExpiry({ context, handedOutLinks, isTool }: Run): void {
	if (!handedOutLinks || isTool) return;
	context.addExecutionHints?.({
		message:
			"The image links expire, probably within 24 hours. To keep the images, download them now or set 'Output' to Image Links and Files.",
		type: 'info',
		location: 'outputPane',
	});
}
