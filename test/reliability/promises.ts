import { expectNoKey } from '../support/bench';
import { endOf, LINK, TRIES, type Ended, type Ran } from './matrix';
import { KEY, OPTIONS, WAITING_OPTIONS } from './types';

/** Words of JavaScript, Node.js and its libraries, which tell a person nothing. */
const RAW =
	/TypeError|RangeError|SyntaxError|undefined|\[object|NaN\b|\bE[A-Z]{4,}\b|ERR_|Z_[A-Z]|HPE_|is not a function|Cannot read|socket hang up|Unexpected token|Parse Error|incorrect header|unexpected end|Decompression|Invalid URL|Unsupported protocol| {4}at |\.[jt]s:\d/;

/** Seconds that a busy machine may take on top. */
const SLACK = 4;
/** Pauses between six downloads, in seconds. */
const DOWNLOAD_PAUSES = 0.5 + 1 + 2 + 4 + 8;

/** The longest a case may take, in seconds. */
function deadlineOf({ given, retries, waits }: Ran, haste: number): number {
	const byDefault = waits ? WAITING_OPTIONS : OPTIONS;
	const { requestTimeout, maxWait } = { ...byDefault, ...given.options } as typeof OPTIONS;
	const atImage = given.at === 'image';
	const pauses = (maxWait + (atImage ? DOWNLOAD_PAUSES : 0)) / haste;
	const requests = Math.max(1, requestTimeout) + (atImage ? 6 * requestTimeout : 0);
	return (retries ? TRIES : 1) * (SLACK + pauses + requests);
}

/** What must hold after every case. @param haste how much faster time went for the node. */
export function expectKept(ran: Ran, haste: number): void {
	const { given, log, seconds } = ran;
	const end = endOf(ran);
	expectOutcome(ran, end);
	expect(seconds).toBeLessThan(deadlineOf(ran, haste));
	expect(ran.openSockets).toBe(0);
	expectNoKey(ran.result, KEY);
	for (const { endpoint, path, body, headers } of log) {
		expectNoKey(path + body, KEY);
		if (endpoint === 'image' || endpoint === 'unknown') expectNoKey(headers, KEY);
	}
	for (const { endpoint, bytesSent } of log) {
		if (endpoint === 'image' || endpoint === 'result') expect(bytesSent).toBeLessThan(30_000_000);
	}
	expectOneOrder(ran, end);
	expect(ran.result.runs).toBe(ran.retries && given.outcome.kind === 'fails' ? TRIES : 1);
}

/** Never a second one, and none sent again that may have arrived. */
function expectOneOrder({ given, waits, taskId, log, orders }: Ran, end: Ended): void {
	const sent = log.filter(({ endpoint }) => endpoint === 'submit');
	if (given.at === 'submit' || given.at === 'upload') {
		expect(orders).toHaveLength(given.orders ?? (given.outcome.kind === 'recovers' ? 1 : 0));
		if (end.kind === 'failed' && /may have been taken/.test(end.message))
			expect(sent).toHaveLength(1);
		return;
	}
	expect(orders).toHaveLength(waits ? 1 : 0);
	expect(sent).toHaveLength(waits ? 1 : 0);
	const asked = log.filter(({ endpoint }) => endpoint === 'result');
	expect(asked.filter((entry) => entry.taskId !== taskId)).toEqual([]);
}

/** The remedy that a case wants is a new task: 302.AI ended the one there was, and there is nothing to fetch. */
const isEnded = (advises: RegExp): boolean => /ubmit|different photo/.test(advises.source);

function expectOutcome(ran: Ran, end: Ended): void {
	const { given, taskId, waits } = ran;
	const { outcome } = given;
	if (outcome.kind === 'fails') {
		expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(outcome.says) });
		if (end.kind !== 'failed') return;
		expect(end.description).toMatch(outcome.advises);
		expect(end.message).not.toMatch(RAW);
		expect(end.description).not.toMatch(RAW);
		if (taskId === '') return;
		if (end.details) expect(end.details.task_id).toBe(taskId);
		else expect(end.description).toContain(`Task ID ${taskId}`);
		if (!waits) return;
		expect(/Doubao Portrait Result/.test(end.description)).toBe(!isEnded(outcome.advises));
		expect(end.description).toContain('Running this node again submits another portrait');
		return;
	}
	expect(end).toMatchObject({ kind: 'row' });
	if (end.kind !== 'row') return;
	const { json, row } = end;
	expect(json.task_id).toBe(taskId || ran.orders[0].taskId);
	if (waits) {
		const isFile = given.parameters?.imageSource === 'binary';
		expect(json.image_input).toMatch(isFile ? `${ran.imageHost}/uploads/` : LINK);
	} else if (taskId === '') {
		return;
	}
	if (outcome.kind === 'unfinished') {
		expect(json).toMatchObject({ completed: false, image_urls: [] });
		expect(row).not.toHaveProperty('binary');
	} else {
		expect(json).toMatchObject({ completed: true, status: 'done' });
		expect(row.binary?.data?.mimeType).toBe('image/png');
		expect(ran.file?.bytes.equals(ran.file.original)).toBe(true);
	}
}
