import { NodeConnectionTypes, sleep, type INodeType } from 'n8n-workflow';

import { bytesOf, runInEngine } from '../test/support/engine';
import {
	apiKey as shippedCredential,
	deliverySettings,
	envelope as envelopes,
	images,
	parameters,
	request as requests,
	run as runs,
	submitRequest,
	type ApiRequest,
	type ApiResponse,
	type Envelope,
	type Failure,
	type NetworkFailure,
	type PortraitImage,
	type Run,
} from './built';

/** Where the API is, and the key to it, both as `readCredential` cleans them. */
export interface Access {
	baseUrl: string;
	apiKey: string;
}

/** The calls of the API. */
export type Endpoint = 'models' | 'result' | 'submit' | 'upload';

/** What one request brought: as it came, and as the package reads it. */
export interface Answer {
	response: ApiResponse;
	envelope: Envelope;
}

/** An answer with the call and the check that it came to. */
export interface KeptAnswer {
	check: string;
	endpoint: Endpoint;
	response: ApiResponse;
}

/** A request got no answer. Whether it was carried out is unknown unless `failure.neverArrived`. */
export class NoAnswer extends Error {
	constructor(readonly failure: NetworkFailure) {
		super(failure.failure.message, { cause: failure.cause });
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
	async ask(
		endpoint: Endpoint,
		asked: Omit<ApiRequest, 'answerLimit'>,
		apiKey?: string,
	): Promise<Answer> {
		const access = { ...this.access, ...(apiKey === undefined ? {} : { apiKey }) };
		for (let tries = 1; ; tries += 1) {
			const sent = { ...asked, answerLimit: ANSWER_LIMIT };
			const response = await inEngine(
				access,
				async (run) => await requests.exchange(run, SETTINGS.connection, sent),
			);
			if ('kind' in response) throw new NoAnswer(response);
			this.answers.push({ check: this.check, endpoint, response });
			const envelope = envelopes.readEnvelope(response, asked.successCode);
			if (envelope.kind === 'accepted') return { response, envelope };
			// An answer with a task ID is a task submitted, and paid for, whatever code it comes with.
			if (endpoint === 'submit' && 'taskId' in submitRequest.readSubmitted(envelope)) {
				return { response, envelope };
			}
			const { failure } = envelope;
			if (apiKey === undefined && failure.kind === 'account') throw new AccountRefused(failure);
			const isForLimit = submitRequest.refusalForLimit(envelope) !== undefined;
			if (!isForLimit || tries === TRIES_FOR_LIMIT) {
				if (endpoint !== 'submit' && envelope.retry !== 'never') throw new Passing(failure.message);
				return { response, envelope };
			}
			const pause = Math.max(PAUSE_FOR_LIMIT, response.retryAfter ?? 0);
			await sleep(Math.min(pause, LONGEST_PAUSE));
		}
	}

	/** The file of an image, as the nodes hand it over. @throws FailureError of kind `image`. */
	async fileOf(image: PortraitImage): Promise<Buffer> {
		const [stored] = await inEngine(
			this.access,
			async (run) => await images.storeImages(run, SETTINGS, [image], 'live-check'),
		);
		if (stored === undefined) throw new Error('The image was not stored');
		return await bytesOf({ json: {}, binary: { data: stored } });
	}
}

/** Does `work` as the package does it: in the `execute` of a node, with n8n's own helpers. */
async function inEngine<T>(access: Access, work: (run: Run) => Promise<T>): Promise<T> {
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
			const run = runs.startRun(this, parameters.parametersOf(this), {}, '');
			outcome = work(run);
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
