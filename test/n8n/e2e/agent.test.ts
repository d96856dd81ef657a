/** The example with the AI agent: n8n's own agent with Doubao Portrait Submit as its tool, and a chat model that follows a script. */
import { answer } from '../../../sandbox/faults/faults';
import { startChatModel, type ChatModel, type Script } from './chatModel';
import { readSaved } from './saved/files';
import { setUp, type Stage } from '../stage';
import { expectNoOrderTwice, ordersOf, variantOf } from './orders';

const EXAMPLE = '8-ai-agent.json';
const SUBMIT = 'Doubao_Portrait_Submit';
const RETRIED = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
const photo = (name: string) => `https://photos.example/${name}.jpg`;

/** Since version 3 the agent has n8n's engine run its tools; before, it called them itself. */
const AGENTS = [3, 2.2];

let stage: Stage;
let model: ChatModel;

beforeAll(async () => {
	stage = await setUp({ submitted: { queuedFor: 300, generatingFor: 300 } });
	model = await startChatModel();
	const { credentials } = variantOf(EXAMPLE, 'agent').nodes.find(
		({ name }) => name === 'OpenAI Chat Model',
	) ?? { credentials: undefined };
	const reference = credentials?.openAiApi;
	if (!reference?.id) throw new Error('The example refers to no OpenAI credential.');
	await stage.n8n.importCredentials([
		{
			id: reference.id,
			name: reference.name,
			type: 'openAiApi',
			data: { apiKey: 'sk-test-chat-model', url: model.baseUrl },
		},
	]);
	await stage.n8n.importWorkflows(
		AGENTS.flatMap((typeVersion) => {
			const agent = { 'AI Agent': { typeVersion } };
			const retried = { ...agent, 'Doubao Portrait Submit': RETRIED };
			return [
				variantOf(EXAMPLE, `agent-${typeVersion}`, {}, agent),
				variantOf(EXAMPLE, `retried-${typeVersion}`, {}, retried),
			];
		}),
	);
});

afterEach(() => stage.sandbox.clearFaults());
afterAll(async () => {
	await model?.stop();
	await stage?.stop();
});

/** What the agent says in the end. */
async function ask(workflowId: string, script: Script): Promise<string> {
	model.follow(script);
	const execution = await stage.n8n.execute(workflowId);
	expect(execution.error).toBeUndefined();
	expect(execution.log).not.toContain(stage.sandbox.key);
	const [answer] = execution.items('AI Agent');
	return String(answer.json.output);
}

/** As a model finds them in what a tool says. */
function found(pattern: RegExp, text = ''): string {
	const value = pattern.exec(text)?.[1];
	if (value === undefined) throw new Error(`The tool did not say ${String(pattern)}: ${text}`);
	return value;
}
const taskIdIn = (text?: string) => found(/"task_id":"(\d+)"/, text);
const linkIn = (text?: string) => found(/"image_url":"([^"]+)"/, text);

const wished = (link: string, more: object = {}) => ({
	tool: SUBMIT,
	given: { Photo_Link: link, Prompt: 'Oil painting, warm colours', ...more },
});

