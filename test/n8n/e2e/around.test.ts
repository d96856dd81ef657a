/** Around a run in a real n8n: a retry from its list, an error output led back, a stop by hand, keys by expression. Paid once. */
import waitForExpect from 'wait-for-expect';

import { answer, resetBeforeAnswer } from '../../../sandbox/faults/faults';
import type { LogEntry } from '../../../sandbox/types';
import { exampleCredential } from '../../../real-n8n/demo/examples';
import type { WorkflowFile } from '../../../real-n8n/driver/instance';
import { manifest } from '../../../real-n8n/driver/package';
import { sleep } from '../../../real-n8n/driver/process';
import type { RestClient } from '../../../real-n8n/driver/rest';
import { isRecord } from '../../support/isRecord';
import { setUp, type Stage } from '../stage';
import { begin, nodeOf, startedBy, webhookNode } from './webhooks';

/** How long anything may take to come about (milliseconds). */
const PATIENCE = 60_000;
/** From a submit until its portrait is there (milliseconds). */
const TAKES = 5000;
const PHOTOS = [0, 1, 2].map((number) => `https://photos.example/${number}.jpg`);
const KEY_OF_NOBODY = 'sk-test-of-nobody';

type Nodes = WorkflowFile['nodes'];
type Links = Record<string, Array<string | undefined>>;

let stage: Stage;
let rest: RestClient;

beforeAll(async () => {
	stage = await setUp({ submitted: { queuedFor: 500, generatingFor: TAKES - 500 } });
	const { n8n, sandbox } = stage;
	const byItem = exampleCredential(
		`={{ $json.isMine ? '${sandbox.key}' : '${KEY_OF_NOBODY}' }}`,
		sandbox.baseUrl,
	);
	await n8n.importCredentials([{ ...byItem, id: 'by-item', name: 'By item' }]);
	const workflows = [
		workflowOf('plain', [submitNode()], {}),
		workflowOf('task-ids', [taskIdNode()], {}),
		workflowOf('refetched', [submitNode(ERROR_OUTPUT), resultNode()], {
			Submit: [undefined, 'Result'],
		}),
		workflowOf('led-back', [submitNode(ERROR_OUTPUT), twiceNode()], {
			Submit: [undefined, 'Twice'],
			Twice: ['Submit'],
		}),
		workflowOf('through-wait', [submitNode(ERROR_OUTPUT), waitNode(), twiceNode()], {
			Submit: [undefined, 'Wait'],
			Wait: ['Twice'],
			Twice: ['Submit'],
		}),
		workflowOf(
			'continued',
			[submitNode({ onError: 'continueRegularOutput' }), failedNode(), twiceNode()],
			{ Submit: ['Failed?'], 'Failed?': ['Twice'], Twice: ['Submit'] },
		),
		workflowOf(
			'keys',
			[submitNode({ ...ERROR_OUTPUT, ...credentialOf({ id: 'by-item', name: 'By item' }) })],
			{},
		),
	];
	workflows.push(mcpWorkflow());
	await n8n.importWorkflows(workflows);
	for (const { id } of workflows) await n8n.activate(id);
	rest = await n8n.serve();
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => await stage?.stop());

const credentialOf = ({ id, name }: { id: string; name: string } = exampleCredential('', '')) => ({
	credentials: { ai302Api: { id, name } },
});

const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;

const submitNode = (settings: Partial<Nodes[number]> = {}): Nodes[number] => ({
	...nodeOf('Submit', `${manifest().name}.doubaoPortraitSubmit`, 1, {
		imageUrl: '={{ $json.photo ?? $json.details.photo ?? "https://photos.example/0.jpg" }}',
		output: 'url',
		options: { maxWait: "={{ $('Webhook').first().json.body.maxWait }}" },
	}),
	...credentialOf(),
	...settings,
});

const taskIdNode = (): Nodes[number] => ({
	...nodeOf('Submit', `${manifest().name}.doubaoPortraitSubmit`, 1, {
		imageUrl: '={{ $json.photo }}',
		waitForCompletion: false,
	}),
	...credentialOf(),
});

const waitNode = (): Nodes[number] => nodeOf('Wait', 'n8n-nodes-base.wait', 1.1, { amount: 1 });

const failedNode = (): Nodes[number] =>
	nodeOf('Failed?', 'n8n-nodes-base.if', 1, {
		conditions: { string: [{ value1: '={{ $json.error }}', operation: 'isNotEmpty' }] },
	});

const resultNode = (): Nodes[number] => ({
	...nodeOf('Result', `${manifest().name}.doubaoPortraitResult`, 1, {}),
	...credentialOf(),
});

const twiceNode = (): Nodes[number] =>
	nodeOf('Twice', 'n8n-nodes-base.if', 1, {
		conditions: { number: [{ value1: '={{ $runIndex }}', operation: 'smaller', value2: 2 }] },
	});

/** A webhook with a list of items, one item for each, and the nodes behind Submit. */
function workflowOf(id: string, nodes: Nodes, links: Links): WorkflowFile & { id: string } {
	const to = (targets: Array<string | undefined>) => ({
		main: targets.map((node) => (node ? [{ node, type: 'main' as const, index: 0 }] : [])),
	});
	const all: Links = { Webhook: ['Each'], Each: ['Submit'], ...links };
	return {
		id,
		name: id,
		nodes: [
			webhookNode('Webhook', id),
			nodeOf('Each', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'body.items', options: {} }),
			...nodes,
		],
		connections: Object.fromEntries(
			Object.entries(all).map(([from, targets]) => [from, to(targets)]),
		),
	};
}

