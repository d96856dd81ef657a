import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import type { LogEntry, Order } from '../../sandbox/types';
import { bytesOf, runInEngine, type EngineResult } from '../support/engine';
import { drawPicture } from '../support/photo';
import { Bench, EVERY_ON_ERROR, type OnError } from '../support/bench';
import { stranger } from './stranger';
import { KEY, OPTIONS, type Case } from './types';

/** What one case came to. */
export interface Ran {
	given: Case;
	onError: OnError;
	taskId: string;
	/** What the case could not even be run with. */
	broke?: unknown;
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

/** Runs every case with every setting of 'On Error'. */
export async function runMatrix(cases: Case[]): Promise<Ran[]> {
	const left = cases.flatMap((given) => EVERY_ON_ERROR.map((onError) => ({ given, onError })));
	const done: Ran[] = [];
	const work = async (): Promise<void> => {
		for (let next = left.shift(); next; next = left.shift()) {
			done.push(await runCase(next.given, next.onError));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return done;
}

async function runCase(given: Case, onError: OnError): Promise<Ran> {
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
		const result = await (atResult
			? bench.run({
					tasks: [taskId],
					parameters: given.parameters,
					options: { ...OPTIONS, ...given.options },
					onError,
					credential: { baseUrl },
				})
			: submit(given, onError, baseUrl));
		const seconds = (Date.now() - startedAt) / 1000;
		// What is open even then is found in `openSockets`.
		await bench.closed().catch(() => {});
		const [row] = result.success;
		return {
			given,
			onError,
			taskId,
			result,
			file: await fileOf(row, async () => await originalOf(bench, taskId, row)),
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

async function submit(given: Case, onError: OnError, baseUrl: string): Promise<EngineResult> {
	const binary = {
		data: { data: drawPicture().toString('base64'), mimeType: 'image/png', fileName: 'a.png' },
	};
	return await runInEngine({
		node: new DoubaoPortraitSubmit(),
		items: [{ json: {}, binary }],
		parameters: {
			imageUrl: 'https://photos.example/anna.jpg',
			...given.parameters,
			options: { requestTimeout: OPTIONS.requestTimeout, ...given.options },
		},
		credential: { apiKey: KEY, baseUrl },
		settings: { onError },
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
async function originalOf(bench: Bench, taskId: string, row: INodeExecutionData): Promise<Buffer> {
	const redirected = bench.log('image').some(({ status }) => status >= 300 && status < 400);
	const links = row.json.image_urls as string[];
	const elsewhere = links[0] === stranger.url || (redirected && bench.log('image').length === 1);
	return elsewhere ? stranger.picture : await bench.sandbox.imageBytes(taskId);
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
