/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Host } from './host';
import type { Endpoint, LogEntry } from '../types';

const KEPT_TEXT = 4096;

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
		response: ServerResponse,
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
		this.entries.push(entry);

		const { socket } = request;
		const before = socket.bytesWritten;
		let over = false;
		const end = (whole: boolean) => {
			if (over) return;
			over = true;
			entry.bytesSent = socket.bytesWritten - before;
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
