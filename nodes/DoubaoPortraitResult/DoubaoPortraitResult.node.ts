import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testAi302Api } from '../shared/credentialTest';
import { resultProperties } from './description';
import { fetchPortraits } from './execute';

export class DoubaoPortraitResult implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Doubao Portrait Result',
		name: 'doubaoPortraitResult',
		icon: {
			light: 'file:../../icons/doubaoPortrait.svg',
			dark: 'file:../../icons/doubaoPortrait.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["waitForCompletion"] ? "wait for the portrait" : "check once" }}',
		description:
			'Wait for a portrait that was submitted to 302.AI, by its task ID, and get its image links and files',
		defaults: { name: 'Doubao Portrait Result' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		builderHint: {
			searchHint:
				'Fetches a portrait that exists at 302.AI already, by its task_id, free of charge. To make a portrait of a photo use Doubao Portrait Submit, which needs no other node behind it unless its waitForCompletion is off.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-302ai-doubao-portrait.doubaoPortraitSubmit',
					relationHint: 'Comes before this node: it returns the task_id',
				},
			],
		},
		credentials: [{ name: 'ai302Api', required: true, testedBy: 'testAi302Api' }],
		properties: resultProperties,
	};

	methods = { credentialTest: { testAi302Api } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await fetchPortraits(this);
	}
}
