import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testAi302Api } from '../shared/credentialTest';
import { submitProperties } from './description';

export class DoubaoPortraitSubmit implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Doubao Portrait Submit',
		name: 'doubaoPortraitSubmit',
		icon: {
			light: 'file:../../icons/doubaoPortrait.svg',
			dark: 'file:../../icons/doubaoPortrait.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["imageSource"] === "binary" ? "incoming file" : "link" }} → {{ $parameter["waitForCompletion"] ? "portrait" : "task ID" }}',
		description:
			'Make a portrait from a photo of a person with 302.AI. Each portrait is billed. Returns the portrait, or at once a task_id with which Doubao Portrait Result fetches it.',
		defaults: { name: 'Doubao Portrait Submit' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'ai302Api', required: true, testedBy: 'testAi302Api' }],
		hints: [
			{
				message:
					'Each run makes a new portrait, which is billed. Pin this output while you try out later nodes. n8n pins no files: set Output to Image Links for that.',
				type: 'info',
				location: 'outputPane',
				whenToDisplay: 'afterExecution',
			},
		],
		properties: submitProperties,
	};

	methods = { credentialTest: { testAi302Api } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		// Loaded by the first run: n8n loads every node at each start, which with it takes 20 ms in place of 12.
		const { submitPortraits } = await import('./execute');
		return await submitPortraits(this);
	}
}
