import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { startRun, type Run } from '../shared/run';
import { isCalledByAgent } from '../shared/tool';
import { failureOf, rowsOfAllItems } from '../shared/errors';
import { parametersOf } from '../shared/parameters';
import { failed } from '../shared/failure';
import { orderPortrait, uploadPhoto } from './submit';
import { OrderBook, type TakenOrder } from './earlierTries';
import { readPhoto, type Photo } from './photo';
import { readSettings, type SubmitSettings } from './settings';

/** Orders and uploads at once: each holds a connection, and each costs money while nobody may be looking. */
const ORDERS_AT_ONCE = 16;

export async function placeOrders(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const stopping = new AbortController();
	const starting = startRun(
		context,
		stopping,
		{ maxConcurrency: ORDERS_AT_ONCE },
		ORDERS_MAY_GO_ON,
	);
	// Items that are refused for their parameters never get to wait for it.
	starting.catch(() => {});
	const parameters = parametersOf(context);
	const preparing = context.getInputData().map(async (_item, itemIndex): Promise<Prepared> => {
		const settings = readSettings(parameters(itemIndex));
		const { photo } = settings;
		return photo.from === 'link'
			? { settings, link: photo.link }
			: { settings, photo: await readPhoto(context, itemIndex, photo.field) };
	});
	// An agent that calls the tool itself does so many times in one run of the node, each time for another order.
	const book = isCalledByAgent(context) ? undefined : new OrderBook(context);
	const taken: string[] = [];

	const rows = await rowsOfAllItems(context, {
		work: async (itemIndex) => {
			const prepared = await preparing[itemIndex];
			// With 'On Error' set to stop, one bad item ends the node before money is spent on the others.
			if (!context.continueOnFail()) await Promise.all(preparing);
			const json =
				book?.find(itemIndex) ?? (await placeOrder(await starting, prepared, itemIndex, book));
			taken.push(json.task_id);
			return [{ json, pairedItem: { item: itemIndex } }];
		},
		// Orders on their way are waited for: each may be billed, and its task ID is worth having.
		stop: (failure) => {
			starting.then((run) => run.flight.closeApi(failed(failure))).catch(() => {});
		},
		addToRemedy: () =>
			taken.length === 0
				? ''
				: `Orders already taken, to be fetched with Doubao Portrait Result: task IDs ${taken.join(', ')}.`,
	}).finally(() => stopping.abort());
	return [rows];
}

type Prepared =
	| { settings: SubmitSettings; link: string }
	| { settings: SubmitSettings; photo: Photo };

async function placeOrder(
	run: Run,
	prepared: Prepared,
	itemIndex: number,
	book: OrderBook | undefined,
): Promise<TakenOrder> {
	const { settings } = prepared;
	const imageInput =
		'link' in prepared ? prepared.link : await uploadPhoto(run, settings, prepared.photo);
	try {
		const { taskId, requestId } = await orderPortrait(run, settings, imageInput);
		const taken = { task_id: taskId, request_id: requestId ?? null, image_input: imageInput };
		book?.taken(itemIndex, taken);
		return taken;
	} catch (error) {
		const failure = failureOf(error);
		if (failure.perhapsTaken) book?.lost(itemIndex, failure);
		throw failed(failure);
	}
}

const ORDERS_MAY_GO_ON =
	'Orders that had already been sent may be carried out and billed. Look at the usage records at 302.ai before you run this node again.';
