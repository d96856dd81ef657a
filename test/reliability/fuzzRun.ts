/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IBinaryData } from 'n8n-workflow';
import { Readable } from 'node:stream';

import type { Item } from '../../nodes/shared/run';
import type { Clock } from '../../nodes/shared/transport/clock';
import { itemOf, runOf } from '../support/run';
import { KEY } from './types';

/** What the one host of a fuzzed run answers to every request. */
export interface FuzzedAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
	chunks: Uint8Array[];
	/** The body ends with an error in place of an end. */
	breaks: boolean;
}

/** What came into the storage, or would have if it was whole. */
export interface FuzzedRun {
	item: Item;
	stored: Buffer[];
	/** Milliseconds that the run wanted to pause, one entry each. */
	pauses: number[];
}

/** A run whose pauses take no time and whose requests are all answered alike. */
export function fuzzedRun(answer: FuzzedAnswer): FuzzedRun {
	const stored: Buffer[] = [];
	const pauses: number[] = [];
	let time = 1_700_000_000_000;
	const clock: Clock = {
		now: () => time,
		pause: async (milliseconds) => {
			pauses.push(milliseconds);
			time += milliseconds;
			await Promise.resolve();
		},
	};
	const request = async (): Promise<object> => {
		const { chunks, breaks, statusCode, headers } = answer;
		const body = Readable.from(
			(function* () {
				for (const chunk of chunks) yield Buffer.from(chunk);
				if (breaks) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
			})(),
			{ objectMode: false },
		);
		return await Promise.resolve({ statusCode, headers, body });
	};
	const prepareBinaryData = async (
		data: Buffer | Readable,
		fileName: string,
		mimeType: string,
	): Promise<IBinaryData> => {
		const parts: Buffer[] = [];
		if (Buffer.isBuffer(data)) parts.push(data);
		else for await (const part of data) parts.push(Buffer.from(part as Buffer));
		stored.push(Buffer.concat(parts));
		return { data: '', fileName, mimeType };
	};
	const run = runOf({
		clock,
		stopping: new AbortController(),
		helpers: { httpRequest: request, httpRequestWithAuthentication: request, prepareBinaryData },
	});
	return { item: itemOf(run, KEY), stored, pauses };
}
