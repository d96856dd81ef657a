import type { INodeExecutionData } from 'n8n-workflow';

import type { SubmitRequest } from '../shared/api/calls';
import { accessOf } from '../shared/credential';
import { deliver, type Delivered } from '../shared/delivery/deliver';
import { FIRST_CHECK_AFTER } from '../shared/delivery/polling';
import type { DeliverySettings } from '../shared/delivery/settings';
import { waitForTask } from '../shared/delivery/waiting';
import { failureError, refuse } from '../shared/failure';
import { attempt } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import type { Item, Run } from '../shared/run';
import { submittedBefore } from './errorRow';
import type { SubmittedRow } from './ledger';
import { adviceOnPhoto, fingerprintOf, readPhoto, type Photo } from './photo';
import { isPrivate } from './photoLink';
import { readSettings, type SubmitSettings } from './settings';
import { notSubmitted, submitPortrait, uploadPhoto, type SubmitRun } from './submit';

/** A portrait that is wanted. */
interface Wish {
	/** As the ledger knows it. */
	name: string;
	/** Which of the portraits of its item, from 0. */
	portrait: number;
}

/** An item that nothing is known to be wrong with. */
export interface CheckedItem {
	item: Item;
	settings: SubmitSettings;
	/** One for each portrait. */
	wishes: Wish[];
	/** Its link, or the file to be uploaded; absent where no portrait has to be submitted. */
	photo?: string | Photo;
	/** The task that an error row brings back, in place of a new one. */
	before?: SubmittedRow;
}

/**
 * Reads and looks at all that an item needs.
 *
 * @throws FailureError of kind `parameter`, before anything is sent or spent.
 */
export async function checkItem(run: SubmitRun, itemIndex: number): Promise<CheckedItem> {
	const { context, parameters, isTool } = run.run;
	const settings = readSettings(parameters(itemIndex), isTool);
	const access = await accessOf(context, itemIndex);
	const item = { run: run.run, itemIndex, access, connection: settings.connection };
	const { task: before, portrait: only } = submittedBefore(context, itemIndex, settings);
	const portraits = [...Array(settings.numberOfPortraits).keys()];
	const wishes = (only === undefined ? portraits : [only]).map((portrait) => ({
		name: run.ledger.wishFor(wordsOf(item, settings, portrait)),
		portrait,
	}));
	const isNeeded = !before && wishes.some(({ name }) => !run.ledger.has(name));
	const photo = isNeeded ? await lookAtPhoto(item, settings) : undefined;
	return { item, settings, wishes, photo, before };
}

/** How a later try knows a portrait: by its place among the items, or, since an agent counts anew in each call, by all it asked for. */
function wordsOf(
	{ run, itemIndex }: Item,
	{ photo, request }: SubmitSettings,
	portrait: number,
): string {
	if (!run.isTool) return `item-${itemIndex}-${portrait}`;
	const source = photo.from === 'link' ? photo.link : fingerprintOf(run, itemIndex, photo.field);
	return `${source} ${JSON.stringify(request)} ${portrait}`;
}

/** @throws FailureError of kind `parameter`. */
async function lookAtPhoto(
	{ run, itemIndex, access }: Item,
	{ photo }: SubmitSettings,
): Promise<string | Photo> {
	if (photo.from === 'file') return await readPhoto(run, itemIndex, photo.field);
	const url = new URL(photo.link);
	// Unless the API itself is on this machine, as the sandbox is.
	if (isPrivate(url) && !isPrivate(new URL(access.baseUrl))) {
		refuse(
			`'Photo Link' leads to ${url.host}, which 302.AI cannot reach`,
			"It is an address of this machine or of your own network. Give a link that anyone can open, or set 'Photo From' to Incoming File.",
		);
	}
	return photo.link;
}

/** From a photo to the rows of its portraits: their task IDs, or the portraits themselves. */
export async function portraitsOf(
	run: SubmitRun,
	checked: CheckedItem,
): Promise<INodeExecutionData[]> {
	const { item, wishes, before } = checked;
	// Where a try before this one has submitted it anew, that is the task.
	if (before && !wishes.some(({ name }) => run.ledger.has(name))) {
		const rows = await fetchBefore(run, checked, before);
		if (rows) return rows;
	}
	const { itemIndex } = item;
	const rowsOf = async (imageInput: string, isThere: boolean): Promise<INodeExecutionData[]> => {
		const rows = wishes.map(async (wish) => {
			if (run.ledger.has(wish.name) !== isThere) return [];
			const request = requestFor(checked, imageInput, wish.portrait);
			return await attempt(
				run.run,
				itemIndex,
				async () => await makePortrait(run, checked, wish, request),
			);
		});
		return (await Promise.all(rows)).flat();
	};
	// Portraits that are there do not depend on the photo.
	const there = rowsOf('', true);
	const isMissing = wishes.some(({ name }) => !run.ledger.has(name));
	const missing = isMissing
		? attempt(run.run, itemIndex, async () => await rowsOf(await linkOf(run, checked), false))
		: [];
	return [...(await there), ...(await missing)];
}

