/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import {
	createServer as createPlainServer,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';

import { TEST_CERTIFICATE, TEST_KEY } from './certificate';

export interface Host {
	baseUrl: string;
	openSockets(): number;
	/** Whether the other side hung up first; a socket that a fault destroyed here does not count. */
	leftByClient(socket: Socket): boolean;
	close(): Promise<void>;
}

function portOf(address: AddressInfo | string | null): number {
	if (address === null || typeof address === 'string') throw new Error('not listening on a port');
	return address.port;
}

export async function openHost(
	answer: (request: IncomingMessage, response: ServerResponse, host: Host) => void,
	options: { port?: number; tls?: boolean },
): Promise<Host> {
	const sockets = new Set<Socket>();
	const left = new WeakSet<Socket>();
	const server = options.tls
		? createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE })
		: createPlainServer();
	// Above what clients keep idle connections for, or a client would now and then reuse one as it closes here.
	server.keepAliveTimeout = 75_000;

	// Before node's own listener, which ends our side too: a client that answers our end has not left by itself.
	function watchForLeaving(socket: Socket): void {
		socket.prependListener('end', () => {
			if (!socket.writableEnded) left.add(socket);
		});
		socket.on('error', () => left.add(socket));
	}
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		watchForLeaving(socket);
	});
	// Over TLS, requests come through a second socket object on top of the first.
	server.on('secureConnection', watchForLeaving);

	await listen(server, options.port ?? 0);
	const host: Host = {
		baseUrl: `${options.tls ? 'https' : 'http'}://127.0.0.1:${portOf(server.address())}`,
		openSockets: () => sockets.size,
		leftByClient: (socket) => left.has(socket),
		async close() {
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			});
			// Their own close events come a little later than the server's.
			sockets.clear();
		},
	};
	server.on('request', (request, response) => answer(request, response, host));
	return host;
}

async function listen(server: Server, port: number): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			resolve();
		});
	});
}
