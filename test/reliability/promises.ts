import { expectNoKey } from '../support/bench';
import { endOf, type Ran } from './matrix';
import { KEY, OPTIONS } from './types';

/** Words of JavaScript, Node.js and its libraries, which tell a person nothing. */
const RAW =
	/TypeError|RangeError|SyntaxError|undefined|\[object|NaN\b|\bE[A-Z]{4,}\b|ERR_|Z_[A-Z]|HPE_|is not a function|Cannot read|socket hang up|Unexpected token|Parse Error|incorrect header|unexpected end|Decompression|Invalid URL|Unsupported protocol| {4}at |\.[jt]s:\d/;

/** Seconds that a busy machine may take on top. */
const SLACK = 4;
/** Pauses between six downloads, in seconds. */
const DOWNLOAD_PAUSES = 0.5 + 1 + 2 + 4 + 8;

/** The longest a case may take, in seconds. */
function deadlineOf({ given }: Ran): number {
	const { requestTimeout, maxWait } = { ...OPTIONS, ...given.options } as typeof OPTIONS;
	const asking = maxWait + Math.max(1, requestTimeout);
	return SLACK + asking + (given.at === 'image' ? DOWNLOAD_PAUSES + 6 * requestTimeout : 0);
}

/** What must hold after every case. */
export function expectKept(ran: Ran): void {
	const { given, log, orders, seconds } = ran;
	expectOutcome(ran);
	expect(seconds).toBeLessThan(deadlineOf(ran));
	expect(ran.openSockets).toBe(0);
	expectNoKey(ran.result, KEY);
	for (const { endpoint, path, body, headers } of log) {
		expectNoKey(path + body, KEY);
		if (endpoint === 'image' || endpoint === 'unknown') expectNoKey(headers, KEY);
	}
	for (const { endpoint, bytesSent } of log) {
		if (endpoint === 'image' || endpoint === 'result') expect(bytesSent).toBeLessThan(30_000_000);
	}
	if (given.at === 'submit' || given.at === 'upload') {
		const expected = given.orders ?? (given.outcome.kind === 'recovers' ? 1 : 0);
		expect(orders).toHaveLength(expected);
	}
}

function expectOutcome(ran: Ran): void {
	const { given, taskId } = ran;
	const { outcome } = given;
	const end = endOf(ran);
	if (outcome.kind === 'fails') {
		expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(outcome.says) });
		if (end.kind !== 'failed') return;
		expect(end.description).toMatch(outcome.advises);
		expect(end.message).not.toMatch(RAW);
		expect(end.description).not.toMatch(RAW);
		if (end.details && taskId !== '') expect(end.details.task_id).toBe(taskId);
		else if (taskId !== '') expect(end.description).toContain(`Task ID ${taskId}`);
		return;
	}
	expect(end).toMatchObject({ kind: 'row' });
	if (end.kind !== 'row') return;
	if (given.at === 'submit' || given.at === 'upload') {
		expect(end.json.task_id).toBe(ran.orders[0].taskId);
	} else if (outcome.kind === 'unfinished') {
		expect(end.json).toMatchObject({ task_id: taskId, completed: false, image_urls: [] });
		expect(end.row).not.toHaveProperty('binary');
	} else {
		expect(end.json).toMatchObject({ task_id: taskId, completed: true, status: 'done' });
		expect(end.row.binary?.data?.mimeType).toBe('image/png');
		expect(ran.file?.bytes.equals(ran.file.original)).toBe(true);
	}
}
