import { NodeConnectionTypes, sleep, type INodeType } from 'n8n-workflow';

import { bytesOf, runInEngine } from '../test/support/engine';
import {
	apiKey as shippedCredential,
	credential,
	deliverySettings,
	images,
	judges,
	parameters,
	request as requests,
	run as runs,
	sentences,
	type Answer,
	type ApiRequest,
	type CallName,
	type Failure,
	type PortraitImage,
	type Item,
	type Verdict,
} from './built';

/** Where the API is, and the key to it, both as `readCredential` cleans them. */
export interface Access {
	baseUrl: string;
	apiKey: string;
}

/** What one request brought, as the package reads it; no verdict when that is what was asked for, or the task still runs. */
export interface Came {
	answer: Answer;
	verdict?: Verdict;
}

/** An answer with the call and the check that it came to. */
export interface KeptAnswer {
	check: string;
	endpoint: CallName;
	answer: Answer;
}

/** A request got no answer. Whether it was carried out is unknown unless `failure.submitted` is `no`. */
export class NoAnswer extends Error {
	constructor(
		readonly failure: Failure,
		cause: Error,
	) {
		super(failure.message, { cause });
	}
}

/** A refusal that passes by itself, from which nothing can be concluded. */
export class Passing extends Error {}

/** 302.AI refused the key or the account, after which nothing more may be sent. */
export class AccountRefused extends Error {
	constructor(failure: Failure) {
		super(`${failure.message}. ${failure.remedy}`);
	}
}

const SETTINGS = deliverySettings.readDeliverySettings(
	(_name, otherwise) => otherwise,
	{},
	{
		isTool: false,
		waitForCompletion: true,
		fileField: 'binaryPropertyName',
	},
);
/** Room for an answer with images in it, in bytes. */
const ANSWER_LIMIT = 70_000_000;
/** Tries of a request that is refused for a limit of the API, and so surely not carried out. */
const TRIES_FOR_LIMIT = 5;
/** Milliseconds between them, unless the API asks for more, and the most that it is given. */
const PAUSE_FOR_LIMIT = 1000;
const LONGEST_PAUSE = 60_000;

/** Sends requests of the package one at a time, each in a node of its own in n8n's engine, and keeps their answers. */
export class Asker {
	readonly answers: KeptAnswer[] = [];
	/** The check that asks. */
	check = '';

	constructor(private readonly access: Access) {}

	/**
	 * One request and its answer. Only what is refused for a limit of the API is sent again.
	 *
	 * @param apiKey another one than the user's, which may be refused.
	 * @throws NoAnswer, AccountRefused, Passing unless it is a submit, and what n8n throws.
	 */
	async ask(asked: Omit<ApiRequest, 'answerLimit'>, apiKey?: string): Promise<Came> {
		const { call } = asked;
		const access = { ...this.access, ...(apiKey === undefined ? {} : { apiKey }) };
		for (let tries = 1; ; tries += 1) {
			const sent = { ...asked, answerLimit: ANSWER_LIMIT };
			const answer = await inEngine(
				access,
				async (item) => await requests.exchange(item, sent, item.run.cancelled),
			);
			if (answer.kind === 'networkError') {
				const verdict = judges.judge(answer, call);
				const submitted = verdict.taken === 'no' ? 'no' : 'unknown';
				throw new NoAnswer({ ...sentences.failureOf(answer, verdict), submitted }, answer.cause);
			}
			this.answers.push({ check: this.check, endpoint: call, answer });
			const verdict = judges.judge(answer, call);
			if (!verdict) return { answer };
			const failure = sentences.failureOf(answer, verdict);
			if (apiKey === undefined && failure.kind === 'account') throw new AccountRefused(failure);
			const isForLimit = verdict.limit !== undefined && verdict.taken === 'no';
			if (!isForLimit || tries === TRIES_FOR_LIMIT) {
				const isPassing = verdict.tries !== 'once' && !saysSuccess(answer);
				if (call !== 'submit' && isPassing) throw new Passing(failure.message);
				return { answer, verdict };
			}
			const pause = Math.max(PAUSE_FOR_LIMIT, answer.retryAfter ?? 0);
			await sleep(Math.min(pause, LONGEST_PAUSE));
		}
	}

	/** The file of an image, as the nodes hand it over. @throws FailureError of kind `image`. */
	async fileOf(image: PortraitImage): Promise<Buffer> {
		const [stored] = await inEngine(
			this.access,
			async (item) => await images.storeImages(item, SETTINGS, [image], 'live-check'),
		);
		if (stored === undefined) throw new Error('The image was not stored');
		return await bytesOf({ json: {}, binary: { data: stored } });
	}
}

/** Codes of a success: of the portrait calls, of the upload, and none. */
const SUCCESS = [10000, 200, undefined];

/** Whether an answer says that all went well. If it was not what was asked for, the API differs from what is assumed. */
export function saysSuccess({ httpStatus, form, code, statesError }: Answer): boolean {
	const isOfSuccess = SUCCESS.some((one) => one === code) && !statesError;
	return form === 'json' && isOfSuccess && httpStatus >= 200 && httpStatus < 300;
}

/** Does `work` as the package does it: in the `execute` of a node, with n8n's own helpers. */
async function inEngine<T>(access: Access, work: (item: Item) => Promise<T>): Promise<T> {
	let outcome: Promise<T> | undefined;
	const node: INodeType = {
		description: {
			displayName: 'Live Check',
			name: 'liveCheck',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Live Check' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			credentials: [{ name: 'ai302Api', required: true }],
			properties: [],
		},
		async execute() {
			const run = runs.startRun(this, () => ({}), '');
			const access = await credential.accessOf(this, 0);
			outcome = work({ run, itemIndex: 0, access, connection: parameters.readConnection({}) });
			// What it threw is thrown below, and not by n8n, which would write it to its log.
			await Promise.allSettled([outcome]);
			run.stop();
			return [[]];
		},
	};
	const { task } = await runInEngine({
		node,
		credential: { ...access },
		credentialType: new shippedCredential.Ai302Api(),
	});
	if (outcome === undefined) throw task.error ?? new Error('n8n did not run the check');
	return await outcome;
}
