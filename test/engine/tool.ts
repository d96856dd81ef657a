import {
	NodeConnectionTypes,
	type EngineRequest,
	type EngineResponse,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';

import { nodeOf, runWorkflow, type EngineRun } from '../support/engine';

/** What an agent of n8n asks its tools for, in the two ways that there are. */
export type ToolCall =
	/** The agent calls the tool by itself (LangChain). */
	| 'by the agent'
	/** The agent asks n8n's engine to run the tool's node (agents since version 3). */
	| 'by the engine';

/** The tool variant of a node, as n8n makes it of every node that is usable as a tool. */
function toolTypeOf(type: INodeType): INodeType {
	const { description } = type;
	return {
		...type,
		methods: type.methods,
		execute: type.execute,
		description: {
			...description,
			name: `${description.name}Tool`,
			displayName: `${description.displayName} Tool`,
			inputs: [],
			outputs: [NodeConnectionTypes.AiTool],
			properties: [
				...description.properties,
				{ displayName: 'Description', name: 'toolDescription', type: 'string', default: 'A tool' },
			],
		},
	};
}

interface Tool {
	invoke(given: IDataObject): Promise<string>;
}

/** A stand-in for n8n's agent: calls its one tool with each of the arguments, one after the other, and gives out what it said. */
function agentType(call: ToolCall, given: IDataObject[]): INodeType {
	const said: string[] = [];
	const left = [...given];
	return {
		description: {
			displayName: 'Agent',
			name: 'agent',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiTool }],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		async execute(
			this: IExecuteFunctions,
			response?: EngineResponse,
		): Promise<INodeExecutionData[][] | EngineRequest> {
			if (call === 'by the engine') {
				const answer = response?.actionResponses.at(-1);
				if (answer) said.push(JSON.stringify(answer.data.data?.ai_tool ?? null));
				const input = left.shift();
				if (!input) return [[{ json: { said } }]];
				const id = `call-${left.length}`;
				return {
					actions: [
						{
							actionType: 'ExecutionNodeAction',
							nodeName: 'Tool',
							input,
							type: NodeConnectionTypes.AiTool,
							id,
							metadata: { itemIndex: 0 },
						},
					],
					metadata: {},
				};
			}
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
			for (const input of left) said.push(await tool.invoke(input));
			return [[{ json: { said } }]];
		},
	};
}

export interface ToolRun {
	node: INodeType;
	call: ToolCall;
	/** Arguments that the model gives, call by call. */
	given: IDataObject[];
	parameters: IDataObject;
	credential: EngineRun['credential'];
	settings?: EngineRun['settings'];
}

/** What the model gets to read of a tool's calls, as text. */
export async function sayOfTool(run: ToolRun): Promise<string[]> {
	const type = toolTypeOf(run.node);
	const { name } = type.description;
	const agent: INode = { ...nodeOf('Agent', 'agent'), credentials: undefined };
	const execution = await runWorkflow({
		nodes: [agent, { ...nodeOf('Tool', name, run.parameters), ...run.settings }],
		connections: {
			Start: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
			Tool: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
		},
		types: { [name]: type, agent: agentType(run.call, run.given) },
		items: [{ json: {} }],
		credential: run.credential,
	});
	const { error, runData } = execution.data.resultData;
	if (error) throw new Error(error.message);
	const said = runData.Agent.at(-1)?.data?.main[0]?.[0].json.said;
	return Array.isArray(said) ? said.map(String) : [];
}
