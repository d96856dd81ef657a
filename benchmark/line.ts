/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/**
 * The starting and finishing line. n8n takes seconds to start, so the tasks begin only when a workflow asks for them
 * (`GET /start/<runner>`). When n8n has ended and saved the execution, reportRun.cjs says so (`POST /report/<runner>`),
 * and the peak of its memory is read: before n8n's command line prints the execution, which a server never does.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';

/** What n8n recorded about one run of one node. */
export interface NodeRun {
	/** Milliseconds since 1970. */
	startTime: number;
	/** Milliseconds. */
	executionTime: number;
	/** Items that came out with a file. */
	files: number;
}

export interface Report {
	/** Why the execution failed. */
	error?: string;
	/** By the node's name; a node in a loop runs more than once. */
	nodes: Record<string, NodeRun[]>;
}

export interface Runner {
	/** Makes the tasks; resolves with the items that the workflow gets. */
	onStart: () => Promise<Array<Record<string, string>>>;
	onReport: (report: Report) => void;
}

export class Line {
	private readonly runners = new Map<string, Runner>();

	private constructor(
		private readonly server: Server,
		/** No trailing slash. */
		readonly baseUrl: string,
	) {
		server.on('request', (request, response) => {
			this.answer(request).then(
				(body) => {
					response.setHeader('content-type', 'application/json');
					response.end(JSON.stringify(body));
				},
				(error: unknown) => {
					response.statusCode = 500;
					response.end(String(error));
				},
			);
		});
	}

	static async open(): Promise<Line> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const port = typeof address === 'object' && address ? address.port : 0;
		return new Line(server, `http://127.0.0.1:${port}`);
	}

	/** From now on, `name` is this run. */
	expect(name: string, runner: Runner): void {
		this.runners.set(name, runner);
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}

	private async answer(request: IncomingMessage): Promise<object> {
		const [, event, name] = (request.url ?? '').split('/');
		const runner = this.runners.get(name);
		if (!runner) throw new Error(`Nobody expects ${request.url}`);
		if (event === 'start') return await runner.onStart();
		if (event === 'report') runner.onReport((await json(request)) as Report);
		return {};
	}
}
