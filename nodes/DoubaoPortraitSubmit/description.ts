import type { INodeProperties } from 'n8n-workflow';

import { BOUNDS, hintOf } from '../shared/bounds';
import { connectionOptions, optionsOf } from '../shared/connectionFields';
import { deliveryFields, deliveryOptions, shownWhen } from '../shared/delivery/description';
import { otherFieldsOption } from '../shared/otherFields';
import { DEFAULT_SIDE, SUBMIT_PATH } from '../shared/api/calls';
import { SIZES } from './sizes';

/** The fields of Doubao Portrait Submit, in the order in which the panel shows them. */
export const submitProperties: INodeProperties[] = [
	{
		displayName: 'Photo From',
		name: 'imageSource',
		type: 'options',
		default: 'url',
		options: [
			{
				name: 'Incoming File',
				value: 'binary',
				description: 'A file of the incoming item, which is uploaded to 302.AI first',
			},
			{ name: 'Link', value: 'url', description: 'A link that anyone can open without signing in' },
		],
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
		options: [
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
		],
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
			...SIZES.map(({ value, shape, width, height }) => ({
				name: `${shape} ${value} (${width} × ${height})`,
				value,
			})),
		],
		description: 'Shape of the portrait, in pixels',
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
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
