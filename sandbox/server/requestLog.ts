/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage } from 'node:http';

import type { CountingResponse, Host } from './host';
import type { Endpoint, LogEntry } from '../types';

const KEPT_TEXT = 4096;
const KEPT_ENTRIES = 100_000;

function headersOf(request: IncomingMessage): Record<string, string> {
	const pairs = Object.entries(request.headers).map(([name, value]): [string, string] => [
		name,
		Array.isArray(value) ? value.join(', ') : (value ?? ''),
	]);
	return Object.fromEntries(pairs);
}

export function shortened(body: Buffer): string {
	return body.toString('utf8', 0, KEPT_TEXT);
}

/** Every request that came, what was answered, and how it ended. */
export class RequestLog {
	readonly entries: LogEntry[] = [];

	private readonly listeners: Array<(entry: LogEntry) => void> = [];

	constructor(private readonly startedAt: number) {}

	now(): number {
		return performance.now() - this.startedAt;
	}

	onEntry(listener: (entry: LogEntry) => void): void {
		this.listeners.push(listener);
	}

	/** `ended` is called once, when the answer is out or the connection is gone. */
	open(
		endpoint: Endpoint,
		request: IncomingMessage,
		response: CountingResponse,
		host: Host,
		ended: () => void,
	): LogEntry {
		const entry: LogEntry = {
			at: this.now(),
			endpoint,
			method: request.method ?? '',
			path: request.url ?? '',
			headers: headersOf(request),
			body: '',
			status: 0,
			bytesSent: 0,
		};
		// A run of hours must not fill the memory; half at once, as taking one from the front each time is slow.
		if (this.entries.length >= KEPT_ENTRIES) this.entries.splice(0, KEPT_ENTRIES / 2);
		this.entries.push(entry);

		const { socket } = request;
		let over = false;
		const end = (whole: boolean) => {
			if (over) return;
			over = true;
			entry.bytesSent = response.bodyBytes;
			if (whole) {
				entry.status = response.statusCode;
				entry.finishedAt = this.now();
			} else if (host.leftByClient(socket)) {
				entry.abandonedAt = this.now();
			}
			ended();
			for (const listener of this.listeners) listener(entry);
		};
		response.on('finish', () => end(true));
		response.on('close', () => end(false));
		return entry;
	}
}
