import { adviceOnPhoto, readPhoto } from './photo';
import { readSettings, type SubmitSettings } from './settings';
import { uploadPhoto } from './submit';
import type { CheckedItem, ReadyItem, SubmitRun } from './submitRun';

/** @throws FailureError of kind `parameter`. */
export function settingsOf({ settings, submitting }: SubmitRun, itemIndex: number): SubmitSettings {
	return (settings[itemIndex] ??= readSettings(
		submitting.parameters(itemIndex),
		submitting.isTool,
	));
}

/** @throws FailureError of kind `parameter`, before anything is sent or spent. */
export async function checkedItem(run: SubmitRun, itemIndex: number): Promise<CheckedItem> {
	return await (run.checked[itemIndex] ??= checkItem(run, itemIndex));
}

async function checkItem(run: SubmitRun, itemIndex: number): Promise<CheckedItem> {
	const settings = settingsOf(run, itemIndex);
	const { photo } = settings;
	return photo.from === 'link'
		? { settings, photo: photo.link }
		: { settings, photo: await readPhoto(run.submitting, itemIndex, photo.field) };
}

/**
 * The item with its photo where 302.AI can open it, for all its portraits.
 *
 * @throws FailureError; its message says so when the photo may have been uploaded all the same.
 */
export async function readyItem(run: SubmitRun, itemIndex: number): Promise<ReadyItem> {
	return await (run.ready[itemIndex] ??= makeReady(run, itemIndex));
}

async function makeReady(run: SubmitRun, itemIndex: number): Promise<ReadyItem> {
	const item = await checkedItem(run, itemIndex);
	const { settings, photo } = item;
	if (typeof photo === 'string') return { ...item, imageInput: photo };
	const { submitting, earlierTries } = run;
	const wish = submitting.isTool ? JSON.stringify(settings.photo) : `photo ${itemIndex}`;
	const earlier = earlierTries.findPhoto(wish);
	if (earlier !== undefined) return { ...item, imageInput: earlier };
	try {
		const imageInput = await uploadPhoto(run, settings, photo);
		earlierTries.remember(wish, { kind: 'photo', link: imageInput });
		return { ...item, imageInput };
	} catch (error) {
		throw adviceOnPhoto(photo, error);
	}
}
