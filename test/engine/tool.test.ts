import type { IDataObject } from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { answer, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { statusAnswer, storedFiles, useBench } from '../support/bench';
import type { EngineRun } from '../support/engine';
import { useSubmits } from './submits';
import { sayOfTool, type ToolCall } from './tool';

const bench = useBench();
const WAYS: ToolCall[] = ['by the agent', 'by the engine'];

async function say(call: ToolCall, taskId: string, parameters: IDataObject = {}): Promise<string> {
	const { sandbox } = bench;
	const [said] = await sayOfTool({
		node: new DoubaoPortraitResult(),
		call,
		given: [{ task: taskId }],
		parameters: {
			taskId: "={{ $fromAI('task', 'ID of the task', 'string') }}",
			output: 'both',
			options: { pollInterval: 0.1 },
			...parameters,
		},
		credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl },
	});
	return said;
}

describe.each(WAYS)('Doubao Portrait Result as a tool, called %s', (call) => {
	it('gives the model links in small JSON, and downloads nothing whatever Output says', async () => {
		const taskId = bench.task({ queuedFor: 150, images: 2 });
		const stored = storedFiles().length;
		const said = await say(call, taskId);
		expect(said).toContain(taskId);
		// Two links, and the first of them once more by itself.
		expect(said.split(bench.sandbox.imageBaseUrl)).toHaveLength(4);
		expect(said.length).toBeLessThan(1500);
		expect(bench.log('image')).toEqual([]);
		expect(storedFiles()).toHaveLength(stored);
	});

	it('gives the model the simplified answer, the whole one, or the fields that were chosen', async () => {
		const taskId = bench.task();
		const simplified = await say(call, taskId);
		expect(simplified).toContain('image_urls');
		expect(simplified).not.toContain('time_elapsed');
		expect(await say(call, taskId, { simplify: false })).toContain('time_elapsed');
		const chosen = await say(call, taskId, { fieldsToReturn: ['image_url', 'completed'] });
		expect(chosen).toContain(taskId);
		expect(chosen).toContain('image_url');
		expect(chosen).toContain('completed');
		expect(chosen).not.toMatch(/image_urls|status|request_id|generation/);
	});

	it('says still that the time is up when that field was not chosen', async () => {
		const said = await say(call, bench.task({ queuedFor: 60_000 }), {
			fieldsToReturn: ['image_url'],
			options: { pollInterval: 0.1, maxWait: 0.3, onTimeout: 'return' },
		});
		expect(said).toContain('timed_out');
	});

	it('tells the model why there is no portrait', async () => {
		const taskId = bench.task({ outcome: { kind: 'status', status: 'expired' } });
		const said = await say(call, taskId).catch(String);
		expect(said).toContain('has expired');
	});
});

describe.each(WAYS)('Doubao Portrait Submit as a tool, called %s', (call) => {
	const submits = useSubmits();
	const ANNA = { photo: 'https://photos.example/anna.jpg' };
	const BEN = { photo: 'https://photos.example/ben.jpg' };

	async function sayOf(
		given: IDataObject[],
		options: IDataObject = {},
		settings: EngineRun['settings'] = {},
	): Promise<string[]> {
		return await sayOfTool({
			node: new DoubaoPortraitSubmit(),
			call,
			given,
			parameters: {
				imageUrl: "={{ $fromAI('photo', 'Link to the photo', 'string') }}",
				waitForCompletion: true,
				options: { pollInterval: 0.1, maxWait: 0.4, ...options },
			},
			credential: { apiKey: submits.sandbox.key, baseUrl: submits.sandbox.baseUrl },
			settings,
		});
	}

	it('makes a portrait in one call, and gives links in small JSON', async () => {
		const stored = storedFiles().length;
		const [said] = await sayOf([ANNA], { maxWait: 20 });
		expect(said).toContain(submits.taskIds()[0]);
		expect(said).toContain(submits.sandbox.imageBaseUrl);
		expect(said.length).toBeLessThan(1500);
		expect(submits.calls('image')).toBe(0);
		expect(storedFiles()).toHaveLength(stored);
	});

	it('makes another portrait when a wish that was fulfilled is repeated', async () => {
		await sayOf([ANNA, ANNA], { maxWait: 20 });
		expect(submits.sandbox.orders).toHaveLength(2);
	});

	it.each(['error', 'return'])(
		'waits for the same portrait when the model tries again after Max Wait (On Timeout: %s)',
		async (onTimeout) => {
			submits.sandbox.inject({
				endpoint: 'result',
				times: 6,
				handle: statusAnswer('generating'),
			});
			const said = await sayOf([ANNA, ANNA, BEN], { onTimeout });
			expect(submits.sandbox.orders.map(({ body }) => body.image_input)).toEqual([
				ANNA.photo,
				BEN.photo,
			]);
			const [taskId] = submits.taskIds();
			expect(said[0]).toContain(taskId);
			expect(said[1]).toContain(taskId);
			expect(said[1]).toContain(submits.sandbox.imageBaseUrl);
		},
	);

	it('says the same again, and submits nothing, when the model tries again after a refused picture', async () => {
		submits.sandbox.inject({
			endpoint: 'result',
			times: 2,
			handle: answer(400, '{"code":50511,"message":"Post Img Risk Not Pass","data":null}'),
		});
		const said = await sayOf([ANNA, ANNA]);
		expect(submits.sandbox.orders).toHaveLength(1);
		expect(said.every((one) => one.includes('Post Img Risk Not Pass'))).toBe(true);
	});

	it('submits nothing more when nobody knows whether the first submit arrived', async () => {
		submits.sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		const said = await sayOf([ANNA, ANNA]);
		expect(submits.calls('submit')).toBe(1);
		expect(said.every((one) => one.includes('may have been taken'))).toBe(true);
	});

	describe('asked for several portraits', () => {
		const THREE = { maxWait: 20, numberOfPortraits: 3 };

		it('hands out the others, and submits none twice, when an answer was lost and Retry On Fail is on', async () => {
			submits.sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
			const settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
			const [said] = await sayOf([ANNA], THREE, settings);
			expect(submits.sandbox.orders).toHaveLength(3);
			expect(said.split('may have been taken')).toHaveLength(2);
			expect(said.split('"completed":true').length + said.split('completed\\":true').length).toBe(
				4,
			);
		});

		it.each([undefined, 40])(
			'submits what is missing and nothing else when one was refused and the model tries again (seed %s)',
			async (seed) => {
				submits.sandbox.inject({
					endpoint: 'submit',
					handle: answer(400, '{"code":50412,"message":"Text Risk Not Pass","data":null}'),
				});
				await sayOf([ANNA, ANNA], { ...THREE, seed });
				expect(submits.sandbox.orders).toHaveLength(3);
				expect(submits.calls('submit')).toBe(4);
			},
		);

		it('submits nothing when one could not be fetched and the model tries again', async () => {
			submits.sandbox.inject({
				endpoint: 'result',
				handle: answer(400, '{"code":50215,"message":"Input invalid for this service."}'),
			});
			const said = await sayOf([ANNA, ANNA], THREE);
			expect(submits.sandbox.orders).toHaveLength(3);
			for (const taskId of submits.taskIds()) expect(said[1]).toContain(taskId);
			expect(said[1]).not.toContain('Input invalid');
		});
	});
});