describe.each(AGENTS)('an agent of version %d', (version) => {
	const link = photo(`agent-${version}`);

	test('makes a portrait with one call and answers with its link, in small JSON and without any download', async () => {
		const { sandbox } = stage;
		const before = sandbox.log.length;
		const said = await ask(`agent-${version}`, (answers) =>
			answers.length === 0
				? { calls: [wished(link)] }
				: { say: `Here it is: ${linkIn(answers[0])}` },
		);

		const [{ taskId, body }, ...others] = ordersOf(sandbox, link);
		expect(others).toEqual([]);
		expect(body).toEqual({ image_input: link, prompt: 'Oil painting, warm colours' });
		const [result] = model.toolAnswers();
		expect(JSON.parse(result)).toEqual([
			expect.objectContaining({
				task_id: taskId,
				status: 'done',
				completed: true,
				image_input: link,
			}),
		]);
		expect(result.length).toBeLessThan(2_000);
		expect(result).not.toMatch(/[A-Za-z0-9+/=]{200}/);
		expect(linkIn(result).startsWith(sandbox.imageBaseUrl)).toBe(true);
		expect(said).toBe(`Here it is: ${linkIn(result)}`);
		expect(sandbox.log.slice(before).filter(({ endpoint }) => endpoint === 'image')).toEqual([]);
	});

	test('knows what the tool is for and what each of its parameters means', () => {
		const tools = model.tools();
		expect(Object.keys(tools)).toEqual([SUBMIT]);
		const { description, parameters } = tools[SUBMIT];
		expect(description).toMatch(/\w+ \w+/);
		const described = Object.entries(parameters.properties);
		expect(described.map(([name, { type }]) => `${name}: ${type}`).sort()).toEqual([
			'Add_Watermark: boolean',
			'Photo_Link: string',
			'Prompt: string',
			'Reference_Mode: string',
		]);
		for (const [, { description: meaning }] of described) expect(meaning).toMatch(/(\w+\W+){5}/);
	});

	test('makes two portraits at once, each with its own task', async () => {
		const { sandbox } = stage;
		const links = [photo(`first-${version}`), photo(`second-${version}`)];
		await ask(`agent-${version}`, (answers) =>
			answers.length === 0
				? { calls: links.map((one) => wished(one, { Reference_Mode: 'reference_char' })) }
				: { say: 'Here they are.' },
		);

		const orders = links.flatMap((one) => ordersOf(sandbox, one));
		expect(orders.map(({ body }) => [body.image_input, body.gen_mode])).toEqual(
			links.map((one) => [one, 'reference_char']),
		);
		expect(model.toolAnswers().map(taskIdIn)).toEqual(orders.map(({ taskId }) => taskId));
	});

	test.each(['agent', 'retried'])(
		'is told the task ID when the wait for it failed, and gets the portrait without a second order (%s)',
		async (workflow) => {
			const { sandbox } = stage;
			const waited = photo(`waited-${workflow}-${version}`);
			const refused = answer(400, { code: 50400, message: 'Business Error' });
			sandbox.inject({ endpoint: 'result', handle: refused, times: Infinity });
			await ask(`${workflow}-${version}`, (answers) => {
				if (answers.length === 1) sandbox.clearFaults();
				return answers.length < 2 ? { calls: [wished(waited)] } : { say: linkIn(answers[1]) };
			});

			const [{ taskId }, ...others] = ordersOf(sandbox, waited);
			expect(others).toEqual([]);
			const [failed, made] = model.toolAnswers();
			expect(failed).toContain(taskId);
			expect(failed).not.toContain('"completed":true');
			expect(taskIdIn(made)).toBe(taskId);
		},
	);
});

test('an agent of a saved workflow gets the task ID and the fields that were chosen, and no others', async () => {
	const link = photo('saved');
	const workflow = readSaved('v1-tools.json');
	await stage.n8n.importWorkflows([workflow]);
	await ask(workflow.id, (answers) => {
		if (answers.length === 0) return { calls: [{ tool: SUBMIT, given: { Photo_Link: link } }] };
		const taskId = taskIdIn(answers[0]);
		return answers.length === 1
			? { calls: [{ tool: 'Doubao_Portrait_Result', given: { Task_ID: taskId } }] }
			: { say: 'Here it is.' };
	});

	const [made, fetched] = model.toolAnswers().map((said): object[] => JSON.parse(said));
	const [{ taskId: task_id }] = ordersOf(stage.sandbox, link);
	expect(made).toEqual([
		{ task_id, completed: true, image_url: expect.any(String), image_input: link },
	]);
	expect(fetched).toEqual([
		{
			task_id,
			status: 'done',
			image_urls: [expect.any(String)],
			request_id: expect.any(String),
			generation: expect.any(Object),
		},
	]);
});

test('no order of all these runs was placed twice', () => {
	expectNoOrderTwice(stage.sandbox);
});
