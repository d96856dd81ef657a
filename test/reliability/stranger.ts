/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { createServer, type IncomingHttpHeaders } from 'node:http';

import { drawPicture } from '../support/photo';

/** A third host, to which redirects lead. It serves a picture to whoever comes, and remembers who came. */
export const stranger = {
	url: '',
	picture: Buffer.alloc(0),
	seen: [] as Array<{ url: string; headers: IncomingHttpHeaders }>,
};

/** Starts the third host; gives back what stops it. */
export async function startStranger(): Promise<() => Promise<void>> {
	stranger.picture = drawPicture();
	const server = createServer((request, response) => {
		stranger.seen.push({ url: request.url ?? '', headers: request.headers });
		response.writeHead(200, { 'content-type': 'image/png' }).end(stranger.picture);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('not listening on a port');
	stranger.url = `http://127.0.0.1:${address.port}/picture.png`;
	return async () => {
		await new Promise((resolve) => {
			server.close(resolve);
			server.closeAllConnections();
		});
	};
}
