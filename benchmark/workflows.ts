/** The workflows that run against each other: our nodes, and what a user would build of n8n's own nodes. */
import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from '../real-n8n/driver/instance';
import { manifest } from '../real-n8n/driver/package';

export const CREDENTIAL = { id: 'bench', name: 'bench' };
/** Submits that the API takes at once where it limits them, and so what a user sets for a batch. */
export const SUBMITS_AT_ONCE = 4;

/** Workflows by name; the name is the workflow's ID in n8n and its runner at the line. */
export type WorkflowName =
	| 'oursBoth'
	| 'oursBeside'
	| 'oursBinary'
	| 'oneStep'
	| 'twoNodes'
	| 'pair'
	| 'loop'
	| 'convert'
	| 'submitLoop'
	| 'submitLoopInBatches'
	| 'alone';

/** A workflow, with the nodes whose time counts and the one that puts out the files. */
export interface Contestant {
	name: WorkflowName;
	/** What the report calls it. */
	title: string;
	first: string;
	last: string;
	nodes: Step[];
	/** From node to node; without it the nodes stand in a row. */
	connections?: Array<{ from: string; to: string; output?: number }>;
}

type Step = Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'onError'> & {
	credentials?: INode['credentials'];
};

const RESULT = 'Doubao Portrait Result';
const SUBMIT = 'Doubao Portrait Submit';
const ORDER = 'Submit Portrait';
const ASK = 'Ask for Result';
const DOWNLOAD = 'Download Image';

/** @param parameters only what differs from the default, which is all that is stored in a workflow. */
function ourNode(name: string, type: string, parameters: INodeParameters): Step {
	return {
		name,
		type: `${manifest().name}.${type}`,
		typeVersion: 1,
		parameters,
		credentials: { ai302Api: CREDENTIAL },
		// A lost item is to be counted, not to end the run.
		onError: 'continueRegularOutput',
	};
}

const resultNode = (parameters: INodeParameters = {}) =>
	ourNode(RESULT, 'doubaoPortraitResult', parameters);

const submitNode = (parameters: INodeParameters = {}) =>
	ourNode(SUBMIT, 'doubaoPortraitSubmit', { imageUrl: '={{ $json.photo }}', ...parameters });

function ours(name: WorkflowName, parameters: INodeParameters = {}): Contestant {
	return { name, title: RESULT, first: RESULT, last: RESULT, nodes: [resultNode(parameters)] };
}

function http(name: string, parameters: INodeParameters): Step {
	return { name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.5, parameters };
}

