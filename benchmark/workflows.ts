/** The workflows that run against each other: our nodes, and what a user would build of n8n's own nodes. */
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from '../real-n8n/driver/instance';
import { manifest } from '../real-n8n/driver/package';

export const CREDENTIAL = { id: 'bench', name: 'bench' };

export type WorkflowName = keyof ReturnType<typeof workflows>;

type Step = Pick<INode, 'name' | 'type' | 'typeVersion' | 'parameters' | 'onError' | 'credentials'>;

const ASK = 'Ask for Result';
const DONE = 'Done?';
const DOWNLOAD = 'Download Image';
const WAIT = 'Wait';
/** The nodes behind each output of a node, where it is not the one that stands behind it. */
const NEXT: Partial<Record<string, string[]>> = { [DONE]: [DOWNLOAD, WAIT], [WAIT]: [ASK] };

/** @param parameters only what differs from the default, which is all that is stored in a workflow. */
function ours(type: string, parameters: INodeParameters = {}): Step {
	return {
		name: type,
		type: `${manifest().name}.${type}`,
		typeVersion: 1,
		parameters,
		credentials: { ai302Api: CREDENTIAL },
		// A lost item is to be counted, not to end the run.
		onError: 'continueRegularOutput',
	};
}

function http(name: string, parameters: INodeParameters): Step {
	return { name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.5, parameters };
}

/** @param body the expression of an object. */
function call(name: string, url: string, body: string): Step {
	return {
		...http(name, {
			method: 'POST',
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'ai302Api',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ ${body} }}`,
			options: {},
		}),
		credentials: { ai302Api: CREDENTIAL },
	};
}

const download = http(DOWNLOAD, {
	url: '={{ $json.data.image_urls[0] }}',
	options: { response: { response: { responseFormat: 'file' } } },
});

const isDone: Step = {
	name: DONE,
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
	name: WAIT,
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

function workflows(apiUrl: string) {
	const submitUrl = `${apiUrl}/doubao/drawing/portrait`;
	const resultUrl = `${apiUrl}/doubao/drawing/portrait_result`;
	const askForLinks = (taskId: string): Step =>
		call(
			ASK,
			`${resultUrl}?response_format=url`,
			`{ task_id: ${taskId}, req_json: JSON.stringify({ return_url: true }) }`,
		);
	/** Asks again and again, and downloads what is done. */
	const loop = (taskId: string): Step[] => [askForLinks(taskId), isDone, wait, download];
	return {
		both: [ours('doubaoPortraitResult')],
		binary: [ours('doubaoPortraitResult', { output: 'binary' })],
		oneStep: [
			ours('doubaoPortraitSubmit', { imageUrl: '={{ $json.photo }}', waitForCompletion: true }),
		],
		pair: [askForLinks('$json.task_id'), download],
		loop: loop("$('Tasks').item.json.task_id"),
		convert: [call(ASK, resultUrl, '{ task_id: $json.task_id }'), convert],
		submitLoop: [
			call('Submit Portrait', submitUrl, '{ image_input: $json.photo }'),
			...loop("$('Submit Portrait').item.json.data.task_id"),
		],
	};
}

/** All workflows as n8n imports them, with n8n's default settings; the name is the ID. They fetch their tasks at the line. */
export function workflowFiles(
	apiUrl: string,
	lineUrl: string,
): Array<WorkflowFile & { id: string }> {
	const begin: Step[] = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		http('Tasks', { url: `${lineUrl}/start`, options: {} }),
	];
	return Object.entries(workflows(apiUrl)).map(([name, steps]) => {
		const all = [...begin, ...steps];
		const nodes = all.map((node, index): INode => {
			return { ...node, id: `${name}-${index}`, position: [220 * index, 0] };
		});
		return { id: name, name, nodes, connections: connect(all) };
	});
}

function connect(steps: Step[]): IConnections {
	return Object.fromEntries(
		steps.map(({ name }, index) => {
			const after = NEXT[name] ?? steps.slice(index + 1, index + 2).map((step) => step.name);
			return [name, { main: after.map((node) => [{ node, type: 'main', index: 0 }]) }];
		}),
	);
}
