/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { SUBMIT_PATH } from '../nodes/shared/api/calls';
import { withoutKey } from '../nodes/shared/apiKey';
import { AccountRefused, Asker, Differs, NotSeen, type Settings } from './ask';
import { FREE_CHECKS, PAID_CHECKS, type Found, type Plan } from './checks';
import { pictureOf } from './picture';

const HELP = `Checks with your key what this package expects of 302.AI. It needs AI302_API_KEY in the environment;
AI302_BASE_URL is another address of the API (https://api.302ai.cn in mainland China).

npm run live -- [options]

  --photo <file or link>   the photo of one real person that the portrait is made of
  --task-id <ID>           use a finished portrait of the last 12 hours, and submit none
  --api-path <path>        try another path of the call that submits (${SUBMIT_PATH})
  --catalogue <link>       302.AI's product catalogue, should it have moved
  --yes                    spend the money without being asked
`;

/** In PTC, 302.AI's unit of credit, which is one US dollar. Source: 302.AI's pages. */
const PORTRAIT = 0.05;
const UPLOAD = 0.001;

export interface Surroundings {
	given: string[];
	environment: Record<string, string | undefined>;
	/** Each run makes a folder in this one. */
	folder: string;
	say(line: string): void;
	/** Asks whoever sits before the terminal; absent without one. */
	ask?: (question: string) => Promise<string>;
	pause?: number;
}

/** @returns the exit code: 0 when nothing differs, 1 when something does, 2 when it could not go to its end. */
export async function runLive(surroundings: Surroundings): Promise<number> {
	const apiKey = (surroundings.environment.AI302_API_KEY ?? '').trim();
	const hide = (text: string): string => withoutKey(text, apiKey);
	const say = (line: string): void => surroundings.say(hide(line));
	try {
		return await check({ ...surroundings, say }, apiKey, hide);
	} catch (error) {
		say(error instanceof Error ? error.message : String(error));
		return 2;
	}
}

async function check(
	{ given, environment, folder, say, ask, pause = 3000 }: Surroundings,
	apiKey: string,
	hide: (text: string) => string,
): Promise<number> {
	const options = readOptions(given);
	if (options.help) {
		say(HELP);
		return 0;
	}
	if (apiKey === '') throw new Error(`AI302_API_KEY is not set.\n\n${HELP}`);
	const baseUrl = (environment.AI302_BASE_URL ?? 'https://api.302.ai').replace(/\/+$/, '');
	if (!URL.canParse(baseUrl)) throw new Error('AI302_BASE_URL is not a web address.');
	const { catalogue, yes, 'api-path': apiPath, 'task-id': taskId } = options;
	if (!apiPath.startsWith('/')) throw new Error('--api-path must begin with /.');
	const plan: Plan = { catalogue, apiPath, taskId, pause, photo: await photoOf(options.photo) };

	const kept = join(folder, new Date().toISOString().replace(/\W/g, '-'));
	mkdirSync(kept, { recursive: true });
	const tell = (line: string): void => {
		say(line);
		appendFileSync(join(kept, 'output.txt'), `${hide(line)}\n`);
	};
	const keep: Settings['keep'] = (name, content) => writeFileSync(join(kept, name), content);
	const asker = new Asker({ baseUrl, apiKey, say: tell, keep });
	const found: Found = { taskId };
	const counts = { holds: 0, differs: 0, 'could not be seen': 0 };
	let stopped: string | undefined;
	for (const { name, expects, see } of [...FREE_CHECKS, ...PAID_CHECKS]) {
		if (see === PAID_CHECKS[0].see) stopped ??= await whyNotPaid(plan, yes, tell, ask);
		asker.check = name;
		let verdict: keyof typeof counts = 'could not be seen';
		let came: string;
		try {
			if (stopped !== undefined) throw new NotSeen(stopped);
			const seen = await see(asker, found, plan);
			[verdict, came] = [seen[0] ? 'holds' : 'differs', seen[1]];
		} catch (error) {
			// No check hides another: what one throws is its own result.
			came = error instanceof Error ? error.message : String(error);
			if (error instanceof Differs) verdict = 'differs';
			if (error instanceof AccountRefused) stopped = `302.AI refused: ${came}`;
		}
		counts[verdict] += 1;
		tell(`${verdict.padEnd(17)} ${name}: ${expects}. Came: ${came}`);
	}
	const again = found.taskId === undefined ? '' : ` To check again: --task-id ${found.taskId}`;
	const sums = Object.entries(counts).map(([verdict, count]) => `${verdict}: ${count}`);
	tell(`\n${sums.join(', ')}. Kept in ${kept}.${again}`);
	if (counts.differs > 0) return 1;
	return stopped === undefined ? 0 : 2;
}

function readOptions(given: string[]) {
	const text = { type: 'string' } as const;
	return parseArgs({
		args: given,
		options: {
			photo: text,
			'task-id': text,
			'api-path': { ...text, default: SUBMIT_PATH },
			catalogue: { ...text, default: 'https://302.ai/api/cache/product-list' },
			yes: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	}).values;
}

async function photoOf(given: string | undefined): Promise<Plan['photo']> {
	if (given === undefined || given === '') return undefined;
	if (/^https?:/i.test(given)) return { link: given };
	const file = readFileSync(given);
	await pictureOf(file).catch((cause: unknown) => {
		throw new Error(`${given} is not an image that can be opened.`, { cause });
	});
	return { file, name: basename(given) };
}

/** Asks for the photo and for a yes. @returns why nothing may be sent that costs money; undefined when it may. */
async function whyNotPaid(
	plan: Plan,
	yes: boolean,
	tell: (line: string) => void,
	ask?: Surroundings['ask'],
): Promise<string | undefined> {
	if (plan.taskId === undefined && plan.photo === undefined) {
		tell(`\nThe portrait is made of a photo of one real person: yourself, or somebody who agrees.
It goes to 302.AI and nowhere else.`);
		plan.photo = await photoOf(await ask?.('Photo (a file, or a link that opens by itself): '));
		if (plan.photo === undefined) return 'there is no photo: give one with --photo';
	}
	const portrait = plan.taskId === undefined ? PORTRAIT : 0;
	tell(`\nWhat the rest costs, as far as 302.AI's pages say (1 PTC = 1 US dollar):
a portrait ${portrait} PTC, an upload ${UPLOAD} PTC, a submit without a photo nothing,
or ${PORTRAIT} PTC should 302.AI not refuse it: at most ${(portrait + UPLOAD + PORTRAIT).toFixed(3)} PTC.\n`);
	if (yes) return undefined;
	const isAgreed = /^y(es)?$/i.test((await ask?.('Spend that? (yes/no) ')) ?? '');
	return isAgreed ? undefined : 'nobody agreed to spend money: answer yes, or add --yes';
}
