import { sleep, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import type { LogEntry, Order } from '../../sandbox/types';
import { bytesOf, runInEngine, type EngineResult, type EngineRun } from '../support/engine';
import { drawPicture } from '../support/photo';
import { Bench, EVERY_ON_ERROR, type OnError } from '../support/bench';
import { withData } from './handles';
import { stranger } from './stranger';
import { KEY, OPTIONS, WAITING_OPTIONS, type Case } from './types';

/** A case, and how n8n is to run it. */
export interface Planned {
	given: Case;
	onError: OnError;
	/** Doubao Portrait Submit waits for the portrait itself, and the fault strikes the task that it submitted. */
	waits?: boolean;
	/** With n8n's Retry On Fail. */
	retries?: boolean;
}

/** What one case came to. */
export interface Ran extends Planned {
	/** Of the task that the fault strikes; empty when it strikes the order. */
	taskId: string;
	result: EngineResult;
	/** The file of the row, and what the image host has. */
	file?: { bytes: Buffer; original: Buffer };
	seconds: number;
	log: LogEntry[];
	orders: Order[];
	imageHost: string;
	openSockets: number;
}

/** Cases under way at one time; most of them wait. */
const AT_ONCE = 24;
/** How often n8n runs a node with Retry On Fail. */
export const TRIES = 3;
/** Link of the photo. */
export const LINK = 'https://photos.example/anna.jpg';
/** The photo as a file. */
const FILE = {
	data: drawPicture().toString('base64'),
	mimeType: 'image/png',
	fileName: 'a.png',
};

/** Every case with every setting of 'On Error'. */
export function withEveryOnError(cases: Case[]): Planned[] {
	return cases.flatMap((given) => EVERY_ON_ERROR.map((onError) => ({ given, onError })));
}

/** Runs all that is planned, and gives back what came of each. */
export async function runMatrix(plan: Planned[]): Promise<Map<Planned, Ran>> {
	const left = [...plan];
	const done = new Map<Planned, Ran>();
	const run = async (planned: Planned | undefined): Promise<void> => {
		if (planned) done.set(planned, await runCase(planned));
	};
	// Some have half a second for a request: what is loaded late is there before them, and they begin one by one.
	await drawOnce();
	await run(left.pop());
	const work = async (_value: unknown, place: number): Promise<void> => {
		await sleep(place * 100);
		while (left.length > 0) await run(left.shift());
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return done;
}

/** The first picture of a process is slow. */
async function drawOnce(): Promise<void> {
	const bench = new Bench({});
	await bench.start();
	await bench.sandbox.imageBytes(bench.task());
	await bench.sandbox.stop();
}

async function runCase(planned: Planned): Promise<Ran> {
	const { given, onError, waits } = planned;
	const bench = new Bench({
		key: KEY,
		submitted: { queuedFor: 0, generatingFor: 0 },
		...given.sandbox,
	});
	await bench.start();
	const { sandbox } = bench;
	try {
		const atResult = given.at === 'api' || given.at === 'image';
		const taskId = atResult ? bench.task(given.task) : '';
		const endpoint = given.at === 'api' ? 'result' : given.at;
		const { handle } = given;
		if (handle) {
			sandbox.inject({ endpoint, ...given.fault, handle });
		}
		const baseUrl = given.baseUrl?.(sandbox) ?? sandbox.baseUrl;
		const startedAt = Date.now();
		let result: EngineResult;
		if (!atResult) {
			result = await submit(planned, { apiKey: KEY, baseUrl });
		} else if (waits) {
			const submitted = withData(() => ({ task_id: taskId }));
			sandbox.inject({ endpoint: 'submit', after: true, times: Infinity, handle: submitted });
			result = await submit(planned, { apiKey: KEY, baseUrl });
		} else {
			result = await bench.run({
				tasks: [taskId],
				parameters: given.parameters,
				options: { ...OPTIONS, ...given.options },
				onError,
				credential: { baseUrl },
			});
		}
		const seconds = (Date.now() - startedAt) / 1000;
		// What is open even then is found in `openSockets`.
		await bench.closed().catch(() => {});
		const [row] = result.success;
		return {
			...planned,
			taskId,
			result,
			file: await fileOf(row, async () => await originalOf(bench, row)),
			seconds,
			log: [...sandbox.log],
			orders: [...sandbox.orders],
			imageHost: sandbox.imageBaseUrl,
			openSockets: sandbox.openSockets(),
		};
	} finally {
		await sandbox.stop();
	}
}

async function submit(
	{ given, onError, waits, retries }: Planned,
	credential: EngineRun['credential'],
): Promise<EngineResult> {
	const options = waits ? WAITING_OPTIONS : { requestTimeout: OPTIONS.requestTimeout };
	return await runInEngine({
		node: new DoubaoPortraitSubmit(),
		items: [{ json: {}, binary: { data: FILE } }],
		parameters: {
			imageUrl: LINK,
			waitForCompletion: waits === true,
			...given.parameters,
			options: { ...options, ...given.options },
		},
		credential,
		settings: {
			onError,
			// One millisecond: n8n takes 0 for a second.
			...(retries ? { retryOnFail: true, maxTries: TRIES, waitBetweenTries: 1 } : {}),
		},
	});
}

async function fileOf(
	row: INodeExecutionData | undefined,
	original: () => Promise<Buffer>,
): Promise<Ran['file']> {
	if (!row?.binary?.data?.id || row.json.completed !== true) return undefined;
	return { bytes: await bytesOf(row), original: await original() };
}

/** The bytes that the host of the row's link has. */
async function originalOf(bench: Bench, row: INodeExecutionData): Promise<Buffer> {
	const redirected = bench.log('image').some(({ status }) => status >= 300 && status < 400);
	const links = row.json.image_urls as string[];
	const elsewhere = links[0] === stranger.url || (redirected && bench.log('image').length === 1);
	return elsewhere ? stranger.picture : await bench.sandbox.imageBytes(String(row.json.task_id));
}

/** How an item ended, wherever n8n put it. */
export type Ended =
	| { kind: 'row'; json: IDataObject; row: INodeExecutionData }
	| { kind: 'failed'; message: string; description: string; details?: IDataObject };

export function endOf({ result, onError }: Ran): Ended {
	const { task, success, errors } = result;
	if (task.error) {
		const { message, description } = task.error;
		return { kind: 'failed', message, description: description ?? '' };
	}
	const [row] = [...success, ...errors];
	if (success.length + errors.length !== 1) throw new Error('not one row');
	if (!('error' in row.json)) return { kind: 'row', json: row.json, row };
	if ((onError === 'continueErrorOutput') !== errors.length > 0) throw new Error('wrong branch');
	const details = { ...(row.json.details as IDataObject) };
	return {
		kind: 'failed',
		message: String(row.json.error),
		description: String(details.description ?? ''),
		details,
	};
}
