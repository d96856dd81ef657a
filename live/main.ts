/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error, no-console -- never shipped */
/**
 * `npm run live`: finds out with a real key which assumptions about the API hold. It says what it may cost and asks before it sends
 * anything that costs money.
 */
import 'reflect-metadata';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

import {
	calls,
	credential,
	failures,
	imageFormat,
	link as links,
	photoLink,
	taskId as taskIds,
} from './built';
import type { Plan } from './checks';
import { lineOf, PAGE, sumOf, writeReport } from './page';
import { FIXTURES, Redaction } from './record';

const ROOT = resolve(__dirname, '..');
const HELP = `Checks with your key what this package assumes about 302.AI. It needs AI302_API_KEY in the environment;
AI302_BASE_URL is another address of the API (https://api.302ai.cn in mainland China).

npm run live -- [options]

  --photo <file or link>   the photo of one real person that the portrait is made of
  --task-id <ID>           use a finished portrait of the last 12 hours, and submit none
  --api-path <path>        try another path of the call that submits (${calls.SUBMIT_PATH})
  --yes                    spend the money without being asked
`;
const WHY_PHOTO = `The portrait is made of a photo of one real person: 302.AI takes the face from it, so none can be made up here.
Take one of yourself, or of somebody who agrees. It goes to 302.AI and nowhere else.`;

/** Milliseconds. */
const PAUSE = 3000;
const LONGEST_WAIT = 300_000;

/** In PTC, 302.AI's unit of credit, which is one US dollar. Source: 302.AI's pages. */
const PORTRAIT = 0.05;
const UPLOAD = 0.001;

/** What is wrong with how the command was called. */
class Misuse extends Error {}

async function main(): Promise<number> {
	const values = readArguments();
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const { AI302_API_KEY: apiKey, AI302_BASE_URL: baseUrl = 'https://api.302.ai' } = process.env;
	if (!apiKey) throw new Misuse(`AI302_API_KEY is not set.\n\n${HELP}`);
	const access = credential.readCredential({ apiKey, baseUrl });
	const apiPath = values['api-path'];
	if (!apiPath.startsWith('/')) throw new Misuse('--api-path must begin with /');
	const taskId =
		values['task-id'] === undefined ? undefined : taskIds.readTaskId(values['task-id']);

	const given = values.photo ?? (taskId === undefined ? await askForPhoto() : undefined);
	const photo = given === undefined ? undefined : readPhoto(given, access.baseUrl);
	const plan: Plan = { photo, taskId, apiPath, pause: PAUSE, longestWait: LONGEST_WAIT };
	sayPrice(taskId !== undefined);
	if (!values.yes && !(await agrees())) {
		console.log('Nothing was sent.');
		return 2;
	}
	if (given === undefined || photo === undefined) return await check(access, plan, []);
	const ofFile = 'file' in photo ? [basename(given), resolve(given)] : [];
	return await check(access, plan, [given, ...ofFile]);
}

function readArguments() {
	try {
		return parseArgs({
			options: {
				photo: { type: 'string' },
				'task-id': { type: 'string' },
				'api-path': { type: 'string', default: calls.SUBMIT_PATH },
				yes: { type: 'boolean', default: false },
				help: { type: 'boolean', default: false },
			},
		}).values;
	} catch (error) {
		throw new Misuse(`${String(error)}\n\n${HELP}`, { cause: error });
	}
}