/** Both nodes as tools of n8n's own MCP server. */
function mcpWorkflow(): WorkflowFile & { id: string } {
	const tool = (name: string, type: string, parameters: object): Nodes[number] => ({
		...nodeOf(name, `${manifest().name}.${type}Tool`, 1, parameters),
		...credentialOf(),
	});
	const tools = [
		tool('Make a Portrait', 'doubaoPortraitSubmit', {
			toolDescription: 'Makes a portrait.',
			imageUrl: "={{ $fromAI('photo', '', 'string') }}",
			options: { maxWait: 2 },
		}),
		tool('Fetch a Portrait', 'doubaoPortraitResult', {
			toolDescription: 'Fetches a portrait.',
			taskId: "={{ $fromAI('task_id', '', 'string') }}",
			options: {},
		}),
	];
	const server = nodeOf('Server', '@n8n/n8n-nodes-langchain.mcpTrigger', 2, { path: 'portraits' });
	return {
		id: 'mcp',
		name: 'mcp',
		nodes: [{ ...server, webhookId: 'portraits' }, ...tools],
		connections: Object.fromEntries(
			tools.map(({ name }) => [
				name,
				{ ai_tool: [[{ node: 'Server', type: 'ai_tool' as const, index: 0 }]] },
			]),
		),
	};
}

interface Ended {
	status: string;
	/** All that n8n keeps of it. */
	text: string;
}

async function endOf(executionId: string): Promise<Ended> {
	const deadline = Date.now() + PATIENCE;
	for (;;) {
		const execution = await rest.get(`/rest/executions/${executionId}`);
		const status = isRecord(execution) ? String(execution.status) : '';
		if (!['new', 'running', 'waiting'].includes(status)) {
			const text = JSON.stringify(execution);
			expect(text).not.toContain(stage.sandbox.key);
			return { status, text };
		}
		if (Date.now() > deadline) throw new Error(`The execution is still ${status}.`);
		await sleep(200);
	}
}

async function run(
	workflow: string,
	given: object[],
	maxWait = 60,
): Promise<Ended & { id: string }> {
	const id = await begin(rest, workflow, { items: given, maxWait });
	return { id, ...(await endOf(id)) };
}

