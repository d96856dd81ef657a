/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage } from 'node:http';

import { Asker, type Access } from '../../live/ask';
import { calls, imageFormat } from '../../live/built';
import { runChecks, type Plan, type Result, type Verdict } from '../../live/checks';
import { answer } from '../../sandbox/faults/faults';
import type { Endpoint, LogEntry, Sandbox } from '../../sandbox/types';
import { isRecord } from '../support/isRecord';
import { drawPicture } from '../support/photo';

/** One run of the live check against a sandbox. */
export interface LiveRun {
	asker: Asker;
	results: Result[];
	/** The names of the checks by their verdict. */
	names(verdict: Verdict): string[];
}

export const photo = (() => {
	const file = drawPicture();
	const format = imageFormat.imageFormatOf(file);
	if (!format) throw new Error('the picture that was drawn is none');
	return { file, format };
})();

/** A small picture that is quickly drawn, and ready at once. */
const SMALL = { width: 160, height: 160 };

export async function checkLive(
	sandbox: Sandbox,
	plan: Partial<Plan> = {},
	access: Partial<Access> = {},
): Promise<LiveRun> {
	sandbox.coming.push(SMALL);
	const asker = new Asker({ baseUrl: sandbox.baseUrl, apiKey: sandbox.key, ...access });
	const { results } = await runChecks(asker, {
		photo,
		apiPath: calls.SUBMIT_PATH,
		pause: 20,
		longestWait: 20_000,
		...plan,
	});
	const names = (wanted: Verdict): string[] =>
		results.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
	return { asker, results, names };
}

/** What was sent: the body, and `req_json` in it. */
export interface Sent {
	entry: LogEntry;
	body: Record<string, unknown>;
	settings: Record<string, unknown>;
}

/** An answer of the sandbox that is about to leave, with its parsed body. */
export interface Leaving {
	status: number;
	body: Record<string, unknown>;
	data: Record<string, unknown>;
}

/** What leaves in its place. */
export interface Instead {
	status?: number;
	body: object;
	headers?: Record<string, string>;
}

/**
 * Makes the sandbox differ: what `change` gives leaves in place of an answer, for which the work was done; undefined leaves it.
 */
export function alter(
	sandbox: Sandbox,
	endpoint: Endpoint,
	change: (sent: Sent, leaving: Leaving) => Instead | undefined | Promise<Instead | undefined>,
): void {
	sandbox.inject({
		endpoint,
		after: true,
		times: Infinity,
		handle(request, response, real) {
			if (!real) throw new Error('use with after: true');
			const sent = sentWith(sandbox, request);
			const body = recordIn(real.body.toString());
			const leaving = { status: real.status, body, data: isRecord(body.data) ? body.data : {} };
			void Promise.resolve(change(sent, leaving)).then((instead) => {
				const handle = instead
					? answer(instead.status ?? 200, instead.body, instead.headers)
					: answer(real.status, real.body, real.headers);
				handle(request, response);
			});
		},
	});
}

function sentWith(sandbox: Sandbox, { url }: IncomingMessage): Sent {
	const entry = sandbox.log.findLast(({ path }) => path === url);
	if (!entry) throw new Error('the sandbox did not log the request');
	const body = recordIn(entry.body);
	return { entry, body, settings: recordIn(String(body.req_json ?? '')) };
}

function recordIn(text: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(text);
		return isRecord(value) ? value : {};
	} catch {
		return {};
	}
}
