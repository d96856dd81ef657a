/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { json, keyError, nothingHere, refusal, wholeAnswer, type Answer } from './server/answers';
import { BadInput, parseJson } from './server/guards';
import { openHost, type Host } from './server/host';
import { shortened } from './server/requestLog';
import { answerResult } from './endpoints/result';
import { holdBack, send } from './server/send';
import { answerSubmit } from './endpoints/submit';
import type { Sandbox, SandboxOptions, Endpoint, LogEntry } from './types';
import { World } from './world';
import { isRecord } from '../test/support/isRecord';

const API: Record<string, Endpoint> = {
	'POST /doubao/drawing/portrait_result': 'result',
	'POST /doubao/drawing/portrait': 'submit',
	'POST /302/upload-file': 'upload',
	'GET /v1/models': 'models',
};
const LIMITED: Endpoint[] = ['result', 'submit', 'upload'];

interface Call {
	request: IncomingMessage;
	url: URL;
	endpoint: Endpoint;
	entry: LogEntry;
	since: number;
}

function taskIdIn(body: Buffer): string | undefined {
	const value = parseJson(body.toString());
	return isRecord(value) && typeof value.task_id === 'string' ? value.task_id : undefined;
}

/** Reads the request to its end, and gives back what is then left to do to answer it. */
async function receive(world: World, call: Call): Promise<() => Answer | Promise<Answer>> {
	const { request, url, endpoint, entry, since } = call;
	const body = await buffer(request);
	const contentType = request.headers['content-type'] ?? '';
	entry.body = endpoint === 'upload' ? `${body.length} bytes` : shortened(body);
	const given = { body, isJson: /^application\/json\b/i.test(contentType), since };
	switch (endpoint) {
		case 'result': {
			entry.taskId = taskIdIn(body);
			const responseFormat = url.searchParams.get('response_format');
			const { imageBaseUrl, tasks, images } = world;
			return async () =>
				await answerResult({ ...given, responseFormat, imageBaseUrl }, tasks, images);
		}
		case 'submit':
			return () =>
				answerSubmit(given, world, (task, order) => {
					entry.taskId = task.id;
					world.orders.push({ taskId: task.id, body: order, at: world.log.now() });
				});
		case 'upload':
			return async () => await world.uploads.answer(body, contentType, world.imageBaseUrl);
		case 'models':
			return () =>
				json(200, { object: 'list', data: [{ id: 'doubao-portrait', object: 'model' }] });
		case 'image': {
			const picture = world.images.at(url.pathname);
			entry.taskId = picture?.task.id;
			return async () =>
				picture
					? await world.images.answer(picture)
					: (world.uploads.at(url.pathname) ?? nothingHere(entry.method, url.pathname));
		}
		case 'unknown':
			return () => nothingHere(entry.method, url.pathname);
	}
}

/** What refuses a request throws; so does a mistake in the sandbox, which then shows as a 500 instead of a hang. */
function answerTo(error: unknown, since: number): Answer {
	return error instanceof BadInput
		? refusal(400, error.code, error.message, since)
		: refusal(500, 50500, `The sandbox failed: ${String(error)}`, since);
}

async function exchange(
	world: World,
	host: Host,
	endpoint: Endpoint,
	url: URL,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const since = performance.now();
	const needsKey = endpoint !== 'image' && endpoint !== 'unknown';
	const hasKey = request.headers.authorization === `Bearer ${world.key}`;
	const place = LIMITED.includes(endpoint) && hasKey ? world.limiter.enter(since) : () => {};
	const entry = world.log.open(endpoint, request, response, host, () => {
		if (typeof place === 'function') place();
	});
	const work = await receive(world, { request, url, endpoint, entry, since });

	const latency = endpoint === 'image' ? world.latency.image : world.latency.api;
	if (!(await holdBack(response, latency))) return;
	const withBody = request.method !== 'HEAD';
	if (typeof place !== 'function') return await send(response, place, withBody);

	const early = world.faults.take(endpoint, entry.taskId, false);
	if (early) return early.handle(request, response);
	const answer =
		needsKey && !hasKey
			? keyError(!/^Bearer ./.test(request.headers.authorization ?? ''))
			: await Promise.resolve()
					.then(work)
					.catch((error: unknown) => answerTo(error, since));
	entry.taskStatus = answer.taskStatus;
	const late = world.faults.take(endpoint, entry.taskId, true);
	if (late) return late.handle(request, response, wholeAnswer(answer));
	await send(response, answer, withBody);
}

/** Starts a stand-in for the 302.AI API and its image host on 127.0.0.1. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const world = new World(options);
	const serve =
		(endpointOf: (method: string, path: string) => Endpoint) =>
		(request: IncomingMessage, response: ServerResponse, host: Host) => {
			const url = new URL(request.url ?? '/', host.baseUrl);
			const endpoint = endpointOf(request.method ?? '', url.pathname);
			// What is thrown here is a client that went away in the middle of its request, or a mistake in the sandbox.
			exchange(world, host, endpoint, url, request, response).catch((error: unknown) => {
				if (request.destroyed && !request.complete) return;
				if (response.headersSent) response.destroy();
				else response.writeHead(500).end(String(error));
			});
		};
	const { tls } = options;
	const api = await openHost(
		serve((method, path) => API[`${method} ${path}`] ?? 'unknown'),
		{ port: options.port, tls },
	);
	const image = await openHost(
		serve((method) => (method === 'GET' || method === 'HEAD' ? 'image' : 'unknown')),
		{ port: options.imagePort, tls },
	).catch(async (error: unknown) => {
		await api.close();
		throw error;
	});
	world.imageBaseUrl = image.baseUrl;
	return {
		baseUrl: api.baseUrl,
		imageBaseUrl: image.baseUrl,
		key: world.key,
		log: world.log.entries,
		orders: world.orders,
		coming: world.coming,
		addTask: (spec) => world.tasks.add(spec).id,
		imageBytes: async (...image) => await world.imageBytes(...image),
		inject: (fault) => world.faults.add(fault),
		clearFaults: () => world.faults.clear(),
		setLimits: (limits) => world.limiter.set(limits),
		onEntry: (listener) => world.log.onEntry(listener),
		openSockets: () => api.openSockets() + image.openSockets(),
		async stop() {
			await Promise.all([api.close(), image.close()]);
		},
	};
}
