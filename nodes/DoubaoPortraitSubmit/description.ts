import type { INodeProperties } from 'n8n-workflow';

import { BOUNDS, hintOf } from '../shared/bounds';
import { connectionOptions } from '../shared/connection';
import { deliveryFields, deliveryOptions, shownWhen } from '../shared/delivery/description';
import { otherFieldsOption } from '../shared/otherFields';
import { optionsOf } from '../shared/parameters';
import { DEFAULT_SIDE, SUBMIT_PATH } from '../shared/api/calls';

export const SOURCES = [
	{
		name: 'Incoming File',
		value: 'binary',
		description: 'A file of the incoming item, which is uploaded to 302.AI first',
	},
	{ name: 'Link', value: 'url', description: 'A link that anyone can open without signing in' },
] as const;

export const MODES = [
	{
		name: 'Automatic',
		value: 'auto',
		description: 'Creative with a prompt, Whole Photo without one',
	},
	{
		name: 'Creative',
		value: 'creative',
		description: 'The prompt decides clothes, hair and background',
	},
	{
		name: 'Person Only',
		value: 'reference_char',
		description: 'Clothes and hair stay as in the photo, the background does not',
	},
	{
		name: 'Whole Photo',
		value: 'reference',
		description: 'Clothes, hair and background stay as in the photo',
	},
] as const;

/** The shapes of 'Size', in pixels: about 1.8 megapixels each, as the API's own square has, within its 512 to 2048. */
export const SIZES = [
	{ name: 'Landscape 16:9 (1792 × 1008)', value: '16:9', width: 1792, height: 1008 },
	{ name: 'Landscape 3:2 (1632 × 1088)', value: '3:2', width: 1632, height: 1088 },
	{ name: 'Landscape 4:3 (1536 × 1152)', value: '4:3', width: 1536, height: 1152 },
	{ name: 'Portrait 2:3 (1088 × 1632)', value: '2:3', width: 1088, height: 1632 },
	{ name: 'Portrait 3:4 (1152 × 1536)', value: '3:4', width: 1152, height: 1536 },
	{ name: 'Portrait 9:16 (1008 × 1792)', value: '9:16', width: 1008, height: 1792 },
	{ name: 'Square 1:1 (1328 × 1328)', value: '1:1', width: 1328, height: 1328 },
] as const;

/** The fields of Doubao Portrait Submit, in the order in which the panel shows them. */
export const submitProperties: INodeProperties[] = [
	{
		displayName: 'Photo From',
		name: 'imageSource',
		type: 'options',
		default: 'url',
		options: [...SOURCES],
		description: 'Where the photo of the person comes from',
	},
	{
		displayName: 'Photo Link',
		name: 'imageUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/anna.jpg',
		description:
			'Public link to a photo of one real person. 302.AI opens it, so it must not ask for a sign-in.',
		displayOptions: { show: { imageSource: ['url'] } },
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the input field that holds the photo',
		description:
			'Name of the field of the incoming item that holds the photo: PNG, JPEG or WebP, up to 50 MB',
		displayOptions: { show: { imageSource: ['binary'] } },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. Studio portrait, soft light, dark blue suit',
		description:
			'What the portrait shall look like: style, clothes, light, background. May be empty. Sibling models take up to 800 characters.',
	},
	{
		displayName: 'Reference Mode',
		name: 'referenceMode',
		type: 'options',
		default: 'auto',
		options: [...MODES],
		description: 'What the portrait keeps of the photo besides the face, which it always keeps',
		builderHint: {
			propertyHint:
				'auto: creative with a prompt, reference without one. creative: clothes, hair and background come from the prompt. reference_char: clothes and hair stay as in the photo, the background does not. reference: all three stay.',
		},
	},
	{
		displayName: 'Size',
		name: 'size',
		type: 'options',
		default: 'default',
		options: [
			{ name: 'Default', value: 'default', description: "302.AI's own: a square" },
			...SIZES.map(({ name, value }) => ({ name, value })),
		],
		description: 'Shape of the portrait, in pixels',
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		hint: 'On: the portrait comes out here. Off: only its task ID.',
		description:
			'Whether to wait for the portrait, mostly 10 to 30 seconds, and hand over its links and files. When off, the task ID is returned at once, with which Doubao Portrait Result fetches the portrait.',
	},
	...shownWhen({ waitForCompletion: [true] }, deliveryFields('outputBinaryPropertyName')),
	optionsOf([
		{
			displayName: 'Additional Fields (JSON)',
			name: 'additionalFields',
			type: 'json',
			default: '{}',
			description:
				'Fields to send to 302.AI that this panel does not have, as a JSON object. Where names meet, the panel wins.',
		},
		{
			displayName: 'API Path',
			name: 'apiPath',
			type: 'string',
			default: SUBMIT_PATH,
			description:
				'Path of the call that submits a portrait. Change it only if 302.AI has moved the call.',
		},
		{
			displayName: 'Beautification',
			name: 'beautification',
			type: 'number',
			default: 0.3,
			hint: hintOf(BOUNDS.fraction),
			description: 'How much the face is beautified: 0 is not at all',
		},
		{
			displayName: 'Face Clarity',
			name: 'faceClarity',
			type: 'number',
			default: 0.4,
			hint: hintOf(BOUNDS.fraction),
			description: 'How sharp the face is drawn',
		},
		{
			displayName: 'Height',
			name: 'height',
			type: 'number',
			default: DEFAULT_SIDE,
			hint: hintOf(BOUNDS.pixels),
			description: 'Height of the portrait in pixels, in place of the one of Size',
		},
		{
			displayName: 'Max Portraits per Execution',
			name: 'maxPortraits',
			type: 'number',
			default: 100,
			hint: hintOf(BOUNDS.maxPortraits),
			description:
				'Most portraits to submit in one execution, all runs of this node together. What would go beyond it is refused before it is sent, so that a loop that does not end costs no more.',
		},
		{
			displayName: 'Number of Portraits',
			name: 'numberOfPortraits',
			type: 'number',
			default: 1,
			hint: hintOf(BOUNDS.numberOfPortraits),
			description:
				'How many portraits to make of the photo, to choose from. Each is billed, and is an item of its own.',
		},
		{
			displayName: 'Seed',
			name: 'seed',
			type: 'number',
			default: -1,
			hint: hintOf(BOUNDS.seed),
			description: 'Number that makes a portrait repeatable. -1 is a new one each time.',
		},
		{
			displayName: 'Skin Smoothing',
			name: 'skinSmoothing',
			type: 'number',
			default: 0,
			hint: hintOf(BOUNDS.fraction),
			description: 'How much the skin is evened out: 0 is not at all',
		},
		{
			displayName: 'Width',
			name: 'width',
			type: 'number',
			default: DEFAULT_SIDE,
			hint: hintOf(BOUNDS.pixels),
			description: 'Width of the portrait in pixels, in place of the one of Size',
		},
		otherFieldsOption,
		...shownWhen({ '/waitForCompletion': [true] }, deliveryOptions),
		...connectionOptions,
	]),
];
