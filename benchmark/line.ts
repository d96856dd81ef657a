/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * The starting and finishing line. n8n takes seconds to start, so the tasks begin only when the workflow asks for them
 * (`GET /start`). When n8n has ended and saved the execution, reportRun.cjs says so (`POST /report`): before n8n's command
 * line prints the execution, which a server never does.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** What reportRun.cjs says about an execution. Times are milliseconds since 1970. */
export interface Report {
	/** Why it failed. */
	error?: string;
	startedAt: number;
	endedAt: number;
	/** Items that came out with a file. */
	files: number;
}

/** @param onStart makes the items that the workflow gets. */
export async function openLine(
	port: number,
	onStart: () => object[],
	onReport: (report: Report) => void,
): Promise<Server> {
	const answer = async (request: IncomingMessage): Promise<object> => {
		if (request.url === '/start') return onStart();
		const report: Report = JSON.parse(await text(request));
		onReport(report);
		return {};
	};
	const server = createServer((request, response) => {
		response.setHeader('content-type', 'application/json');
		void answer(request).then((body) => response.end(JSON.stringify(body)));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return server;
}
