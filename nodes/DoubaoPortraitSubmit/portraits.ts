import type { INodeExecutionData } from 'n8n-workflow';

import type { SubmitRequest } from '../shared/api/calls';
import { accessOf } from '../shared/credential';
import { deliver } from '../shared/delivery/deliver';
import { FIRST_CHECK_AFTER } from '../shared/delivery/polling';
import type { DeliverySettings } from '../shared/delivery/settings';
import { waitForTask } from '../shared/delivery/waiting';
import { failureError, refuse } from '../shared/failure';
import { attempt } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import type { Item, Run } from '../shared/run';
import { submittedBefore } from './errorRow';
import type { Ledger, SubmittedRow } from './ledger';
import { adviceOnPhoto, findFile, fingerprintOf, readPhoto, type Photo } from './photo';
import { isPrivate } from './photoLink';
import { readSettings, type SubmitSettings } from './settings';
import { getThroughProxy, notSubmitted, submitPortrait, uploadPhoto } from './submit';

/** One execution of Doubao Portrait Submit: what all its items share. */
export interface SubmitRun {
	run: Run;
	ledger: Ledger;
	/** By account and connection: resolves once a request got through its proxy. */
	throughProxy: Map<string, Promise<void>>;
	/** By account and photo: its link. */
	uploads: Map<string, Promise<string>>;
	/** Of the last portrait that was submitted. */
	submitted?: SubmitSettings;
	/** Of any that was. */
	lacksPrompt: boolean;
}

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

/** Reads and looks at all that an item needs. @throws FailureError of kind `parameter`, before anything is sent or spent. */
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
	const source =
		photo.from === 'link' ? photo.link : fingerprintOf(findFile(run, itemIndex, photo.field));
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
	const { item, wishes } = checked;
	const rows = wishes.map(
		async (wish) =>
			await attempt(item.run, item.itemIndex, async () => await makePortrait(run, checked, wish)),
	);
	return (await Promise.all(rows)).flat();
}

/** @throws FailureError; once there is a task it names the task ID. */
async function makePortrait(
	run: SubmitRun,
	checked: CheckedItem,
	wish: Wish,
): Promise<INodeExecutionData[]> {
	const { item, settings, before } = checked;
	const { ledger } = run;
	let photo = checked.photo;
	try {
		// Where a try before this one has submitted it anew, that is the task.
		if (before && !ledger.has(wish.name)) {
			const rows = await fetchBefore(checked, before, wish);
			if (rows) return rows;
			photo = await lookAtPhoto(item, settings);
		}
		const { task, isNew } = await ledger.once(
			wish.name,
			settings.maxPortraits,
			async () => await submitNew(run, checked, photo, wish),
		);
		return await deliverTask(checked, task, isNew, wish).catch((error: unknown) => {
			if (failureError(error).failure.kind === 'task') ledger.ended(wish.name);
			throw error;
		});
	} catch (error) {
		const known = notSubmitted(photo === undefined ? error : adviceOnPhoto(photo, error));
		// What tells the row of one of several portraits, should it come back, from those of the others.
		const { portrait } = wish;
		throw failureError(known, settings.numberOfPortraits > 1 ? { portrait } : {});
	}
}

/** @throws FailureError, whose `submitted` says what may have become of it. */
async function submitNew(
	run: SubmitRun,
	{ item, settings }: CheckedItem,
	photo: CheckedItem['photo'],
	wish: Wish,
): Promise<SubmittedRow> {
	let imageInput: string;
	try {
		await pathIsOpen(run, item);
		imageInput = await linkOf(run, item, photo);
	} catch (error) {
		throw notSubmitted(error);
	}
	const request = requestFor(settings, imageInput, wish);
	const task = await submitPortrait(item, settings.path, request);
	run.submitted = settings;
	run.lacksPrompt ||= request.prompt === undefined && request.additional?.prompt === undefined;
	return task;
}

/** The rows of a task that an error row brought back; undefined when 302.AI ended it, so that it has to be submitted anew. */
async function fetchBefore(
	checked: CheckedItem,
	before: SubmittedRow,
	wish: Wish,
): Promise<INodeExecutionData[] | undefined> {
	const { item, settings } = checked;
	try {
		if (!settings.delivery) {
			await waitForTask(item, { task_id: before.task_id, form: 'links' }, CHECK_ONCE);
		}
		return await deliverTask(checked, before, false, wish);
	} catch (error) {
		const known = failureError(error, { taskId: before.task_id, submitted: 'yes' });
		if (known.failure.kind === 'task') return undefined;
		throw known;
	}
}

/** How a task that an error row brought back is looked for where only its ID is handed over; times in milliseconds. */
const CHECK_ONCE = {
	plan: { waitForCompletion: false, maxWait: 300_000, onTimeout: 'error' },
	maxFileSize: 50_000_000,
} as const;

/** Where a proxy is set, it has let something through before anything that costs money is sent. */
async function pathIsOpen({ throughProxy }: SubmitRun, item: Item): Promise<void> {
	if (!item.connection.proxy) return;
	const key = `${item.access.account} ${JSON.stringify(item.connection)}`;
	const through = throughProxy.get(key) ?? getThroughProxy(item);
	throughProxy.set(key, through);
	await through;
}

/** A link to the photo that 302.AI can open; a file is uploaded once for all items that hold it. */
async function linkOf(run: SubmitRun, item: Item, photo: CheckedItem['photo']): Promise<string> {
	if (typeof photo !== 'object') return photo ?? '';
	// What n8n keeps must not hold the key; the link opens for every account.
	const name = `${item.access.baseUrl} ${photo.fingerprint}`;
	const known = run.ledger.photo(name);
	if (known !== undefined) return known;
	// One account's empty balance is not told to another.
	const own = `${item.access.account} ${photo.fingerprint}`;
	const uploading = run.uploads.get(own) ?? uploadPhoto(item, photo);
	run.uploads.set(own, uploading);
	const link = await uploading;
	run.ledger.keepPhoto(name, link);
	return link;
}

/** Each further portrait of a repeatable one has the next seed: with the same it would be the same portrait. */
function requestFor(
	{ request }: SubmitSettings,
	imageInput: string,
	{ portrait }: Wish,
): SubmitRequest {
	const { seed } = request;
	const next = seed === undefined || seed < 0 ? seed : seed + portrait;
	return { ...request, image_input: imageInput, seed: next };
}

/** The rows of a task. @throws FailureError that names it. */
async function deliverTask(
	{ item, settings: { delivery, includeOtherFields, numberOfPortraits } }: CheckedItem,
	task: SubmittedRow,
	isNew: boolean,
	{ portrait }: Wish,
): Promise<INodeExecutionData[]> {
	const { run, itemIndex } = item;
	const { task_id: taskId, image_input } = task;
	try {
		if (delivery && isNew) await pauseBeforeFirstCheck(run, delivery);
		const rows = delivery
			? await deliver(item, taskId, delivery, { portrait, of: numberOfPortraits })
			: [{ json: task, pairedItem: { item: itemIndex } }];
		const own = rows.map((row) => ({ ...row, json: { ...row.json, image_input } }));
		return includeOtherFields ? withOtherFields(run, itemIndex, own) : own;
	} catch (error) {
		throw failureError(error, { taskId, submitted: 'yes' });
	}
}

async function pauseBeforeFirstCheck(
	{ clock, stopped }: Run,
	{ plan: { pollInterval = FIRST_CHECK_AFTER, maxWait } }: DeliverySettings,
): Promise<void> {
	await clock.pause(Math.min(pollInterval, maxWait, FIRST_CHECK_AFTER), stopped);
}
