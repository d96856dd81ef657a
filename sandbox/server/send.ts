/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { ServerResponse } from 'node:http';

import type { Answer } from './answers';

// Small enough that a client that stops reading has not been sent the rest.
const SLICE = 64 * 1024;

/** Resolves to false when the connection closed first. */
async function drained(response: ServerResponse): Promise<boolean> {
	return await new Promise((resolve) => {
		const settle = (open: boolean) => () => {
			response.off('drain', onDrain);
			response.off('close', onClose);
			resolve(open);
		};
		const onDrain = settle(true);
		const onClose = settle(false);
		response.on('drain', onDrain);
		response.on('close', onClose);
	});
}

export async function send(
	response: ServerResponse,
	answer: Answer,
	withBody: boolean,
): Promise<void> {
	const length = answer.parts.reduce((sum, part) => sum + part.length, 0);
	response.writeHead(answer.status, { ...answer.headers, 'content-length': String(length) });
	for (const part of withBody ? answer.parts : []) {
		for (let at = 0; at < part.length; at += SLICE) {
			if (response.destroyed) return;
			const flowing = response.write(part.subarray(at, at + SLICE));
			if (!flowing && !(await drained(response))) return;
		}
	}
	response.end();
}

/** Does something later, unless the connection has closed by then: no timer outlives its request. */
export function whileOpen(response: ServerResponse, work: () => void, milliseconds: number): void {
	if (response.destroyed) return;
	const onClose = () => clearTimeout(timer);
	const timer = setTimeout(() => {
		response.off('close', onClose);
		work();
	}, milliseconds);
	response.on('close', onClose);
}

/** False when the other side went away before the time was over. */
export async function holdBack(response: ServerResponse, milliseconds: number): Promise<boolean> {
	if (milliseconds <= 0 || response.destroyed) return !response.destroyed;
	return await new Promise((resolve) => {
		response.on('close', () => resolve(false));
		whileOpen(response, () => resolve(true), milliseconds);
	});
}
