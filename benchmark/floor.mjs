/**
 * The same work without n8n: fetch, and streams to disk. It is the floor, not a contestant: no retries, no checks of what came.
 * usage: node floor.mjs <line> <api> <key> <folder> <links|base64> <calls a second, 0 for no limit> <calls at once>
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const [line, api, key, folder, form, rate, atOnce] = process.argv.slice(2);
const PAUSE_BETWEEN_CHECKS = 1000;
const gap = Number(rate) > 0 ? 1000 / Number(rate) : 0;

let nextAt = 0;
async function turn() {
	const now = Date.now();
	nextAt = Math.max(now, nextAt) + gap;
	if (nextAt - gap > now) await sleep(nextAt - gap - now);
}

async function ask(taskId) {
	await turn();
	const response = await fetch(`${api}/doubao/drawing/portrait_result`, {
		method: 'POST',
		headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			task_id: taskId,
			...(form === 'links' ? { req_json: JSON.stringify({ return_url: true }) } : {}),
		}),
	});
	const { data } = await response.json();
	return data;
}

async function fetchTask(taskId) {
	let data = await ask(taskId);
	while (data.status !== 'done') {
		await sleep(PAUSE_BETWEEN_CHECKS);
		data = await ask(taskId);
	}
	const file = path.join(folder, `${taskId}.png`);
	if (form === 'base64') {
		await writeFile(file, Buffer.from(data.binary_data_base64[0], 'base64'));
	} else {
		const { body } = await fetch(data.image_urls[0]);
		await pipeline(Readable.fromWeb(body), createWriteStream(file));
	}
}

const tasks = await (await fetch(`${line}/start/floor`)).json();
const startTime = Date.now();
const waiting = tasks.map(({ task_id: taskId }) => taskId);
await Promise.all(
	Array.from({ length: Math.min(Number(atOnce), waiting.length) }, async () => {
		for (let taskId = waiting.shift(); taskId; taskId = waiting.shift()) await fetchTask(taskId);
	}),
);
const executionTime = Date.now() - startTime;
await fetch(`${line}/report/floor`, {
	method: 'POST',
	body: JSON.stringify({ nodes: { floor: [{ startTime, executionTime, files: tasks.length }] } }),
});
