import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { runInEngine, type EngineResult, type EngineRun } from '../support/engine';

export const PHOTO = 'https://photos.example/anna.jpg';

/** For a portrait that is waited for: it is quickly drawn, and looked at at once. */
export const QUICK = { pollInterval: 0.1, width: 512, height: 512 };

/** A sandbox whose portraits are quickly made, and Doubao Portrait Submit in n8n's engine before it. */
export class Submits {
	sandbox!: Sandbox;

	/** For the task IDs at once, unless the parameters say otherwise. */
	async run(parameters: IDataObject = {}, run: Partial<EngineRun> = {}): Promise<EngineResult> {
		return await runInEngine({
			node: new DoubaoPortraitSubmit(),
			parameters: { imageUrl: PHOTO, waitForCompletion: false, ...parameters },
			credential: { apiKey: this.sandbox.key, baseUrl: this.sandbox.baseUrl },
			...run,
		});
	}

	/** How many requests an endpoint got. */
	calls(endpoint: string): number {
		return this.sandbox.log.filter((entry) => entry.endpoint === endpoint).length;
	}

	taskIds(): string[] {
		return this.sandbox.orders.map(({ taskId }) => taskId);
	}
}

/** One for the tests of a file; each test finds it as it was at the start. */
export function useSubmits(): Submits {
	const submits = new Submits();
	beforeAll(async () => {
		submits.sandbox = await startSandbox({ submitted: { queuedFor: 50, generatingFor: 50 } });
	});
	afterAll(async () => await submits.sandbox.stop());
	beforeEach(() => {
		const { sandbox } = submits;
		sandbox.clearFaults();
		sandbox.setLimits({});
		sandbox.log.length = 0;
		sandbox.orders.length = 0;
	});
	return submits;
}

export async function itemWithFile(
	bytes: Buffer,
	mimeType = 'image/png',
): Promise<INodeExecutionData> {
	await Container.get(BinaryDataService).init();
	const location = { type: 'execution' as const, workflowId: 'w', executionId: '1' };
	const file = await Container.get(BinaryDataService).store(location, bytes, {
		mimeType,
		data: '',
	});
	return { json: {}, binary: { data: file } };
}

/** n8n's storage hands over files so many times, and then no more, until the spy is restored. */
export function goneAfter(times: number): jest.SpyInstance {
	const service = Container.get(BinaryDataService);
	const handOver = service.getAsStream.bind(service);
	let left = times;
	return jest.spyOn(service, 'getAsStream').mockImplementation(async (...asked) => {
		left -= 1;
		if (left < 0) throw new Error('Stored file not found');
		return await handOver(...asked);
	});
}

/** Items with a link to a photo in the field `photo`. */
export const photoItems = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({
		json: { photo: `https://photos.example/${index}.jpg` },
	}));
