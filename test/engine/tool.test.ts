import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { storedFiles, useBench } from '../support/bench';
import { sayOfTool, type ToolCall } from './tool';

const bench = useBench();
const WAYS: ToolCall[] = ['by the agent', 'by the engine'];

async function say(call: ToolCall, taskId: string): Promise<string> {
	const { sandbox } = bench;
	return await sayOfTool({
		node: new DoubaoPortraitResult(),
		call,
		given: { task: taskId },
		parameters: {
			taskId: "={{ $fromAI('task', 'ID of the task', 'string') }}",
			output: 'both',
			options: { pollInterval: 0.1 },
		},
		credential: { apiKey: sandbox.key, baseUrl: sandbox.baseUrl },
	});
}

describe.each(WAYS)('Doubao Portrait Result as a tool, called %s', (call) => {
	it('gives the model links in small JSON, and downloads nothing whatever Output says', async () => {
		const taskId = bench.task({ queuedFor: 150, images: 2 });
		const stored = storedFiles().length;
		const said = await say(call, taskId);
		expect(said).toContain(taskId);
		expect(said.split(bench.sandbox.imageBaseUrl)).toHaveLength(3);
		expect(said.length).toBeLessThan(1500);
		expect(bench.log('image')).toEqual([]);
		expect(storedFiles()).toHaveLength(stored);
	});

	it('tells the model why there is no portrait', async () => {
		const taskId = bench.task({ outcome: { kind: 'status', status: 'expired' } });
		const said = await say(call, taskId).catch(String);
		expect(said).toContain('has expired');
	});
});
