/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { createServer, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A proxy of a few lines. */
export interface Proxy {
	url: string;
	/** What it was asked for, in order: `POST http://…` or `CONNECT host:port`. */
	seen: string[];
	/** The `Proxy-Authorization` of each. */
	authorizations: Array<string | undefined>;
	stop(): Promise<void>;
}

/** Starts an HTTP proxy on 127.0.0.1. */
export async function startProxy(): Promise<Proxy> {
	const seen: string[] = [];
	const authorizations: Array<string | undefined> = [];
	const tunnels = new Set<Socket>();
	const server: Server = createServer((incoming, response) => {
		const address = incoming.url ?? '';
		seen.push(`${incoming.method} ${address}`);
		authorizations.push(incoming.headers['proxy-authorization']);
		const headers = { ...incoming.headers };
		delete headers['proxy-authorization'];
		const onward = request(address, { method: incoming.method, headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		onward.on('error', () => response.destroy());
		incoming.pipe(onward);
	});
	server.on('connect', (incoming, socket, head) => {
		seen.push(`CONNECT ${incoming.url}`);
		authorizations.push(incoming.headers['proxy-authorization']);
		tunnels.add(incoming.socket);
		const [host, port] = (incoming.url ?? '').split(':');
		const onward = connect(Number(port), host, () => {
			socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			onward.write(head);
			onward.pipe(socket).pipe(onward);
		});
		onward.on('error', () => socket.destroy());
		socket.on('error', () => onward.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('not listening on a port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		seen,
		authorizations,
		async stop() {
			await new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
				for (const tunnel of tunnels) tunnel.destroy();
			});
		},
	};
}
