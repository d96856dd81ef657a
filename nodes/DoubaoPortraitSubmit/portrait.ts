import type { INodeExecutionData } from 'n8n-workflow';

import { deliver, type Delivered } from '../shared/delivery/deliver';
import { FIRST_CHECK_AFTER } from '../shared/delivery/polling';
import type { DeliverySettings } from '../shared/delivery/settings';
import { failureError, type FailureError } from '../shared/failure';
import { oneForEachItem, type Job } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import type { SubmitRequest } from '../shared/api/calls';
import type { Run } from '../shared/run';
import { nothingMoreSent } from '../shared/transport/request';
import type { SubmittedRow } from './earlierTries';
import { photoWish, readyItem, settingsOf } from './item';
import { adviceOnPhoto } from './photo';
import type { SubmitSettings } from './settings';
import { submitPortrait } from './submit';
import type { ReadyItem, SubmitRun } from './submitRun';

/** One portrait of an item. */
interface Portrait extends Job {
	/** From 0, among those of its item. */
	part: number;
}

/** The portraits of all items, told item by item, since n8n takes its time for the parameters. */
export function* portraitsOf(run: SubmitRun): Generator<Portrait> {
	for (const { itemIndex } of oneForEachItem(run.submitting.context)) {
		const count = numberOfPortraits(run, itemIndex);
		for (let part = 0; part < count; part += 1) yield { itemIndex, part };
	}
}

function numberOfPortraits(run: SubmitRun, itemIndex: number): number {
	try {
		return settingsOf(run, itemIndex).numberOfPortraits;
	} catch {
		// The item fails by itself, and says why, when its turn comes.
		return 1;
	}
}

/**
 * From a photo to the rows of one portrait: its task ID, or the portrait itself.
 *
 * @throws FailureError; once there is a task it names the task ID.
 */
export async function makePortrait(
	run: SubmitRun,
	portrait: Portrait,
): Promise<INodeExecutionData[]> {
	const { itemIndex } = portrait;
	try {
		const settings = settingsOf(run, itemIndex);
		const { delivery, includeOtherFields } = settings;
		const wish = wishFor(run, portrait, settings);
		const earlier = run.earlierTries.take(wish);
		const task = earlier ?? (await submitOne(run, portrait, wish));
		// What is wrong with the item itself is said by one of its portraits.
		if (!task) return [];
		try {
			const { rows, timedOut }: Delivered = delivery
				? await deliverTask(run, task, delivery, itemIndex, !earlier)
				: { rows: [{ json: task, pairedItem: { item: itemIndex } }], timedOut: false };
			if (timedOut) run.earlierTries.wishIsOpen();
			return includeOtherFields ? withOtherFields(run.submitting, itemIndex, rows) : rows;
		} finally {
			run.earlierTries.remember(wish, { kind: 'task', itemIndex, task });
		}
	} catch (error) {
		run.earlierTries.wishIsOpen();
		throw beforeSubmit(error);
	}
}

/** An error that says nothing else came before anything was submitted; a stop by hand may have cut off a submit. */
export function beforeSubmit(error: unknown): FailureError {
	const { submitted = 'no', kind } = failureError(error).failure;
	return failureError(error, kind === 'cancelled' ? {} : { submitted });
}

/** How a later try knows this portrait. An agent repeats itself in words. */
function wishFor(run: SubmitRun, { itemIndex, part }: Portrait, settings: SubmitSettings): string {
	const photo = photoWish(run, itemIndex, settings);
	const words = run.submitting.isTool ? ` ${JSON.stringify(settings.request)}` : '';
	return `${photo}.${part}${words}`;
}

/**
 * @returns undefined when the item itself cannot be submitted, and another portrait of it says why.
 * @throws FailureError; its message says so when the portrait may have been submitted all the same.
 */
async function submitOne(
	run: SubmitRun,
	{ itemIndex, part }: Portrait,
	wish: string,
): Promise<SubmittedRow | undefined> {
	const isSaidElsewhere = run.ready[itemIndex] !== undefined;
	const ready = readyItem(run, itemIndex);
	if (isSaidElsewhere && !(await succeeds(ready))) return undefined;
	const item = await ready;
	const { settings, photo } = item;
	const request = submitRequestFor(item, part);
	try {
		const { taskId, requestId } = await submitPortrait(run, settings, request);
		return { task_id: taskId, request_id: requestId ?? null, image_input: request.imageInput };
	} catch (error) {
		const { failure } = failureError(error);
		if (failure.submitted === 'unknown') run.earlierTries.remember(wish, { kind: 'lost', failure });
		throw adviceOnPhoto(photo, error);
	}
}

async function pauseBeforeFirstCheck(
	{ clock, signal }: Run,
	{ plan: { pollInterval = FIRST_CHECK_AFTER, maxWait } }: DeliverySettings,
): Promise<void> {
	const milliseconds = Math.min(pollInterval, maxWait, FIRST_CHECK_AFTER);
	await clock.pause(milliseconds, signal);
}

async function succeeds(promise: Promise<unknown>): Promise<boolean> {
	return await promise.then(
		() => true,
		() => false,
	);
}

/** Each further portrait of a repeatable one has the next seed: with the same it would be the same portrait. */
function submitRequestFor({ settings, imageInput }: ReadyItem, part: number): SubmitRequest {
	const { request } = settings;
	const { seed } = request;
	return { ...request, imageInput, seed: seed === undefined || seed < 0 ? seed : seed + part };
}

/** @param isNew it was submitted just now. @throws FailureError that names the task. */
async function deliverTask(
	{ submitting, waiting }: SubmitRun,
	{ task_id: taskId, image_input }: SubmittedRow,
	delivery: DeliverySettings,
	itemIndex: number,
	isNew: boolean,
): Promise<Delivered> {
	try {
		if (isNew) await pauseBeforeFirstCheck(waiting, delivery);
		const { rows, timedOut } = await deliver(waiting, taskId, delivery, itemIndex);
		return { rows: rows.map((row) => ({ ...row, json: { ...row.json, image_input } })), timedOut };
	} catch (error) {
		const { failure } = failureError(error);
		// What could not be fetched with this key need not be submitted either.
		if (failure.kind === 'account') submitting.queue.close(nothingMoreSent(failure));
		throw failureError(error, { taskId, submitted: 'yes' });
	}
}
