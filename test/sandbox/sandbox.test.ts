import { TEST_CERTIFICATE } from '../../sandbox/server/certificate';
import { parseJson } from '../../sandbox/server/guards';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import {
	dataOf,
	fetchResult,
	forEachTest,
	listOf,
	post,
	RESULT,
	send,
	SUBMIT,
	upload,
	type Reply,
} from './client';
import { isRecord } from '../support/isRecord';

let sandbox: Sandbox;

forEachTest((started) => (sandbox = started));

function codeOf(reply: Reply): [number, unknown] {
	return [reply.status, reply.json.code];
}

describe('the result endpoint', () => {
	it('refuses a missing or wrong key before it looks at anything else', async () => {
		for (const [authorization, message] of [
			['', 'Missing 302 Apikey'],
			[sandbox.key, 'Missing 302 Apikey'],
			['Bearer sk-test-wrong', 'Invalid 302 Apikey'],
		]) {
			const reply = await post(sandbox, RESULT, 'no JSON', { headers: { authorization } });
			expect(reply.status).toBe(401);
			expect(reply.json.error).toMatchObject({ err_code: -10001, message });
		}
	});

	it.each([
		['no JSON', '{"task_id":'],
		['no task ID', {}],
		['a number as task ID', { task_id: 6682608976809320000 }],
		['req_json as an object', { task_id: '1', req_json: { return_url: true } }],
	])('refuses %s as invalid input', async (_what, body) => {
		expect(codeOf(await post(sandbox, RESULT, body))).toEqual([400, 50215]);
	});

	it.each([
		[{ logo_info: { add_logo: 'yes' } }, /add_logo/],
		[{ logo_info: { add_logo: true, position: 4 } }, /position/],
		[{ logo_info: { add_logos: true } }, /add_logos/],
		[{ aigc_meta: { content_producer: 'someone' } }, /producer_id/],
	])('refuses the setting %j and names it', async (settings, names) => {
		const reply = await fetchResult(sandbox, sandbox.addTask(), settings);
		expect(codeOf(reply)).toEqual([400, 50200]);
		expect(reply.json.message).toMatch(names);
	});

	it('does not find an unknown task', async () => {
		const reply = await fetchResult(sandbox, '6682608976809320374');
		expect(codeOf(reply)).toEqual([200, 10000]);
		expect(dataOf(reply).status).toBe('not_found');
	});

	it('lets a task queue, be generated and be done as time passes', async () => {
		let now = 1000;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		const task = sandbox.addTask({ queuedFor: 100, generatingFor: 50 });
		const seen: unknown[] = [];
		for (now of [1000, 1099, 1100, 1149, 1150]) {
			seen.push(dataOf(await fetchResult(sandbox, task, { return_url: true })).status);
		}
		expect(seen).toEqual(['in_queue', 'in_queue', 'generating', 'generating', 'done']);
		expect(sandbox.log.map((entry) => entry.taskStatus)).toEqual(seen);
	});

	it('ends a task the way it was told', async () => {
		const expired = sandbox.addTask({ outcome: { kind: 'status', status: 'expired' } });
		const message = 'Post Text Risk Not Pass';
		const refused = sandbox.addTask({
			outcome: { kind: 'refused', httpStatus: 400, code: 50413, message },
		});
		expect(dataOf(await fetchResult(sandbox, expired)).status).toBe('expired');
		const reply = await fetchResult(sandbox, refused);
		expect(codeOf(reply)).toEqual([400, 50413]);
		expect(reply.json).toMatchObject({ data: null, message, status: 50413 });
	});

	it('answers with links when either way of asking is used, and with base64 otherwise', async () => {
		const task = sandbox.addTask({ images: 2 });
		const asked = await fetchResult(sandbox, task, { return_url: true });
		const byQuery = await fetchResult(sandbox, task, undefined, '?response_format=url');
		const plain = await fetchResult(sandbox, task);

		const links = listOf(dataOf(asked).image_urls);
		expect(links).toHaveLength(2);
		expect(dataOf(byQuery).image_urls).toEqual(links);
		expect(dataOf(plain).image_urls).toBeNull();
		const files = listOf(dataOf(plain).binary_data_base64);
		for (const [index, link] of links.entries()) {
			const image = await send(link);
			expect(image.headers['content-type']).toBe('image/png');
			expect(image.headers['content-length']).toBe(String(image.body.length));
			expect(image.body.equals(await sandbox.imageBytes(task, index))).toBe(true);
			expect(image.body.toString('base64')).toBe(files[index]);
		}
		expect(files[0]).not.toBe(files[1]);
	});

	it('tells what was generated in JSON within JSON within JSON', async () => {
		const task = sandbox.addTask({ prompt: '长出胡子', seed: 7, width: 600, height: 520 });
		const reply = await fetchResult(sandbox, task, { return_url: true });
		const inner = parseJson(String(dataOf(reply).resp_data));
		const log = isRecord(inner) ? parseJson(String(inner.log_output)) : undefined;
		expect(log).toMatchObject({
			infer_ctx: { params: { ori_prompt: '长出胡子', seed: 7, width: 600, height: 520 } },
			pe_result: expect.stringContaining('长出胡子'),
		});
		expect(reply.json.request_id).toMatch(/^\d{14}[0-9A-F]{20}$/);
		expect(reply.json.time_elapsed).toMatch(/^[\d.]+ms$/);
	});
});

