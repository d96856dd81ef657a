import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { nodeError, type FailedItem } from '../shared/errors';
import { failed, failureError, type FailureKind } from '../shared/failure';
import { workOnItems } from '../shared/items';
import { parametersOf } from '../shared/parameters';
import { startRun, type Run } from '../shared/run';
import { isCalledByAgent } from '../shared/tool';
import { EarlierTries } from './earlierTries';
import { adviceOnFormat, readPhoto, type Photo } from './photo';
import { readSettings, type SubmitSettings } from './settings';
import { submitPortrait, uploadPhoto } from './submit';

/** Submits and uploads at once: each holds a connection, and each costs money while nobody may be looking. */
const SUBMITS_AT_ONCE = 16;

const SUBMITS_MAY_GO_ON =
	'Orders that had already been sent may be carried out and billed. Look at the usage records at 302.ai before you run this node again.';

export async function submitPortraits(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const limits = { maxConcurrency: SUBMITS_AT_ONCE };
	const run = startRun(context, parametersOf(context), limits, SUBMITS_MAY_GO_ON);
	// An agent that calls the tool itself does so many times in one run of the node, each time for another portrait.
	const earlierTries = isCalledByAgent(context) ? undefined : new EarlierTries(context);
	try {
		// With 'On Error' set to stop, one bad item ends the node before money is spent on the others.
		const checked: CheckedItem[] = [];
		if (!context.continueOnFail()) {
			const { stoppedBy } = await workOnItems(run, async (itemIndex) => {
				checked[itemIndex] = await checkItem(run, itemIndex);
				return [];
			});
			if (stoppedBy) throw nodeError(context.getNode(), stoppedBy);
		}
		const { rows, stoppedBy } = await workOnItems(
			run,
			async (itemIndex) => {
				const item = checked[itemIndex] ?? (await checkItem(run, itemIndex));
				return await submitItem(run, item, itemIndex, earlierTries);
			},
			// Submits on their way are waited for: each may be billed, and its task ID is worth having.
			'unsent',
		);
		if (stoppedBy) throw nodeError(context.getNode(), withTasksOf(rows, stoppedBy));
		return [rows];
	} finally {
		run.stop();
	}
}

interface CheckedItem {
	settings: SubmitSettings;
	/** The public link of the photo, or the photo to be uploaded. */
	photo: string | Photo;
}

/** @throws FailureError of kind `parameter`, before anything is sent or spent. */
async function checkItem(run: Run, itemIndex: number): Promise<CheckedItem> {
	const settings = readSettings(run.parameters(itemIndex));
	const { photo } = settings;
	return {
		settings,
		photo: photo.from === 'link' ? photo.link : await readPhoto(run, itemIndex, photo.field),
	};
}

async function submitItem(
	run: Run,
	{ settings, photo }: CheckedItem,
	itemIndex: number,
	earlierTries: EarlierTries | undefined,
): Promise<INodeExecutionData[]> {
	const pairedItem = { item: itemIndex };
	const submitted = earlierTries?.find(itemIndex);
	if (submitted) return [{ json: submitted, pairedItem }];
	try {
		const imageInput =
			typeof photo === 'string'
				? photo
				: (earlierTries?.findPhoto(itemIndex) ?? (await uploadPhoto(run, settings, photo)));
		if (typeof photo !== 'string') earlierTries?.uploaded(itemIndex, imageInput);
		const { taskId, requestId } = await submitPortrait(run, settings, imageInput);
		const json = { task_id: taskId, request_id: requestId ?? null, image_input: imageInput };
		earlierTries?.submitted(itemIndex, json);
		return [{ json, pairedItem }];
	} catch (error) {
		const known = failureError(error);
		const { failure, cause } = known;
		if (failure.perhapsSubmitted) earlierTries?.lost(itemIndex, failure);
		const advice = adviceOnFormat(photo);
		if (!advice || !OF_THE_PHOTO.includes(failure.kind)) throw known;
		throw failed({ ...failure, remedy: `${failure.remedy} ${advice}`.trim() }, cause);
	}
}

/** Kinds of failure that the format of a photo may be to blame for. */
const OF_THE_PHOTO: FailureKind[] = ['api', 'task'];

/** The same failure, naming what was submitted for the other items, which is paid for and would be lost. */
function withTasksOf(rows: INodeExecutionData[], { itemIndex, error }: FailedItem): FailedItem {
	const taskIds = rows.flatMap(({ json }) =>
		typeof json.task_id === 'string' ? json.task_id : [],
	);
	if (taskIds.length === 0) return { itemIndex, error };
	const { failure, cause } = error;
	const first = failure.remedy === '' ? '' : `${failure.remedy} `;
	const remedy = `${first}Orders already taken, to be fetched with Doubao Portrait Result: task IDs ${taskIds.join(', ')}.`;
	return { itemIndex, error: failed({ ...failure, remedy }, cause) };
}
