/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * The workflows of examples/ as a user imports them, with nothing changed but the task IDs. Those that make a portrait from a link
 * are in orders.test.ts, the agent is in agent.test.ts.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';

import { readExample, readExamples } from '../../../real-n8n/demo/examples';
import { sleep } from '../../../real-n8n/driver/process';
import { answer } from '../../../sandbox/faults/faults';
import { execute, fileOf, setUp, type Stage } from '../stage';

/** The task IDs that the examples hold, and the tasks of these tests that take their places. */
const FIRST = ['6682608976809320374', '7512345678901234561'] as const;
const SECOND = ['6682608976809320375', '7512345678901234562'] as const;
const UNKNOWN = ['1111111111111111111', '7512345678901234563'] as const;
const RESULT_NODE = 'Doubao Portrait Result';

let stage: Stage;

beforeAll(async () => {
	stage = await setUp({ submitted: { queuedFor: 300, generatingFor: 300 } });
	await stage.n8n.importWorkflows(readExamples(Object.fromEntries([FIRST, SECOND, UNKNOWN])));
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => await stage?.stop());

/** When the API was asked about a task (milliseconds). */
const askedAt = (taskId: string) =>
	stage.sandbox.log
		.filter((entry) => entry.endpoint === 'result' && entry.taskId === taskId)
		.map(({ at }) => at);

test('1: a task ID becomes an image file on disk', async () => {
	const taskId = stage.sandbox.addTask({ id: FIRST[1], queuedFor: 4_000, generatingFor: 1_000 });

	const execution = await execute(stage, readExample('1-task-id-to-file.json').id);

	expect(execution.error).toBeUndefined();
	const served = await stage.sandbox.imageBytes(taskId);
	const [result] = execution.items(RESULT_NODE);
	expect(result.json).toMatchObject({ task_id: taskId, status: 'done', completed: true });
	expect(result.binary?.data).toMatchObject({ fileName: `${taskId}.png`, mimeType: 'image/png' });
	expect(fileOf(stage, result).equals(served)).toBe(true);
	const saved = path.join(stage.n8n.filesFolder, `${taskId}.png`);
	expect(readFileSync(saved).equals(served)).toBe(true);
});

test('2: checks once, goes through IF and Wait, and checks again until the task has ended', async () => {
	const { sandbox } = stage;
	const taskId = sandbox.addTask({ id: FIRST[1], generatingFor: 3_600_000 });
	const asked = askedAt(taskId).length;
	// The task ends after the second check, however long n8n takes to start.
	sandbox.onEntry(({ endpoint }) => {
		if (endpoint === 'result' && askedAt(taskId).length === asked + 2)
			sandbox.addTask({ id: taskId });
	});

	const execution = await execute(stage, readExample('2-check-once-if-wait.json').id);

	expect(execution.error).toBeUndefined();
	const checks = execution.runs('Check Once').map(({ data }) => data?.main?.[0]?.[0].json);
	expect(checks).toEqual([
		expect.objectContaining({ task_id: taskId, status: 'generating', completed: false }),
		expect.objectContaining({ task_id: taskId, status: 'generating', completed: false }),
		expect.objectContaining({ task_id: taskId, status: 'done', completed: true }),
	]);
	expect(execution.runs('Wait 5 Seconds')).toHaveLength(2);
	const times = askedAt(taskId).slice(asked);
	expect(times).toHaveLength(3);
	expect(times[1] - times[0]).toBeGreaterThan(4_900);
	expect(times[2] - times[1]).toBeGreaterThan(4_900);
	const [ready] = execution.items('Portrait Is Ready');
	expect(fileOf(stage, ready).equals(await sandbox.imageBytes(taskId))).toBe(true);
});

test('3: finished portraits take one branch, failed tasks the other', async () => {
	const { sandbox } = stage;
	const good = [FIRST[1], SECOND[1]];
	for (const id of good) sandbox.addTask({ id, queuedFor: 2_000 });

	const execution = await execute(stage, readExample('3-batch-with-error-branch.json').id);

	expect(execution.error).toBeUndefined();
	const finished = execution.items('Finished Portraits');
	expect(finished.map(({ json }) => json.task_id)).toEqual(good);
	expect(finished.map(({ binary }) => binary?.data?.fileName)).toEqual(
		good.map((id) => `${id}.png`),
	);
	for (const [index, item] of execution.items(RESULT_NODE, 0).entries()) {
		expect(fileOf(stage, item).equals(await sandbox.imageBytes(good[index]))).toBe(true);
	}

	// n8n puts the row on top of the item that the task came in with, so its task_id is there as well.
	expect(execution.items(RESULT_NODE, 1).map(({ json }) => json)).toEqual([
		{
			task_id: UNKNOWN[1],
			error: expect.any(String),
			details: expect.objectContaining({ task_id: UNKNOWN[1], description: expect.any(String) }),
		},
	]);
	const [report] = execution.items('Report of Failures');
	expect(report.json.task_id).toBe(UNKNOWN[1]);
	expect(report.json.problem).toEqual(expect.stringMatching(/\w{3,}/));
	expect(report.json.what_to_do).toEqual(expect.stringMatching(/\w{3,}/));
});

test('none of these examples leaves a connection to the API open', () => {
	expect(stage.sandbox.openSockets()).toBe(0);
});

describe('for people outside n8n', () => {
	const REFUSED = { code: 50411, message: 'Pre Img Risk Not Pass' };
	let baseUrl: string;
	let telegram: Telegram;
	let photo: Buffer;

	beforeAll(async () => {
		const { n8n, sandbox } = stage;
		telegram = await startTelegram();
		const bot = readExample('10-telegram-bot.json').nodes.find(
			({ name }) => name === 'Send Portrait',
		);
		const reference = bot?.credentials?.telegramApi;
		if (!reference?.id) throw new Error('The example refers to no Telegram credential.');
		const data = { accessToken: telegram.token, baseUrl: telegram.baseUrl };
		await n8n.importCredentials([
			{ id: reference.id, name: reference.name, type: 'telegramApi', data },
		]);
		for (const file of [
			'9-form-photo-to-portrait.json',
			'10-telegram-bot.json',
			'11-choose-from-four.json',
		]) {
			await n8n.activate(readExample(file).id);
		}
		({ baseUrl } = await n8n.serve());
		photo = await sandbox.imageBytes(sandbox.addTask({ width: 640, height: 640 }));
	});
	afterAll(async () => await telegram?.stop());

	const uploaded = (wishes: string, file = photo): FormData => {
		const form = new FormData();
		form.set('field-0', new Blob([file], { type: 'image/png' }), 'me.png');
		form.set('field-1', wishes);
		return form;
	};
	/** The links of the pictures on a page. */
	const picturesOn = (page: string) =>
		[...page.matchAll(/<img src="([^"]+)"/g)].map(([, link]) => link);
	const bytesBehind = async (link: string) => Buffer.from(await (await fetch(link)).arrayBuffer());
	/** What is ordered and uploaded from now on. */
	const watched = () => {
		const { orders, log } = stage.sandbox;
		const before = { orders: orders.length, log: log.length };
		return {
			orders: () => orders.slice(before.orders),
			uploads: () => log.slice(before.log).filter(({ endpoint }) => endpoint === 'upload'),
		};
	};

	test('9: a form shows whoever uploads a photo its portrait', async () => {
		const seen = watched();

		const page = await fillIn(`${baseUrl}/form/portrait`, uploaded('As an oil painting'));

		const [{ taskId, body }, ...others] = seen.orders();
		expect(others).toEqual([]);
		expect(body.prompt).toBe('As an oil painting');
		expect((await bytesBehind(String(body.image_input))).equals(photo)).toBe(true);
		expect(page.html).toContain('Here is your portrait');
		const [picture, ...more] = picturesOn(page.html);
		expect(more).toEqual([]);
		expect((await bytesBehind(picture)).equals(await stage.sandbox.imageBytes(taskId))).toBe(true);
		await page.close();
	});

	test('9: the form says why there is no portrait', async () => {
		const seen = watched();

		const page = await fillIn(`${baseUrl}/form/portrait`, uploaded('', Buffer.from('no photo')));

		expect(page.html).toContain('There is no portrait');
		expect(page.html).toContain('is not an image');
		expect(picturesOn(page.html)).toEqual([]);
		expect([...seen.uploads(), ...seen.orders()]).toEqual([]);
		await page.close();
	});

	test('10: a bot answers a photo with its portrait', async () => {
		const seen = watched();
		const said = await telegram.send({ photo, caption: 'As an oil painting' });

		const [{ taskId, body }, ...others] = seen.orders();
		expect(others).toEqual([]);
		expect(body.prompt).toBe('As an oil painting');
		expect((await bytesBehind(String(body.image_input))).equals(photo)).toBe(true);
		expect(said).toEqual({ call: 'sendPhoto', chat: OWNER, photo: expect.any(Buffer) });
		expect(said.photo?.equals(await stage.sandbox.imageBytes(taskId))).toBe(true);
	});

	test('10: the bot says why there is no portrait, and which task was paid for', async () => {
		const { sandbox } = stage;
		const seen = watched();
		sandbox.inject({ endpoint: 'result', handle: answer(400, REFUSED), times: Infinity });

		const said = await telegram.send({ photo });

		const [{ taskId }, ...others] = seen.orders();
		expect(others).toEqual([]);
		expect(said).toMatchObject({ call: 'sendMessage', chat: OWNER, mode: 'HTML' });
		expect(said.text).toContain(REFUSED.message);
		expect(said.text).toContain(taskId);
	});

	test('10: the bot asks for a photo when there is none', async () => {
		const said = await telegram.send({ text: '/start' });

		expect(said).toMatchObject({ call: 'sendMessage', chat: OWNER });
		expect(said.text).toMatch(/^Send me a photo/);
	});

	test('10: the bot makes no portrait for a stranger, and tells the ID that would have to be let through', async () => {
		const seen = watched();
		const said = await telegram.send({ photo, from: STRANGER });

		expect(said).toMatchObject({ call: 'sendMessage', chat: STRANGER });
		expect(said.text).toContain(`user ID is ${STRANGER}`);
		expect([...seen.uploads(), ...seen.orders()]).toEqual([]);
	});

	test('11: four portraits of one upload are shown, and the chosen one is fetched', async () => {
		const { sandbox } = stage;
		const seen = watched();

		const choice = await fillIn(`${baseUrl}/form/choose-portrait`, uploaded('As an oil painting'));

		expect(seen.uploads()).toHaveLength(1);
		const orders = seen.orders();
		expect(orders).toHaveLength(4);
		const shown = picturesOn(choice.html);
		const images = await Promise.all(shown.map(bytesBehind));
		const made = await Promise.all(
			orders.map(async ({ taskId }) => await sandbox.imageBytes(taskId)),
		);
		const sorted = (all: Buffer[]) => all.map((one) => one.toString('base64')).sort();
		expect(sorted(images)).toEqual(sorted(made));

		const before = sandbox.log.length;
		const page = await choice.answer({ 'field-1': '3' });

		// Its file is downloaded, and of the others nothing.
		const asked = sandbox.log.slice(before).map(({ endpoint }) => endpoint);
		expect(asked).toEqual(['result', 'image']);
		expect(page.html).toContain('Here is your portrait');
		const [picture] = picturesOn(page.html);
		expect((await bytesBehind(picture)).equals(images[2])).toBe(true);
		expect(seen.orders()).toHaveLength(4);
		await page.close();
	});

	test('11: what was made of the four can be chosen when the others fail', async () => {
		const { sandbox } = stage;
		const seen = watched();
		sandbox.inject({ endpoint: 'submit', handle: answer(400, REFUSED), times: 3 });

		const choice = await fillIn(`${baseUrl}/form/choose-portrait`, uploaded('As a drawing'));

		const [{ taskId }, ...others] = seen.orders();
		expect(others).toEqual([]);
		const [picture, ...more] = picturesOn(choice.html);
		expect(more).toEqual([]);
		expect((await bytesBehind(picture)).equals(await sandbox.imageBytes(taskId))).toBe(true);
		const page = await choice.answer({ 'field-1': '1' });
		expect(picturesOn(page.html)).toHaveLength(1);
		await page.close();
	});

	test('11: the page says why when there is none to choose from', async () => {
		stage.sandbox.inject({ endpoint: 'submit', handle: answer(400, REFUSED), times: Infinity });

		const page = await fillIn(`${baseUrl}/form/choose-portrait`, uploaded('As a drawing'));

		expect(page.html).toContain('There is no portrait');
		expect(page.html).toContain(REFUSED.message);
		await page.close();
	});
});

/** A page of a form that waits for whoever is looking at it. */
interface FormPage {
	html: string;
	/** Fills it in, and gives the page behind it. */
	answer(fields: Record<string, string>): Promise<FormPage>;
	/** To be called on a last page, as its script does: the execution then ends. */
	close(): Promise<void>;
}

/** Fills in the first page of a form, as a browser does. n8n answers 404 until it has its forms ready. */
async function fillIn(address: string, form: FormData): Promise<FormPage> {
	while ((await fetch(address)).status === 404) await sleep(200);
	const response = await fetch(address, { method: 'POST', body: form });
	const { formWaitingUrl }: { formWaitingUrl: string } = JSON.parse(await response.text());
	return await nextPage(formWaitingUrl);
}

async function nextPage(address: string): Promise<FormPage> {
	await reaches(address, 'form-waiting');
	const html = await (await fetch(address)).text();
	return {
		html,
		async answer(fields) {
			const form = new FormData();
			for (const [name, value] of Object.entries(fields)) form.set(name, value);
			await fetch(address, { method: 'POST', body: form });
			return await nextPage(address);
		},
		async close() {
			await fetch(address, { method: 'POST' });
			await reaches(address, 'success');
		},
	};
}

/** Waits until the execution behind a form has this status. */
async function reaches(address: string, wanted: string): Promise<void> {
	const status = new URL(address);
	status.pathname += '/n8n-execution-status';
	for (;;) {
		const found = await (await fetch(status)).text();
		if (found === wanted) return;
		if (!['new', 'running', 'waiting', 'form-waiting'].includes(found)) {
			throw new Error(`The execution behind the form has the status ${found}.`);
		}
		await sleep(100);
	}
}

/** Telegram's user IDs: the one in the example, and another. */
const OWNER = '123456789';
const STRANGER = '987654321';

/** What a bot said to somebody. */
interface Said {
	call: string;
	chat: string;
	text?: string;
	/** How Telegram is to read the text. */
	mode?: string;
	photo?: Buffer;
}

interface Telegram {
	baseUrl: string;
	token: string;
	/** Sends the bot a message, and gives its answer. */
	send(message: { photo?: Buffer; caption?: string; text?: string; from?: string }): Promise<Said>;
	stop(): Promise<void>;
}

/** Telegram's Bot API on 127.0.0.1, as far as n8n's nodes call it. */
async function startTelegram(): Promise<Telegram> {
	const token = '1234:test-bot';
	let hook: { url: string; secret_token: string } | undefined;
	let photo: Buffer | undefined;
	let heard: ((said: Said) => void) | undefined;

	const answerTo = async (request: IncomingMessage): Promise<object> => {
		const call = new URL(request.url ?? '', 'http://telegram').pathname.replace(
			`/bot${token}/`,
			'',
		);
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const body = Buffer.concat(chunks);
		switch (call) {
			case 'getWebhookInfo':
				return { url: '' };
			case 'setWebhook':
				hook = JSON.parse(body.toString());
				return {};
			case 'getFile':
				return { file_path: 'photos/file_1.png' };
			case 'sendMessage': {
				const { chat_id: chat, text, parse_mode: mode } = JSON.parse(body.toString());
				heard?.({ call, chat: String(chat), text, mode });
				return {};
			}
			case 'sendPhoto': {
				const headers = { 'content-type': request.headers['content-type'] ?? '' };
				const form = await new Response(body, { headers }).formData();
				const file = form.get('photo');
				if (!(file instanceof Blob)) throw new Error('The bot sent no photo.');
				const chat = String(form.get('chat_id'));
				heard?.({ call, chat, photo: Buffer.from(await file.arrayBuffer()) });
				return {};
			}
			default:
				return {};
		}
	};
	const server = createServer((request, response) => {
		if (request.url === `/file/bot${token}/photos/file_1.png`) response.end(photo);
		else {
			void answerTo(request).then((result) => {
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify({ ok: true, result }));
			});
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		baseUrl: `http://127.0.0.1:${port}`,
		token,
		async send({ photo: sent, from = OWNER, ...words }) {
			// n8n makes itself known once it has its webhooks ready.
			while (!hook) await sleep(200);
			photo = sent;
			const sizes = ['small', 'medium', 'large'].map((name) => ({ file_id: name }));
			const message = {
				...words,
				...(sent ? { photo: sizes } : {}),
				from: { id: Number(from) },
				chat: { id: Number(from) },
			};
			const said = new Promise<Said>((resolve) => (heard = resolve));
			const headers = {
				'content-type': 'application/json',
				'x-telegram-bot-api-secret-token': hook.secret_token,
			};
			const body = JSON.stringify({ update_id: 1, message });
			const response = await fetch(hook.url, { method: 'POST', headers, body });
			expect(response.status).toBe(200);
			return await said;
		},
		async stop() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}
