/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { connect, createServer, type Server, type Socket } from 'node:net';

import { sleep, type IDataObject } from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { resetBeforeAnswer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { useBench } from '../support/bench';
import { bytesOf, runInEngine, type EngineResult } from '../support/engine';
import { useHaste } from '../support/hurry';
import { startProxy, type Proxy } from '../support/proxy';

const PHOTO = 'https://photos.example/anna.jpg';

const plain = useBench();
const secure = useBench({ tls: true });
let sandbox: Sandbox;
const servers: Server[] = [];
const sockets = new Set<Socket>();

useHaste(6);
beforeEach(async () => {
	sandbox = await startSandbox({ tls: true, submitted: { queuedFor: 0, generatingFor: 0 } });
});
afterEach(async () => {
	await sandbox.stop();
	for (const socket of sockets) socket.destroy();
	for (const server of servers.splice(0)) server.close();
});

/** A server that does to each connection what `onSocket` says; gives its port. */
async function serverThat(onSocket: (socket: Socket, count: number) => void): Promise<number> {
	let count = 0;
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		onSocket(socket, (count += 1));
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

async function submit(
	baseUrl: string,
	options: IDataObject = {},
	stopAt?: number,
): Promise<EngineResult> {
	const cancelWhen = stopAt === undefined ? undefined : sleep(stopAt);
	return await runInEngine({
		node: new DoubaoPortraitSubmit(),
		items: [{ json: {} }],
		parameters: {
			imageUrl: PHOTO,
			waitForCompletion: false,
			options: { allowUnauthorizedCerts: true, ...options },
		},
		credential: { apiKey: sandbox.key, baseUrl },
		settings: { onError: 'continueRegularOutput' },
		cancelWhen,
	});
}

/** Passes a connection on to the sandbox, as a tunnel does. */
function passOn(socket: Socket): void {
	const { port } = new URL(sandbox.baseUrl);
	const onward = connect(Number(port), '127.0.0.1');
	sockets.add(onward);
	onward.on('error', () => {});
	onward.pipe(socket).pipe(onward);
}

describe('a submit whose connection breaks before it is secured', () => {
	it.each<[string, (socket: Socket) => void]>([
		['is closed', (socket) => socket.end()],
		['is reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
	])('because it %s never arrived: it is sent again, once', async (_name, breakOff) => {
		const port = await serverThat((socket, count) =>
			count > 2 ? passOn(socket) : breakOff(socket),
		);
		const { success } = await submit(`https://127.0.0.1:${port}`);
		expect(success[0].json).toMatchObject({ task_id: sandbox.orders[0].taskId });
		expect(sandbox.orders).toHaveLength(1);
	});

	it('because nobody secures it within Request Timeout never arrived either', async () => {
		const port = await serverThat((socket, count) => {
			if (count > 1) passOn(socket);
		});
		const { success } = await submit(`https://127.0.0.1:${port}`, { requestTimeout: 0.5 });
		expect(success[0].json).toHaveProperty('task_id');
		expect(sandbox.orders).toHaveLength(1);
	});

	it('is told from one that breaks afterwards, which may have arrived', async () => {
		sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		const { success } = await submit(sandbox.baseUrl);
		expect(success[0].json.error).toContain('may have been taken');
		expect(sandbox.orders).toHaveLength(1);
	});
});

describe('a proxy that opens no tunnel', () => {
	const PAGE = '<html>denied</html>';
	const refusing = async (status: number, page = PAGE): Promise<string> => {
		const port = await serverThat((socket) => {
			socket.once('data', () =>
				socket.end(
					`HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
				),
			);
		});
		return `http://127.0.0.1:${port}`;
	};

	it.each([
		[407, PAGE],
		[403, PAGE],
		[503, PAGE],
		[503, '{"error":"upstream not available"}'],
		[403, '{"message":"denied"}'],
		[403, ''],
		[401, '{"message":"who are you"}'],
		[302, ''],
	])('with HTTP status %i and %j is named, and nothing was submitted', async (status, page) => {
		const proxy = await refusing(status, page);
		const { success } = await submit(sandbox.baseUrl, { proxy });
		const { error, details } = success[0].json;
		expect(error).toContain(`The proxy ${new URL(proxy).host} did not let the request through`);
		expect(error).toContain(`HTTP status ${status}`);
		expect(JSON.stringify(details)).toContain('No portrait was billed');
		expect(JSON.stringify({ error, details })).not.toMatch(/may have been|API Key/);
		expect(sandbox.log).toEqual([]);
	});

	it('because of a limit, and then without a reason, leaves no doubt either', async () => {
		const port = await serverThat((socket, count) => {
			const status = count === 1 ? 429 : 503;
			socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
		});
		const { success } = await submit(sandbox.baseUrl, { proxy: `http://127.0.0.1:${port}` });
		expect(success[0].json.details).toMatchObject({ submitted: 'no' });
	});

	it('and later does is no hindrance: one task', async () => {
		const port = await serverThat((socket, count) => {
			socket.once('data', () => {
				if (count < 3) return socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n');
				socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
				return passOn(socket);
			});
		});
		const { success } = await submit(sandbox.baseUrl, { proxy: `http://127.0.0.1:${port}` });
		expect(success[0].json).toHaveProperty('task_id');
		expect(sandbox.orders).toHaveLength(1);
	});

	it('is named by Doubao Portrait Result as well', async () => {
		const proxy = await refusing(407);
		const { success } = await runInEngine({
			node: new DoubaoPortraitResult(),
			items: [{ json: { task_id: sandbox.addTask() } }],
			parameters: { options: { allowUnauthorizedCerts: true, proxy } },
			credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(success[0].json.error).toContain('The proxy 127.0.0.1');
		expect(JSON.stringify(success[0].json.details)).toContain("option 'Proxy'");
	});
});

describe('the option Proxy', () => {
	let proxy: Proxy;
	beforeEach(async () => {
		proxy = await startProxy();
	});
	afterEach(async () => await proxy.stop());

	it('takes calls and downloads', async () => {
		const taskId = plain.task();
		const row = await plain.rowOf(taskId, { options: { proxy: proxy.url } });
		expect(await bytesOf(row)).toEqual(await plain.sandbox.imageBytes(taskId));
		expect(proxy.seen).toEqual([
			expect.stringContaining(`${plain.sandbox.baseUrl}/doubao/drawing/portrait_result`),
			expect.stringContaining(`${plain.sandbox.imageBaseUrl}/`),
		]);
	});

	it('gives the proxy its user and password, and the API never those', async () => {
		const url = proxy.url.replace('http://', 'http://anna:p%40ss@');
		await plain.rowOf(plain.task(), { parameters: { output: 'url' }, options: { proxy: url } });
		expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('anna:p@ss').toString('base64')}`]);
		const [{ headers }] = plain.log('result');
		expect(headers.authorization).toBe(`Bearer ${plain.sandbox.key}`);
	});

	it('works for a host with TLS', async () => {
		const taskId = secure.task();
		const row = await secure.rowOf(taskId, {
			options: { proxy: proxy.url, allowUnauthorizedCerts: true },
		});
		expect(await bytesOf(row)).toEqual(await secure.sandbox.imageBytes(taskId));
		expect(proxy.seen).toHaveLength(2);
		expect(proxy.seen.every((line) => line.startsWith('CONNECT 127.0.0.1:'))).toBe(true);
		await secure.closed();
	});

	it('that nobody serves is a message about the connection, without its password', async () => {
		const { message, description } = await plain.failureOf({
			tasks: [plain.task()],
			options: { proxy: 'http://anna:secret-password@127.0.0.1:1', maxWait: 1 },
		});
		expect(message).toMatch(/the connection was refused/);
		expect(message + description).not.toContain('secret-password');
		expect(plain.log()).toEqual([]);
	});
});

describe('a host that cannot be reached', () => {
	it('at any of its addresses is told from one that is slow, and nothing was submitted', async () => {
		const { task } = await submit('http://localhost:9', {}, 400);
		expect(task.error?.message).toBe('The execution was canceled');
		expect(sandbox.log).toEqual([]);
	});
});
