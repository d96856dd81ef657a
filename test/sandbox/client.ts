/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';

import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { isRecord } from '../support/isRecord';

/** Gives each test of a file a sandbox of its own. */
export function forEachTest(take: (sandbox: Sandbox) => void): void {
	let sandbox: Sandbox;
	beforeEach(async () => {
		sandbox = await startSandbox();
		take(sandbox);
	});
	afterEach(async () => {
		jest.restoreAllMocks();
		await sandbox.stop();
	});
}

export interface Reply {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: Buffer;
	json: Record<string, unknown>;
}

interface Sending {
	method?: string;
	headers?: Record<string, string>;
	body?: string | Buffer;
	/** Certificates to trust. */
	ca?: string;
}

function parse(body: Buffer): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(body.toString());
		return isRecord(value) ? value : { value };
	} catch {
		return {};
	}
}

/** One request on a connection of its own; rejects when the answer does not come whole. */
export async function send(url: string, sending: Sending = {}): Promise<Reply> {
	const { method = 'GET', headers, body, ca } = sending;
	const request = url.startsWith('https:') ? tlsRequest : plainRequest;
	return await new Promise((resolve, reject) => {
		const call = request(url, { method, headers, ca, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () => {
				const whole = Buffer.concat(chunks);
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: whole,
					json: parse(whole),
				});
			});
		});
		call.on('error', reject);
		call.end(body);
	});
}

/** A JSON call with the right key; `body` is sent as it is when it is text. */
export async function post(
	sandbox: Sandbox,
	path: string,
	body: unknown,
	extra: Sending = {},
): Promise<Reply> {
	return await send(sandbox.baseUrl + path, {
		method: 'POST',
		...extra,
		headers: {
			authorization: `Bearer ${sandbox.key}`,
			'content-type': 'application/json',
			...extra.headers,
		},
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
}

export const RESULT = '/doubao/drawing/portrait_result';
export const SUBMIT = '/doubao/drawing/portrait';

export async function fetchResult(
	sandbox: Sandbox,
	taskId: unknown,
	settings?: Record<string, unknown>,
	query = '',
): Promise<Reply> {
	const body = { task_id: taskId, ...(settings && { req_json: JSON.stringify(settings) }) };
	return await post(sandbox, RESULT + query, body);
}

export function dataOf(reply: Reply): Record<string, unknown> {
	return isRecord(reply.json.data) ? reply.json.data : {};
}

export function listOf(value: unknown): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}

/** The answer to a form with a text field before the file, as browsers send it. */
export async function upload(
	sandbox: Sandbox,
	file: Buffer,
	field = 'file',
): Promise<Record<string, unknown>> {
	const form = new FormData();
	form.append('note', 'not the file');
	form.append(field, new Blob([file]), 'photo.png');
	const response = await fetch(`${sandbox.baseUrl}/302/upload-file`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.key}` },
		body: form,
	});
	return parse(Buffer.from(await response.arrayBuffer()));
}
