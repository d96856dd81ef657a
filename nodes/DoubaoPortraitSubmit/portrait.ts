import type { INodeExecutionData } from 'n8n-workflow';

import { deliver, type Delivered } from '../shared/delivery/deliver';
import { FIRST_CHECK_AFTER } from '../shared/delivery/polling';
import type { DeliverySettings } from '../shared/delivery/settings';
import { failed, failureError, type FailureError } from '../shared/failure';
import { oneForEachItem, type Job } from '../shared/items';
import { withOtherFields } from '../shared/otherFields';
import type { SubmitRequest } from '../shared/portrait/submitRequest';
import { nothingMoreSent } from '../shared/transport/request';
import type { SubmittedRow } from './earlierTries';
import { readyItem, settingsOf, wishOf } from './item';
import { adviceOnPhoto, identityOf } from './photo';
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
	{ itemIndex, part }: Portrait,
): Promise<INodeExecutionData[]> {
	const ready = readyItem(run, itemIndex);
	// What is wrong with the item itself is said once, by its first portrait.
	if (part > 0 && !(await succeeds(ready))) return [];
	const item = await ready;
	const { delivery, includeOtherFields } = item.settings;
	const request = submitRequestFor(item, part);
	const words = JSON.stringify({ ...request, imageInput: identityOf(item.photo) });
	const wish = wishOf(run, `${itemIndex}.${part}`, words);
	const task = await submitOnce(run, wish, item, request);
	run.tasks.push({ itemIndex, taskId: task.task_id });
	let isHandedOut = false;
	try {
		const { rows, timedOut }: Delivered = delivery
			? await deliverTask(run, task, delivery, itemIndex)
			: { rows: [{ json: task, pairedItem: { item: itemIndex } }], timedOut: false };
		isHandedOut = !timedOut;
		return includeOtherFields ? withOtherFields(run.submitting, itemIndex, rows) : rows;
	} finally {
		run.earlierTries.remember(wish, { kind: 'task', task, isHandedOut });
	}
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

/** @throws FailureError; its message says so when the portrait may have been submitted all the same. */
async function submitOnce(
	run: SubmitRun,
	wish: string,
	{ settings, photo }: ReadyItem,
	request: SubmitRequest,
): Promise<SubmittedRow> {
	const earlier = run.earlierTries.take(wish);
	if (earlier) return earlier;
	try {
		const { taskId, requestId } = await submitPortrait(run, settings, request);
		return { task_id: taskId, request_id: requestId ?? null, image_input: request.imageInput };
	} catch (error) {
		const { failure } = failureError(error);
		if (failure.perhapsSubmitted) run.earlierTries.remember(wish, { kind: 'lost', failure });
		throw adviceOnPhoto(photo, error);
	}
}

/** @throws FailureError that names the task. */
async function deliverTask(
	{ submitting, waiting }: SubmitRun,
	{ task_id: taskId, image_input }: SubmittedRow,
	delivery: DeliverySettings,
	itemIndex: number,
): Promise<Delivered> {
	try {
		const { pollInterval = FIRST_CHECK_AFTER } = delivery.plan;
		await waiting.clock.pause(Math.min(pollInterval, FIRST_CHECK_AFTER), waiting.signal);
		const { rows, timedOut } = await deliver(waiting, taskId, delivery, itemIndex);
		return { rows: rows.map((row) => ({ ...row, json: { ...row.json, image_input } })), timedOut };
	} catch (error) {
		const { failure } = failureError(error);
		// What could not be fetched with this key need not be submitted either.
		if (failure.kind === 'account') submitting.queue.close(nothingMoreSent(failure));
		throw ofSubmittedTask(taskId, error);
	}
}

/** A second advice would repeat these or contradict them. Their words are in shared/portrait and shared/delivery. */
const SAYS_HOW_TO_GO_ON = /new task|Doubao Portrait Result/;

/** The same error, naming the task and how to get its portrait without paying again. */
function ofSubmittedTask(taskId: string, error: unknown): FailureError {
	const { failure, cause } = failureError(error);
	const { kind, remedy } = failure;
	const fetch =
		kind === 'task' || SAYS_HOW_TO_GO_ON.test(remedy)
			? []
			: ['Doubao Portrait Result fetches the portrait with this task ID.'];
	const said = [remedy, ...fetch, 'Running this node again orders another portrait.'];
	return failed(
		{ ...failure, taskId, remedy: said.filter((part) => part !== '').join(' ') },
		cause,
	);
}
