/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage } from 'node:http';

import { json, nothingHere, type Answer } from '../server/answers';
import { readBody } from '../server/bodies';
import { BadInput, isIntegerIn, isNumberIn, parseJson } from '../server/guards';
import type { Limits, Outcome, TaskSpec } from '../types';
import type { World } from '../world';
import { isRecord } from '../../test/support/isRecord';

function bad(what: string): never {
	throw new BadInput(400, what);
}

function text(source: Record<string, unknown>, name: string): string | undefined {
	const value = source[name];
	if (value === undefined || typeof value === 'string') return value;
	return bad(`${name} must be a string`);
}

function number(source: Record<string, unknown>, name: string, low = 0): number | undefined {
	const value = source[name];
	if (value === undefined || isNumberIn(value, low, Number.MAX_SAFE_INTEGER)) return value;
	return bad(`${name} must be a number from ${low}`);
}

function whole(source: Record<string, unknown>, name: string, low = 0): number | undefined {
	const value = source[name];
	if (value === undefined || isIntegerIn(value, low, Number.MAX_SAFE_INTEGER)) return value;
	return bad(`${name} must be an integer from ${low}`);
}

function readOutcome(value: unknown): Outcome | undefined {
	if (value === undefined) return undefined;
	if (!isRecord(value)) return bad('outcome must be an object');
	if (value.kind === 'done') return { kind: 'done' };
	const { status, httpStatus, code, message } = value;
	if (value.kind === 'status' && typeof status === 'string') return { kind: 'status', status };
	if (
		value.kind === 'refused' &&
		isIntegerIn(httpStatus, 200, 599) &&
		typeof code === 'number' &&
		typeof message === 'string'
	) {
		return { kind: 'refused', httpStatus, code, message };
	}
	return bad('outcome is not one of done, status and refused');
}

function readSpec(value: unknown): TaskSpec {
	if (!isRecord(value)) return bad('a task must be an object');
	const { format } = value;
	if (format !== undefined && format !== 'png' && format !== 'jpeg') bad('format: png or jpeg');
	return {
		id: text(value, 'id'),
		queuedFor: number(value, 'queuedFor'),
		generatingFor: number(value, 'generatingFor'),
		outcome: readOutcome(value.outcome),
		images: whole(value, 'images'),
		width: whole(value, 'width', 1),
		height: whole(value, 'height', 1),
		format,
		bytes: whole(value, 'bytes'),
		prompt: text(value, 'prompt'),
		seed: whole(value, 'seed'),
	};
}

function readLimits(value: unknown): Limits {
	if (!isRecord(value)) return bad('limits must be an object');
	return {
		callsPerSecond: number(value, 'callsPerSecond', 1),
		atOnce: number(value, 'atOnce', 1),
		submitsAtOnce: number(value, 'submitsAtOnce', 1),
		retryAfter: number(value, 'retryAfter'),
	};
}

function addTasks(world: World, value: unknown): Answer {
	const many = isRecord(value) && 'count' in value ? value : { count: 1, spec: value };
	const count = whole(many, 'count', 1) ?? 1;
	const spec = readSpec(many.spec ?? {});
	const ids = Array.from({ length: count }, () => world.tasks.add(spec).id);
	return json(200, { ids });
}

/** Says what the next orders become: a benchmark then knows how long each portrait takes. */
function planOrders(world: World, value: unknown): Answer {
	if (!Array.isArray(value)) return bad('the tasks of the next orders must be a list');
	world.coming.push(...value.map(readSpec));
	return json(200, { ok: true });
}

/** Lets another process, such as a benchmark, arrange the sandbox it talks to. */
export async function answerControl(
	world: World,
	request: IncomingMessage,
	path: string,
): Promise<Answer> {
	const method = request.method ?? '';
	const body = parseJson((await readBody(request)).toString() || '{}');
	switch (`${method} ${path}`) {
		case 'POST /sandbox/tasks':
			return addTasks(world, body);
		case 'POST /sandbox/coming':
			return planOrders(world, body);
		case 'POST /sandbox/limits':
			world.limiter.set(readLimits(body));
			return json(200, { ok: true });
		case 'POST /sandbox/reset':
			world.reset();
			return json(200, { ok: true });
		case 'GET /sandbox/log':
			return json(200, world.log.entries);
		case 'GET /sandbox/orders':
			return json(200, world.orders);
		default:
			return nothingHere(method, path);
	}
}