/** Retry in n8n's list, with the workflow as it was then or as it is saved now. */
async function retry(executionId: string, loadWorkflow: boolean): Promise<Ended & { id: string }> {
	const path = `/rest/executions/${executionId}/retry`;
	const id = await startedBy(rest, async () => await rest.post(path, { loadWorkflow }));
	return { id, ...(await endOf(id)) };
}

/** What was ordered and asked for since this was called. */
function since() {
	const { orders, log } = stage.sandbox;
	const [firstOrder, firstEntry] = [orders.length, log.length];
	return {
		photos: () =>
			orders
				.slice(firstOrder)
				.map(({ body }) => String(body.image_input))
				.sort(),
		taskIds: () => orders.slice(firstOrder).map(({ taskId }) => taskId),
		submits: () => log.slice(firstEntry).filter(({ endpoint }: LogEntry) => endpoint === 'submit'),
	};
}

const items = (photos: string[]) => photos.map((photo) => ({ photo }));

/** One of three submits is refused and the execution fails; its retry submits that one, and hands out all three tasks. */
async function submitsWhatWasRefused(workflow: string, loadWorkflow: boolean): Promise<void> {
	const seen = since();
	stage.sandbox.inject({
		endpoint: 'submit',
		skip: 1,
		handle: answer(400, '{"code":50412,"message":"Text Risk Not Pass","data":null}'),
	});
	const failed = await run(workflow, items(PHOTOS));
	expect(failed.status).toBe('error');
	expect(seen.photos().length).toBeLessThan(3);
	const retried = await retry(failed.id, loadWorkflow);
	expect(retried.status).toBe('success');
	expect(seen.photos()).toEqual(PHOTOS);
	for (const taskId of seen.taskIds()) expect(retried.text).toContain(taskId);
}

describe.each([
	['with the original workflow', false],
	['with the saved workflow', true],
])('a retry from the list, %s,', (_which, loadWorkflow) => {
	test('submits what was refused, and nothing that is there', async () => {
		await submitsWhatWasRefused('plain', loadWorkflow);
	});

	test('fetches a portrait for which there was too little time', async () => {
		const seen = since();
		const failed = await run('plain', items(PHOTOS.slice(0, 1)), 2);
		expect(failed.status).toBe('error');
		await sleep(TAKES);
		expect((await retry(failed.id, loadWorkflow)).status).toBe('success');
		expect(seen.submits()).toHaveLength(1);
	});

	test('submits anew what 302.AI ended', async () => {
		const seen = since();
		stage.sandbox.inject({
			endpoint: 'result',
			handle: answer(400, '{"code":50511,"message":"Post Img Risk Not Pass","data":null}'),
		});
		const failed = await run('plain', items(PHOTOS.slice(0, 1)));
		expect(failed.status).toBe('error');
		expect((await retry(failed.id, loadWorkflow)).status).toBe('success');
		expect(seen.submits()).toHaveLength(2);
	});

	test('says the same again of a submit whose answer was lost, however often', async () => {
		const seen = since();
		stage.sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		const failed = await run('plain', items(PHOTOS.slice(0, 1)));
		expect(failed.text).toContain('The submit may have been taken all the same');
		const once = await retry(failed.id, loadWorkflow);
		const twice = await retry(once.id, loadWorkflow);
		for (const { status, text } of [once, twice]) {
			expect(status).toBe('error');
			expect(text).toContain('The submit may have been taken all the same');
		}
		expect(seen.submits()).toHaveLength(1);
	});
});

