import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testAi302Api } from '../shared/credentialTest';
import { submitProperties } from './description';
import { submitPortraits } from './execute';
import { submitHints } from './hints';

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
		builderHint: {
			searchHint:
				'Turns a photo of one person into a portrait: the item then has image_url, and the image file in the binary field data. The photo is a public link (imageSource url) or a file of the incoming item (imageSource binary). With waitForCompletion false it has task_id only, and Doubao Portrait Result must follow. Each portrait costs money.',
			relatedNodes: [
				{
					nodeType: 'n8n-nodes-302ai-doubao-portrait.doubaoPortraitResult',
					relationHint:
						'Fetches the portrait by its task_id; only needed when waitForCompletion is false',
				},
			],
		},
		credentials: [{ name: 'ai302Api', required: true, testedBy: 'testAi302Api' }],
		hints: submitHints,
		properties: submitProperties,
	};

	methods = { credentialTest: { testAi302Api } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await submitPortraits(this);
	}
}
