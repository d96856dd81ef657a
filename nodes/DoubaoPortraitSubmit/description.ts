import type { INodeProperties } from 'n8n-workflow';

import { connectionOptions, optionsOf } from '../shared/connectionFields';

const fraction = { minValue: 0, maxValue: 1, numberPrecision: 1 };
const pixels = { minValue: 512, maxValue: 2048, numberPrecision: 0 };

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
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. Studio portrait, soft light, dark blue suit',
		description:
			'What the portrait shall look like: style, clothes, light, background. Up to 800 characters. May be empty.',
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
				description: 'The prompt leads; only the gender is taken from the photo',
			},
			{
				name: 'Person Only',
				value: 'reference_char',
				description: 'The person is taken from the photo, the background is not',
			},
			{
				name: 'Whole Photo',
				value: 'reference',
				description: 'The person and the background are taken from the photo',
			},
		],
		hint: 'With a prompt, Automatic keeps only the gender. Choose Person Only to keep the face.',
		description: 'How much of the photo the portrait keeps',
	},
	optionsOf([
		{
			displayName: 'Beautification',
			name: 'beautification',
			type: 'number',
			default: 0.3,
			typeOptions: fraction,
			description: 'How much the face is beautified, from 0 (not at all) to 1',
		},
		{
			displayName: 'Face Clarity',
			name: 'faceClarity',
			type: 'number',
			default: 0.4,
			typeOptions: fraction,
			description: 'How sharp the face is drawn, from 0 to 1',
		},
		{
			displayName: 'Height',
			name: 'height',
			type: 'number',
			default: 1328,
			typeOptions: pixels,
			description: 'Height of the portrait in pixels, from 512 to 2048',
		},
		{
			displayName: 'Seed',
			name: 'seed',
			type: 'number',
			default: -1,
			typeOptions: { minValue: -1, numberPrecision: 0 },
			description: 'Number that makes a portrait repeatable. -1 is a new one each time.',
		},
		{
			displayName: 'Skin Smoothing',
			name: 'skinSmoothing',
			type: 'number',
			default: 0,
			typeOptions: fraction,
			description: 'How much the skin is evened out, from 0 (not at all) to 1',
		},
		{
			displayName: 'Width',
			name: 'width',
			type: 'number',
			default: 1328,
			typeOptions: pixels,
			description: 'Width of the portrait in pixels, from 512 to 2048',
		},
		...connectionOptions,
	]),
];