describe('an output', () => {
	test.each([
		['that is led back into Submit', 'led-back'],
		['that comes back through a Wait', 'through-wait'],
		['of which an IF leads the errors back', 'continued'],
	])('%s fetches the task, and pays once', async (_how, workflow) => {
		const seen = since();
		const { status, text } = await run(workflow, items(PHOTOS.slice(0, 1)), 2);
		expect(status).toBe('success');
		expect(seen.submits()).toHaveLength(1);
		expect(text).toContain('image_urls');
	});

	test('that is led back into Submit never repeats a submit whose answer was lost', async () => {
		const seen = since();
		stage.sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		await run('led-back', items(PHOTOS.slice(0, 1)));
		expect(seen.submits()).toHaveLength(1);
	});

	test('that is led back into Submit has a task submitted anew that 302.AI ended', async () => {
		const seen = since();
		stage.sandbox.inject({
			endpoint: 'result',
			times: 2,
			handle: answer(400, '{"code":50511,"message":"Post Img Risk Not Pass","data":null}'),
		});
		const { text } = await run('led-back', items(PHOTOS.slice(0, 1)));
		expect(seen.submits()).toHaveLength(2);
		expect(text).toContain('image_urls');
	});

	test('that leads to Result finds the task by the default of its Task ID', async () => {
		const seen = since();
		const { status, text } = await run('refetched', items(PHOTOS.slice(0, 1)), 2);
		expect(status).toBe('success');
		expect(seen.submits()).toHaveLength(1);
		expect(text).toContain('image_urls');
	});
});

test('a retry without waiting submits what was refused, and hands out the other IDs again', async () => {
	await submitsWhatWasRefused('task-ids', false);
});

test('an n8n that slept past Max Wait asks once more, and loses nothing', async () => {
	const seen = since();
	const id = await begin(rest, 'plain', { items: items(PHOTOS), maxWait: 8 });
	await waitForExpect(() => expect(seen.taskIds()).toHaveLength(3), PATIENCE);
	stage.n8n.sleeps(true);
	await sleep(12_000);
	stage.n8n.sleeps(false);
	expect((await endOf(id)).status).toBe('success');
	expect(seen.submits()).toHaveLength(3);
});

test('over MCP each call is an execution of its own, and the error says what to do instead', async () => {
	const seen = since();
	const headers: Record<string, string> = {
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	const ask = async (method: string, params: object): Promise<string> => {
		const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
		const response = await fetch(`${rest.baseUrl}/mcp/portraits`, {
			method: 'POST',
			headers,
			body,
		});
		headers['mcp-session-id'] = response.headers.get('mcp-session-id') ?? '';
		return await response.text();
	};
	const call = async (name: string, given: object): Promise<string> =>
		await ask('tools/call', { name, arguments: given });
	const clientInfo = { name: 'test', version: '1' };
	await ask('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo });
	const said = await call('Make_a_Portrait', { photo: PHOTOS[0] });
	expect(said).toContain('Do not call this tool again');
	const [taskId] = seen.taskIds();
	expect(said).toContain(taskId);
	await sleep(TAKES);
	expect(await call('Fetch_a_Portrait', { task_id: taskId })).toContain('image_url');
	expect(seen.submits()).toHaveLength(1);
});

test('a stop by hand leaves the task IDs that are paid for in the log of n8n, once', async () => {
	const seen = since();
	const id = await begin(rest, 'plain', { items: items(PHOTOS), maxWait: 60 });
	await waitForExpect(() => expect(seen.taskIds()).toHaveLength(3), PATIENCE);
	// The answers to the submits, too.
	await sleep(500);
	await rest.post(`/rest/executions/${id}/stop`, {});
	await waitForExpect(() => expect(stage.n8n.log).toContain('was stopped'), PATIENCE);
	const lines = stage.n8n.log.split('\n').filter((line) => line.includes('was stopped'));
	expect(lines).toHaveLength(1);
	for (const taskId of seen.taskIds()) expect(lines[0]).toContain(taskId);
});

test('a key that an expression gives is that of its item, and a refused one stops its own items only', async () => {
	const seen = since();
	const { key } = stage.sandbox;
	const given = [false, true, false, true].map((isMine, index) => ({
		photo: `https://photos.example/${index}.jpg`,
		isMine,
	}));
	await run('keys', given);
	expect(seen.photos()).toEqual(['https://photos.example/1.jpg', 'https://photos.example/3.jpg']);
	const keyOf = ({ headers }: LogEntry) => headers.authorization;
	expect(seen.submits().map(keyOf).sort()).toEqual(
		[KEY_OF_NOBODY, key, key].map((one) => `Bearer ${one}`).sort(),
	);
});