/** The rows of a task that an error row brought back; undefined when 302.AI ended it, so that it has to be submitted anew. */
async function fetchBefore(
	run: SubmitRun,
	checked: CheckedItem,
	before: SubmittedRow,
): Promise<INodeExecutionData[] | undefined> {
	try {
		return await deliverTask(run, checked, before, false);
	} catch (error) {
		const known = failureError(error, ofSeveral(checked, checked.wishes[0]));
		if (known.failure.kind === 'task') return undefined;
		throw known;
	}
}

/** What tells the row of one of several portraits, should it come back, from those of the others. */
function ofSeveral({ settings }: CheckedItem, wish?: Wish): { portrait?: number } {
	return settings.numberOfPortraits > 1 ? { portrait: wish?.portrait } : {};
}

/** The photo where 302.AI can open it; it is uploaded once for all items that hold the same file. */
async function linkOf(run: SubmitRun, checked: CheckedItem): Promise<string> {
	const { item, settings } = checked;
	let photo = checked.photo;
	try {
		photo ??= await lookAtPhoto(item, settings);
		return typeof photo === 'string' ? photo : await uploadOnce(run, item, photo);
	} catch (error) {
		run.isUnfulfilled = true;
		throw notSubmitted(photo === undefined ? error : adviceOnPhoto(photo, error));
	}
}

async function uploadOnce(run: SubmitRun, item: Item, photo: Photo): Promise<string> {
	// What n8n keeps must not hold the key; the link opens for every account.
	const name = `${item.access.baseUrl} ${photo.fingerprint}`;
	const known = run.ledger.photo(name);
	if (known !== undefined) return known;
	// One account's empty balance is not told to another.
	const own = `${item.access.account} ${photo.fingerprint}`;
	const uploading = run.uploads.get(own) ?? uploadPhoto(run, item, photo);
	run.uploads.set(own, uploading);
	const link = await uploading;
	run.ledger.keepPhoto(name, link);
	return link;
}

/** Each further portrait of a repeatable one has the next seed: with the same it would be the same portrait. */
function requestFor(
	{ settings }: CheckedItem,
	imageInput: string,
	portrait: number,
): SubmitRequest {
	const { seed } = settings.request;
	const next = seed === undefined || seed < 0 ? seed : seed + portrait;
	return { ...settings.request, imageInput, seed: next };
}

/** @throws FailureError; once there is a task it names the task ID. */
async function makePortrait(
	run: SubmitRun,
	checked: CheckedItem,
	wish: Wish,
	request: SubmitRequest,
): Promise<INodeExecutionData[]> {
	const { item, settings, photo } = checked;
	try {
		const submit = async () => await submitPortrait(run, item, settings, request);
		const { task, isNew } = await run.ledger.once(wish.name, settings.maxPortraits, submit);
		return await deliverTask(run, checked, task, isNew, wish.name);
	} catch (error) {
		run.isUnfulfilled = true;
		const known = photo === undefined ? error : adviceOnPhoto(photo, error);
		throw failureError(notSubmitted(known), ofSeveral(checked, wish));
	}
}

/** @param wish is marked when 302.AI ended the task, so that a retry from n8n's list submits it anew. @throws FailureError that names the task. */
async function deliverTask(
	run: SubmitRun,
	{ item, settings, before }: CheckedItem,
	task: SubmittedRow,
	isNew: boolean,
	wish?: string,
): Promise<INodeExecutionData[]> {
	const { task_id: taskId, image_input } = task;
	const { delivery, includeOtherFields } = settings;
	try {
		if (before && !delivery) await waitForTask(item, { taskId, form: 'links' }, CHECK_ONCE);
		if (delivery && isNew) await pauseBeforeFirstCheck(item.run, delivery);
		const { rows, timedOut }: Delivered = delivery
			? await deliver(item, taskId, delivery)
			: { rows: [{ json: task, pairedItem: { item: item.itemIndex } }], timedOut: false };
		if (timedOut) run.isUnfulfilled = true;
		const own = rows.map((row) => ({ ...row, json: { ...row.json, image_input } }));
		return includeOtherFields ? withOtherFields(item.run, item.itemIndex, own) : own;
	} catch (error) {
		const known = failureError(error, { taskId, submitted: 'yes' });
		if (known.failure.kind === 'task' && wish !== undefined) run.ledger.ended(wish);
		throw known;
	}
}

/** How a task that an error row brought back is looked for where only its ID is handed over; times in milliseconds. */
const CHECK_ONCE = {
	plan: { waitForCompletion: false, maxWait: 300_000, onTimeout: 'error' },
	maxFileSize: 50_000_000,
} as const;

async function pauseBeforeFirstCheck(
	{ clock, stopped }: Run,
	{ plan: { pollInterval = FIRST_CHECK_AFTER, maxWait } }: DeliverySettings,
): Promise<void> {
	await clock.pause(Math.min(pollInterval, maxWait, FIRST_CHECK_AFTER), stopped);
}
