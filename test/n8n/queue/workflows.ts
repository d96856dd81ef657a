/** The two workflows of the cluster test. Both begin with a webhook that answers at once and gets a mark of its own each time. */
import type { INode } from 'n8n-workflow';

import { exampleCredential } from '../../../real-n8n/demo/examples';
import type { WorkflowFile } from '../../../real-n8n/driver/instance';
import { manifest } from '../../../real-n8n/driver/package';

function node(name: string, type: string, typeVersion: number, parameters: object): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters: { ...parameters } };
}

function webhook(id: string): INode {
	const parameters = { httpMethod: 'POST', path: id, responseMode: 'onReceived' };
	return {
		...node('Webhook', 'n8n-nodes-base.webhook', 2, parameters),
		webhookId: `00000000-0000-4000-8000-${Buffer.from(id).toString('hex').padStart(12, '0')}`,
	};
}

function portraitNode(name: string, type: string, parameters: object): INode {
	const { id, name: credential } = exampleCredential('', '');
	return {
		...node(name, `${manifest().name}.${type}`, 1, parameters),
		credentials: { ai302Api: { id, name: credential } },
	};
}

function inARow(id: string, nodes: INode[]): WorkflowFile & { id: string } {
	const connections = nodes
		.slice(1)
		.map((next, index) => [
			nodes[index].name,
			{ main: [[{ node: next.name, type: 'main' as const, index: 0 }]] },
		]);
	return { id, name: id, nodes, connections: Object.fromEntries(connections) };
}

/** Fetches the task `task_id` of the webhook's body. */
export const fetching = () =>
	inARow('fetch', [
		webhook('fetch'),
		portraitNode('Result', 'doubaoPortraitResult', { taskId: '={{ $json.body.task_id }}' }),
	]);

/** Orders a portrait of the link `photo` of the webhook's body, then fetches it. */
export const ordering = () =>
	inARow('order', [
		webhook('order'),
		portraitNode('Submit', 'doubaoPortraitSubmit', {
			imageUrl: '={{ $json.body.photo }}',
			waitForCompletion: false,
		}),
		portraitNode('Result', 'doubaoPortraitResult', {}),
	]);
