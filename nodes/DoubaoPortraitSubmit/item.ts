import { credentialOf } from '../shared/credential';
import { refuse } from '../shared/failure';
import { adviceOnPhoto, fingerprintOf, readPhoto } from './photo';
import { isPrivate } from './photoLink';
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
	if (photo.from === 'file') {
		return { settings, photo: await readPhoto(run.submitting, itemIndex, photo.field) };
	}
	if (isPrivate(new URL(photo.link))) await refusePrivateLink(run, photo.link);
	return { settings, photo: photo.link };
}

/** @throws FailureError of kind `parameter`, unless the API itself is on this machine, as the sandbox is. */
async function refusePrivateLink({ submitting }: SubmitRun, link: string): Promise<void> {
	const { baseUrl } = await credentialOf(submitting);
	if (isPrivate(new URL(baseUrl))) return;
	refuse(
		`'Photo Link' leads to ${new URL(link).host}, which 302.AI cannot reach`,
		"It is an address of this machine or of your own network. Give a link that anyone can open, or set 'Photo From' to Incoming File.",
	);
}

/** How a later try knows the photo of an item. An agent counts from the first item again in each call. */
export function photoWish(
	{ submitting }: SubmitRun,
	itemIndex: number,
	{ photo }: SubmitSettings,
): string {
	if (!submitting.isTool) return String(itemIndex);
	return photo.from === 'link' ? photo.link : fingerprintOf(submitting, itemIndex, photo.field);
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
	const { earlierTries } = run;
	const wish = `photo ${photoWish(run, itemIndex, settings)}`;
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