describe('the submit endpoint', () => {
	const order = { image_input: 'https://example.com/photo.jpg', prompt: 'in the snow' };

	it('takes an order and makes a task of it', async () => {
		const reply = await post(sandbox, SUBMIT, { ...order, gen_mode: 'creative', gpen: 0.3 });
		const taskId = String(dataOf(reply).task_id);
		expect(codeOf(reply)).toEqual([200, 10000]);
		expect(taskId).toMatch(/^\d{19}$/);
		expect(sandbox.orders).toMatchObject([{ taskId, body: order }]);
		expect(dataOf(await fetchResult(sandbox, taskId)).status).toBe('in_queue');
	});

	it('makes of the next orders what it was told, one after the other', async () => {
		sandbox.coming.push({ outcome: { kind: 'status', status: 'expired' } }, { images: 2 });
		const statuses: unknown[] = [];
		for (let count = 0; count < 3; count += 1) {
			const taskId = dataOf(await post(sandbox, SUBMIT, order)).task_id;
			statuses.push(dataOf(await fetchResult(sandbox, taskId)).status);
		}
		expect(statuses).toEqual(['expired', 'done', 'in_queue']);
	});

	it.each([
		[{ image_input: 'data:image/png;base64,AAAA' }, /image_input/],
		[{ prompt: 'x'.repeat(801) }, /^prompt can not be more than 800 chars$/],
		[{ width: 511 }, /width/],
		[{ gpen: 0.25 }, /gpen/],
		[{ gen_mode: 'auto' }, /gen_mode/],
		[{ return_url: true }, /return_url/],
	])('refuses %j and takes no order', async (change, names) => {
		const reply = await post(sandbox, SUBMIT, { ...order, ...change });
		expect(codeOf(reply)).toEqual([400, 50200]);
		expect(reply.json.message).toMatch(names);
		expect(sandbox.orders).toHaveLength(0);
	});
});

describe('a photo link that 302.AI could not open', () => {
	it.each([
		'https://photos.invalid/anna.jpg',
		'http://127.0.0.1:5678/anna.jpg',
		'http://localhost/anna.jpg',
		'https://example.com/anna.html',
	])('is refused with the code of the API: %s', async (image_input) => {
		const reply = await post(sandbox, SUBMIT, { image_input });
		expect([reply.status, reply.json.error]).toMatchObject([400, { err_code: -10016 }]);
		expect(sandbox.orders).toHaveLength(0);
	});
});

describe('the other endpoints', () => {
	it('keep an uploaded image and serve the same bytes', async () => {
		const photo = await sandbox.imageBytes(sandbox.addTask({ bytes: 300_000 }));
		const reply = await upload(sandbox, photo);
		expect(reply).toMatchObject({ code: 200, message: 'success' });
		const served = await send(String(reply.data));
		expect(served.headers['content-type']).toBe('image/png');
		expect(served.body.equals(photo)).toBe(true);
		expect(sandbox.log[0].body).toMatch(/^30\d{4} bytes$/);
	});

	it('refuse an upload that is no image, or in no field named file', async () => {
		const text = await upload(sandbox, Buffer.from('just text'));
		const elsewhere = await upload(sandbox, Buffer.from('x'), 'photo');
		expect(text.error).toMatchObject({ err_code: -10009 });
		expect(elsewhere.error).toMatchObject({ err_code: -10011 });
	});

	it('answer an unknown address with 404 in JSON', async () => {
		const reply = await post(sandbox, '/doubao/drawing/nothing', {});
		expect(reply.status).toBe(404);
		expect(reply.json.error).toMatchObject({ err_code: -10010 });
	});
});

it('serves both hosts over TLS with its own certificate', async () => {
	const secure = await startSandbox({ tls: true });
	const url = `${secure.baseUrl}/v1/models`;
	expect(url).toMatch(/^https:/);
	await expect(send(url)).rejects.toThrow(/self.signed/i);
	expect((await send(url, { ca: TEST_CERTIFICATE })).status).toBe(401);
	expect((await send(secure.imageBaseUrl, { ca: TEST_CERTIFICATE })).status).toBe(404);
	await secure.stop();
	expect(secure.openSockets()).toBe(0);
});
