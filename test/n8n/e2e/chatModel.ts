/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** A chat model on 127.0.0.1 that speaks OpenAI's chat-completions API and says what a script tells it to. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the model does next: it calls tools, or says its final words. */
export type Turn = { calls: Array<{ tool: string; given: object }> } | { say: string };

/** Decides on the next turn from what the tools have answered so far. */
export type Script = (toolAnswers: string[]) => Turn;

/** A tool as the model gets to know it. */
export interface OfferedTool {
	name: string;
	description: string;
	parameters: {
		properties: Record<string, { type?: string; description?: string }>;
		required?: string[];
	};
}

interface ChatRequest {
	model: string;
	stream?: boolean;
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{ function: OfferedTool }>;
}

export interface ChatModel {
	/** For the credential of an OpenAI Chat Model. */
	baseUrl: string;
	/** Follows another script from now on, and forgets what was asked before. */
	follow(script: Script): void;
	/** Everything it was asked, in order. */
	requests: ChatRequest[];
	/** What the tools had answered when the model was last asked. */
	toolAnswers(): string[];
	/** The tools of the last request, by name. */
	tools(): Record<string, OfferedTool>;
	stop(): Promise<void>;
}

export async function startChatModel(): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	let script: Script = () => ({ say: 'Nothing to do.' });
	const toolAnswers = () => toolAnswersIn(requests.at(-1));

	const server = createServer((request, response) => {
		void readJson(request).then((asked: ChatRequest) => {
			requests.push(asked);
			answer(response, asked, script(toolAnswers()), requests.length);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests,
		follow(next) {
			script = next;
			requests.length = 0;
		},
		toolAnswers,
		tools: () =>
			Object.fromEntries(
				(requests.at(-1)?.tools ?? []).map((tool) => [tool.function.name, tool.function]),
			),
		async stop() {
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
}

function toolAnswersIn(request: ChatRequest | undefined): string[] {
	return (request?.messages ?? []).flatMap(({ role, content }) =>
		role === 'tool' ? [typeof content === 'string' ? content : JSON.stringify(content)] : [],
	);
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
	let text = '';
	for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
	const body: ChatRequest = JSON.parse(text);
	return body;
}

/** n8n asks for streams only where somebody watches the chat, which no test does. */
function answer(response: ServerResponse, asked: ChatRequest, turn: Turn, number: number): void {
	const send = (status: number, body: object) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(body));
	};
	if (asked.stream) {
		send(400, { error: { message: 'The chat model of the tests does not stream' } });
		return;
	}
	const message =
		'say' in turn
			? { role: 'assistant', content: turn.say }
			: {
					role: 'assistant',
					content: null,
					tool_calls: turn.calls.map(({ tool, given }, index) => ({
						id: `call_${number}_${index}`,
						type: 'function',
						function: { name: tool, arguments: JSON.stringify(given) },
					})),
				};
	send(200, {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: 1_700_000_000,
		model: asked.model,
		choices: [{ index: 0, message, finish_reason: 'say' in turn ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	});
}
