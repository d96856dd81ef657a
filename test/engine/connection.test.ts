/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { connect, createServer, type Server, type Socket } from 'node:net';

import { sleep, type IDataObject } from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { answer, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { runInEngine, type EngineResult } from '../support/engine';

const PHOTO = 'https://photos.example/anna.jpg';

let sandbox: Sandbox;
const servers: Server[] = [];
const sockets = new Set<Socket>();

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
	const refusing = async (status: number, page = '<html>denied</html>'): Promise<string> => {
		const port = await serverThat((socket) => {
			socket.once('data', () =>
				socket.end(
					`HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
				),
			);
		});
		return `http://127.0.0.1:${port}`;
	};

	it.each([407, 403, 503])(
		'with HTTP status %i is named, and nothing was submitted',
		async (status) => {
			const proxy = await refusing(status);
			const { success } = await submit(sandbox.baseUrl, { proxy });
			const { error, details } = success[0].json;
			expect(error).toContain(`The proxy ${new URL(proxy).host} did not let the request through`);
			expect(error).toContain(`HTTP status ${status}`);
			expect(JSON.stringify(details)).toContain('No portrait was billed');
			expect(JSON.stringify({ error, details })).not.toMatch(/may have been|API Key/);
			expect(sandbox.log).toEqual([]);
		},
	);

	it.each([
		[503, '{"error":"upstream not available"}'],
		[403, '{"message":"denied"}'],
		[401, '{"message":"who are you"}'],
		[302, ''],
	])('with HTTP status %i and %j is named too, and nothing was submitted', async (status, body) => {
		const proxy = await refusing(status, body);
		const { success } = await submit(sandbox.baseUrl, { proxy });
		const { error, details } = success[0].json;
		expect(error).toContain(`The proxy ${new URL(proxy).host} did not let the request through`);
		expect(JSON.stringify({ error, details })).not.toMatch(/may have been|API Key/);
		expect(sandbox.log).toEqual([]);
	});

	it('without a word in its answer is named too', async () => {
		const proxy = await refusing(403, '');
		const { success } = await submit(sandbox.baseUrl, { proxy });
		expect(success[0].json.error).toContain('The proxy 127.0.0.1');
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

describe('a host that cannot be reached', () => {
	it('at any of its addresses is told from one that is slow, and nothing was submitted', async () => {
		const { task } = await submit('http://localhost:9', {}, 1200);
		expect(task.error?.message).toBe('The execution was canceled');
		expect(sandbox.log).toEqual([]);
	});
});

it('one page of a firewall among forty submits fails one item', async () => {
	const page =
		'<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>';
	sandbox.inject({ endpoint: 'submit', skip: 7, handle: answer(403, page) });
	const { success } = await runInEngine({
		node: new DoubaoPortraitSubmit(),
		items: Array.from({ length: 40 }, (_, index) => ({ json: { index } })),
		parameters: {
			imageUrl: '=https://photos.example/{{ $json.index }}.jpg',
			waitForCompletion: false,
			options: { allowUnauthorizedCerts: true },
		},
		credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl },
		settings: { onError: 'continueRegularOutput' },
	});
	const failures = success.filter(({ json }) => 'error' in json);
	expect(sandbox.orders).toHaveLength(39);
	expect(failures).toHaveLength(1);
	expect(failures[0].json.error).toContain('Attention Required! | Cloudflare');
	expect(JSON.stringify(failures[0].json.details)).toMatch(/firewall, a proxy/);
});
