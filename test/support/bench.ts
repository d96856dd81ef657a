/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { Container } from '@n8n/di';
import { BinaryDataConfig } from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { existsSync, readdirSync } from 'node:fs';
import waitForExpect from 'wait-for-expect';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { answer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type {
	AnswerBody,
	Endpoint,
	Fault,
	LogEntry,
	Sandbox,
	SandboxOptions,
	TaskSpec,
} from '../../sandbox/types';
import { reported, runInEngine, type EngineResult } from './engine';

/** What n8n is to do with an item that fails. */
export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
export const EVERY_ON_ERROR: OnError[] = [
	'stopWorkflow',
	'continueRegularOutput',
	'continueErrorOutput',
];

/** One run of Doubao Portrait Result. */
export interface ResultRun {
	/** Task IDs, one item each; in place of `items`. */
	tasks?: string[];
	items?: INodeExecutionData[];
	parameters?: IDataObject;
	/** The collection 'Options', on top of a quick poll interval. */
	options?: IDataObject;
	onError?: OnError;
	settings?: Partial<INode>;
	/** In place of the sandbox's. */
	credential?: { apiKey?: string; baseUrl?: string };
	cancelWhen?: Promise<void>;
}

/** How one item failed, whichever way n8n was told to handle it. */
export interface ItemFailure {
	message: string;
	description: string;
	/** The row's `details`; absent when the node stopped. */
	details?: IDataObject;
}

/** A sandbox and the node at it. */
export class Bench {
	private started?: Sandbox;

	constructor(private readonly options: SandboxOptions) {}

	get sandbox(): Sandbox {
		if (!this.started) throw new Error('the sandbox has not started');
		return this.started;
	}

	async start(): Promise<void> {
		this.started = await startSandbox(this.options);
	}

	/** A sandbox without memory of the test before. */
	clear(): void {
		this.sandbox.clearFaults();
		this.sandbox.setLimits(this.options.limits ?? {});
		this.sandbox.log.length = 0;
	}

	/** A task with small pictures, which are quickly drawn. */
	task(spec?: TaskSpec): string {
		return this.sandbox.addTask({ width: 96, height: 96, ...spec });
	}

	/** A finished task whose result call (or image, by `endpoint`) goes wrong. */
	faultyTask(handle: Fault['handle'], fault: Partial<Fault> = {}, spec?: TaskSpec): string {
		const taskId = this.task(spec);
		this.sandbox.inject({ endpoint: 'result', taskId, ...fault, handle });
		return taskId;
	}

	async run(run: ResultRun): Promise<EngineResult> {
		const { sandbox } = this;
		return await runInEngine({
			node: new DoubaoPortraitResult(),
			items: run.items ?? (run.tasks ?? []).map((task_id) => ({ json: { task_id } })),
			parameters: { ...run.parameters, options: { pollInterval: 0.1, ...run.options } },
			credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl, ...run.credential },
			settings: { onError: run.onError, ...run.settings },
			cancelWhen: run.cancelWhen,
		});
	}

	/** The only row of a run with one task. */
	async rowOf(task: string, run: ResultRun = {}): Promise<INodeExecutionData> {
		const { task: data, success } = await this.run({ tasks: [task], ...run });
		if (data.error) throw data.error;
		expect(success).toHaveLength(1);
		return success[0];
	}

	/** Runs one item that must fail, and reads how from where n8n put it. */
	async failureOf(run: ResultRun): Promise<ItemFailure> {
		const result = await this.run(run);
		expectNoKey([result, reported], run.credential?.apiKey ?? this.sandbox.key);
		return failureIn(result, run.onError);
	}

	/** Resolves when no connection is open any more. */
	async closed(): Promise<void> {
		await waitForExpect(() => expect(this.sandbox.openSockets()).toBe(0));
	}

	/** Requests that came, in the order they came. */
	log(endpoint?: Endpoint, taskId?: string): LogEntry[] {
		return this.sandbox.log.filter(
			(entry) =>
				(endpoint === undefined || entry.endpoint === endpoint) &&
				(taskId === undefined || entry.taskId === taskId),
		);
	}
}

/** A bench for all tests of a file. */
export function useBench(options: SandboxOptions = {}): Bench {
	const bench = new Bench(options);
	beforeAll(async () => await bench.start());
	beforeEach(() => bench.clear());
	afterAll(async () => await bench.sandbox.stop());
	return bench;
}

/** How the only item of a run failed; checks that it did, and that everything has its place. */
export function failureIn(result: EngineResult, onError: OnError = 'stopWorkflow'): ItemFailure {
	const { task, success, errors } = result;
	if (onError === 'stopWorkflow') {
		expect(task.executionStatus).toBe('error');
		const { error } = task;
		if (!error) throw new Error('the node did not fail');
		return { message: error.message, description: error.description ?? '' };
	}
	const [failed, others] =
		onError === 'continueErrorOutput' ? [errors, success] : [success, errors];
	expect(others).toEqual([]);
	expect(failed).toHaveLength(1);
	expect(failed[0]).toMatchObject({ pairedItem: { item: 0 } });
	const { error, details, ...rest } = failed[0].json;
	// n8n puts the fields of the incoming item beside them, in the error branch only.
	expect(Object.keys(rest)).toEqual(onError === 'continueErrorOutput' ? ['task_id'] : []);
	if (typeof error !== 'string' || typeof details !== 'object' || details === null) {
		throw new Error('the row is not { error, details }');
	}
	const fields = { ...details } as IDataObject;
	return { message: error, description: String(fields.description ?? ''), details: fields };
}

/** The key in none of the forms in which it can hide in text. */
export function expectNoKey(found: unknown, key: string): void {
	const text = typeof found === 'string' ? found : JSON.stringify(found);
	for (const form of [key, encodeURIComponent(key)]) {
		expect(text.includes(form)).toBe(false);
	}
}

/** A result answer that says done, with these images. */
export function doneWith(images: { links?: string[]; base64?: string[] }): Fault['handle'] {
	return answer(200, {
		code: 10000,
		data: {
			status: 'done',
			image_urls: images.links ?? null,
			binary_data_base64: images.base64 ?? [],
			resp_data: '',
		},
		message: 'Success',
		request_id: 'REQUEST-1',
		status: 10000,
	});
}

/** A result answer that says so. */
export function statusAnswer(status: string): Fault['handle'] {
	return answer(200, {
		code: 10000,
		data: { status, image_urls: null, binary_data_base64: null },
		message: 'Success',
		request_id: 'REQUEST-1',
	});
}

/** Sends the real answer on and keeps its body. Use with `after: true`. */
export function keepAnswer(kept: AnswerBody[]): Fault['handle'] {
	return (request, response, real) => {
		if (!real) throw new Error('use with after: true');
		kept.push(real);
		answer(real.status, real.body, real.headers)(request, response);
	};
}

/** Every file in n8n's binary data storage, temporary ones included. */
export function storedFiles(): string[] {
	const folder = Container.get(BinaryDataConfig).localStoragePath;
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => entry.name);
}
