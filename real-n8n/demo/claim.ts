/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * One demo at a time in a folder: two n8n on one database would get into each other's way. Whoever has the folder listens on a
 * local socket, which ends with its process however that ends; a file with a PID would say after a kill -9 that it still runs.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** How long a demo may take to say its PID; one that was suspended with Ctrl+Z says nothing (milliseconds). */
const ANSWER_WITHIN = 1_000;

/** Takes the folder for this process, or fails when a demo runs in it. Returns how to give it back. */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
	const address = addressFor(folder);
	const server = createServer((socket) => {
		socket.on('error', () => {});
		socket.end(String(process.pid));
	});
	if (!(await listens(server, address))) {
		const owner = await ownerAt(address);
		if (owner !== undefined) {
			throw new Error(
				`The demo is already running${owner && `, as process ${owner}`}. End it first: with Ctrl+C in its terminal` +
					`${owner && `, or with kill ${owner}`}.`,
			);
		}
		// A demo that was killed leaves the socket's name behind, without anybody who listens.
		rmSync(address, { force: true });
		if (!(await listens(server, address))) {
			throw new Error(
				`Could not find out whether the demo is already running: ${address} is in use.`,
			);
		}
	}
	server.unref();
	return async () => await new Promise((resolve) => server.close(() => resolve()));
}

/** In the folder for temporary files: the path of a socket may have about 100 characters only. */
function addressFor(folder: string): string {
	const name = `demo-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
	return process.platform === 'win32'
		? `\\\\.\\pipe\\${name}`
		: path.join(tmpdir(), `${name}.sock`);
}

/** False when the address is taken, be it by a process that has gone. */
async function listens(server: Server, address: string): Promise<boolean> {
	return await new Promise((resolve, reject) => {
		const refuse = (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') resolve(false);
			else reject(error);
		};
		server.once('error', refuse);
		server.listen(address, () => {
			server.off('error', refuse);
			resolve(true);
		});
	});
}

/** The PID of whoever listens there, empty when it does not say; undefined when nobody listens. */
async function ownerAt(address: string): Promise<string | undefined> {
	return await new Promise((resolve) => {
		let connected = false;
		let said = '';
		const socket = createConnection(address, () => (connected = true));
		socket.setEncoding('utf8').on('data', (text: string) => (said += text));
		socket.setTimeout(ANSWER_WITHIN, () => socket.destroy());
		socket.on('error', () => {});
		socket.on('close', () => resolve(connected ? said : undefined));
	});
}