/** @param body the expression of an object. */
function call(name: string, url: string, body: string, options: INodeParameters = {}): Step {
	return {
		...http(name, {
			method: 'POST',
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'ai302Api',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ ${body} }}`,
			options,
		}),
		credentials: { ai302Api: CREDENTIAL },
	};
}

function ask(apiUrl: string, taskId: string, form: 'links' | 'base64'): Step {
	const query = form === 'links' ? '?response_format=url' : '';
	const reqJson = form === 'links' ? ', req_json: JSON.stringify({ return_url: true })' : '';
	const url = `${apiUrl}/doubao/drawing/portrait_result${query}`;
	return call(ASK, url, `{ task_id: ${taskId}${reqJson} }`);
}

function order(apiUrl: string, options?: INodeParameters): Step {
	return call(ORDER, `${apiUrl}/doubao/drawing/portrait`, '{ image_input: $json.photo }', options);
}

const download = http(DOWNLOAD, {
	url: '={{ $json.data.image_urls[0] }}',
	options: { response: { response: { responseFormat: 'file' } } },
});

const isDone: Step = {
	name: 'Done?',
	type: 'n8n-nodes-base.if',
	typeVersion: 2.3,
	parameters: {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
			conditions: [
				{
					id: 'done',
					leftValue: '={{ $json.data.status }}',
					rightValue: 'done',
					operator: { type: 'string', operation: 'equals' },
				},
			],
			combinator: 'and',
		},
		options: {},
	},
};

const wait: Step = {
	name: 'Wait',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	parameters: { amount: 3, unit: 'seconds' },
};

const convert: Step = {
	name: 'Convert to File',
	type: 'n8n-nodes-base.convertToFile',
	typeVersion: 1.1,
	parameters: {
		operation: 'toBinary',
		sourceProperty: 'data.binary_data_base64[0]',
		options: { fileName: 'portrait.png', mimeType: 'image/png' },
	},
};

/** Asks again and again, and downloads what is done. */
function loop(
	apiUrl: string,
	taskId: string,
): { nodes: Step[]; connections: Contestant['connections'] } {
	return {
		nodes: [ask(apiUrl, taskId, 'links'), isDone, download, wait],
		connections: [
			{ from: ASK, to: 'Done?' },
			{ from: 'Done?', to: DOWNLOAD, output: 0 },
			{ from: 'Done?', to: 'Wait', output: 1 },
			{ from: 'Wait', to: ASK },
		],
	};
}

/** Submits first. */
function submitLoop(name: WorkflowName, apiUrl: string, options?: INodeParameters): Contestant {
	const { nodes, connections = [] } = loop(apiUrl, `$('${ORDER}').item.json.data.task_id`);
	return {
		name,
		title: 'HTTP Request (submit) → the loop of HTTP Request, IF and Wait',
		first: ORDER,
		last: DOWNLOAD,
		nodes: [order(apiUrl, options), ...nodes],
		connections: [{ from: ORDER, to: ASK }, ...connections],
	};
}

export function contestants(apiUrl: string): Record<WorkflowName, Contestant> {
	return {
		oursBoth: ours('oursBoth'),
		oursBeside: ours('oursBeside'),
		oursBinary: ours('oursBinary', { output: 'binary' }),
		oneStep: {
			name: 'oneStep',
			title: `${SUBMIT}, Wait for Completion on`,
			first: SUBMIT,
			last: SUBMIT,
			nodes: [submitNode({ waitForCompletion: true })],
		},
		twoNodes: {
			name: 'twoNodes',
			title: `${SUBMIT} → ${RESULT}`,
			first: SUBMIT,
			last: RESULT,
			nodes: [submitNode(), resultNode()],
		},
		pair: {
			name: 'pair',
			title: 'HTTP Request (result) → HTTP Request (image)',
			first: ASK,
			last: DOWNLOAD,
			nodes: [ask(apiUrl, '$json.task_id', 'links'), download],
		},
		loop: {
			name: 'loop',
			title: 'HTTP Request (result) → IF done → HTTP Request (image), else Wait 3 s and again',
			first: ASK,
			last: DOWNLOAD,
			...loop(apiUrl, "$('Tasks').item.json.task_id"),
		},
		convert: {
			name: 'convert',
			title: 'HTTP Request (result as base64) → Convert to File',
			first: ASK,
			last: 'Convert to File',
			nodes: [ask(apiUrl, '$json.task_id', 'base64'), convert],
		},
		submitLoop: submitLoop('submitLoop', apiUrl),
		submitLoopInBatches: submitLoop('submitLoopInBatches', apiUrl, {
			batching: { batch: { batchSize: SUBMITS_AT_ONCE, batchInterval: 1000 } },
		}),
		alone: { name: 'alone', title: 'n8n alone', first: 'Tasks', last: 'Tasks', nodes: [] },
	};
}

/** The workflow as n8n imports it, with n8n's default settings. It fetches its tasks at the line. */
export function workflowOf(contestant: Contestant, lineUrl: string): WorkflowFile & { id: string } {
	const { name, nodes } = contestant;
	const inner = contestant.connections ?? inARow(nodes.map((node) => node.name));
	const begin: Step[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		http('Tasks', { url: `${lineUrl}/start/${name}`, options: {} }),
	];
	const links = [
		{ from: 'Start', to: 'Tasks' },
		...(nodes.length > 0 ? [{ from: 'Tasks', to: nodes[0].name }] : []),
		...inner,
	];
	const connections: WorkflowFile['connections'] = {};
	for (const { from, to, output = 0 } of links) {
		const main = ((connections[from] ??= { main: [] }).main ??= []);
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return {
		id: name,
		name,
		nodes: [...begin, ...nodes].map((node, index) => ({
			id: `${name}-${index}`,
			position: [220 * index, 0],
			...node,
		})),
		connections,
	};
}

function inARow(names: string[]): Array<{ from: string; to: string; output?: number }> {
	return names.slice(1).map((to, index) => ({ from: names[index], to }));
}
