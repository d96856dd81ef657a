/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/** `npm run live`: finds out with a real key which assumptions about the API hold. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';

import { runLive } from './live';

async function ask(question: string): Promise<string> {
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	// After Ctrl+D there is no answer.
	const answer = await terminal.question(question).catch(() => '');
	terminal.close();
	return answer.trim();
}

void runLive({
	given: process.argv.slice(2),
	environment: process.env,
	folder: resolve(__dirname, '..', '.live'),
	say: (line) => console.log(line),
	ask: process.stdin.isTTY ? ask : undefined,
}).then((code) => (process.exitCode = code));
