/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
import { parseArgs } from 'node:util';

import { startSandbox } from './sandbox';
import type { LogEntry } from './types';

const HELP = `The 302.AI sandbox: a stand-in for the API on 127.0.0.1.

  --port <n>        port of the API (8302)
  --image-port <n>  port of the image host (8303)
`;

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '8302' },
		'image-port': { type: 'string', default: '8303' },
		help: { type: 'boolean' },
	},
});

function describe(entry: LogEntry): string {
	const seconds = (entry.at / 1000).toFixed(1).padStart(7);
	const outcome =
		entry.status > 0 ? String(entry.status) : entry.abandonedAt === undefined ? 'cut' : 'left';
	const took =
		entry.finishedAt === undefined ? '' : `${Math.round(entry.finishedAt - entry.at)} ms`;
	const path = entry.path.length > 60 ? `${entry.path.slice(0, 57)}...` : entry.path;
	const details = [entry.taskId, entry.taskStatus, took].filter(Boolean).join('  ');
	return `${seconds}s  ${outcome.padEnd(4)} ${entry.method.padEnd(4)} ${path}  ${details}`;
}

async function main(): Promise<void> {
	if (values.help) {
		console.log(HELP);
		return;
	}
	const sandbox = await startSandbox({
		port: Number(values.port),
		imagePort: Number(values['image-port']),
	});
	const finished = sandbox.addTask({
		width: 1024,
		height: 1024,
		seed: 366947886,
		prompt: '特写肖像,暖色调,柔和光影',
	});
	const generating = sandbox.addTask({
		generatingFor: 15_000,
		seed: 21,
		prompt: 'A happy portrait',
	});
	const failed = sandbox.addTask({
		outcome: { kind: 'refused', httpStatus: 400, code: 50413, message: 'Post Text Risk Not Pass' },
	});
	console.log(`The 302.AI sandbox is ready. Ctrl+C stops it.

  Base URL    ${sandbox.baseUrl}
  API key     ${sandbox.key}
  Image host  ${sandbox.imageBaseUrl}

  Tasks       ${finished}  finished
              ${generating}  still generating for 15 seconds
              ${failed}  failed: its prompt did not pass the review
`);
	sandbox.onEntry((entry) => console.log(describe(entry)));
	const stop = () => void sandbox.stop();
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