async function check(
	access: { baseUrl: string; apiKey: string },
	plan: Plan,
	own: string[],
): Promise<number> {
	const folder = mkdtempSync(join(tmpdir(), 'live-check-'));
	try {
		// n8n's engine reads these when it is first loaded; it must not find the n8n of whoever runs this.
		process.env.N8N_USER_FOLDER = folder;
		process.env.N8N_ENCRYPTION_KEY = 'live-check';
		const { Asker } = await import('./ask');
		const { PROMPT, runChecks } = await import('./checks');
		const redaction = new Redaction(access.apiKey, [...own, PROMPT]);
		const asker = new Asker(access);
		const { results, taskId } = await runChecks(asker, plan, (result) =>
			console.log(lineOf(result, redaction)),
		);
		console.log(`\n${sumOf(results)}`);
		if (taskId !== undefined) {
			console.log(
				`To check again without another portrait, within 12 hours: npm run live -- --task-id ${taskId}. Commit first what is written now, since it is replaced then.`,
			);
		}
		if (results.every(({ verdict }) => verdict === 'could not be seen')) {
			console.log('So nothing was written.');
			return 2;
		}
		const root = rootFor(access.baseUrl);
		const report = { date: new Date(), baseUrl: access.baseUrl, results, answers: asker.answers };
		writeReport(root, report, redaction);
		console.log(`Written: ${join(root, PAGE)} and ${join(root, FIXTURES)}`);
		return results.some(({ verdict }) => verdict === 'differs') ? 1 : 0;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Where to write: what came from a stand-in on this machine must not pass for what 302.AI says. */
function rootFor(baseUrl: string): string {
	if (!photoLink.isPrivate(new URL(baseUrl))) return ROOT;
	const root = mkdtempSync(join(tmpdir(), 'live-check-written-'));
	mkdirSync(join(root, dirname(PAGE)), { recursive: true });
	return root;
}

async function ask(question: string): Promise<string> {
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	try {
		return (await terminal.question(question)).trim();
	} catch (error) {
		// Ctrl+C or Ctrl+D.
		throw new Misuse('\nNothing was sent.', { cause: error });
	} finally {
		terminal.close();
	}
}

async function askForPhoto(): Promise<string> {
	console.log(WHY_PHOTO);
	if (!process.stdin.isTTY)
		throw new Misuse('Give the photo: npm run live -- --photo <file or link>');
	const given = await ask('Photo (a file, or a link that opens without signing in): ');
	if (given === '') throw new Misuse('Without a photo nothing can be checked.');
	return given;
}

function sayPrice(hasTask: boolean): void {
	const most = (hasTask ? 1 : 2) * PORTRAIT + UPLOAD;
	console.log(`
What this costs, as far as 302.AI's pages say (1 PTC = 1 US dollar):
${hasTask ? '' : `  one portrait                          ${PORTRAIT} PTC\n`}  one upload                            ${UPLOAD} PTC
  a submit that 302.AI should refuse    nothing, or ${PORTRAIT} PTC if it does not refuse it
At most ${most.toFixed(3)} PTC. Everything else is free. It takes one to five minutes.
`);
}

async function agrees(): Promise<boolean> {
	if (!process.stdin.isTTY) throw new Misuse('Add -- --yes to spend that.');
	return /^y(es)?$/i.test(await ask('Go on? (yes/no) '));
}

/** @throws Misuse, and FailureError for a link that 302.AI could not open. */
function readPhoto(given: string, baseUrl: string): NonNullable<Plan['photo']> {
	if (/^https?:/i.test(given)) {
		const link = links.webLinkOf(given);
		if (link === undefined) throw new Misuse('The link of the photo is not one.');
		photoLink.refuseSharePage(link);
		const isOutOfReach =
			photoLink.isPrivate(new URL(link)) && !photoLink.isPrivate(new URL(baseUrl));
		if (isOutOfReach)
			throw new Misuse('302.AI cannot open this link: it leads to your own network.');
		return { link };
	}
	const file = readFile(given);
	const format = imageFormat.imageFormatOf(file);
	if (!format) throw new Misuse(`${given} is not an image.`);
	if (file.length > calls.LARGEST_PHOTO) throw new Misuse('302.AI takes photos up to 50 MB.');
	return { file, format };
}

function readFile(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new Misuse(`The photo could not be read: ${String(error)}`, { cause: error });
	}
}

main()
	.then((code) => {
		process.exitCode = code;
	})
	.catch((error: unknown) => {
		const { failure } = failures.failureError(error);
		const isForeseen = error instanceof Misuse || failure.kind !== 'unexpected';
		const remedy = error instanceof Misuse ? '' : failure.remedy;
		console.error(isForeseen ? `${failure.message}\n${remedy}`.trim() : error);
		process.exitCode = 2;
	});
