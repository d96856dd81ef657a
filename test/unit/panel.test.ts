import { NodeHelpers, type INode, type INodeParameters, type INodeType } from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';

/** The labels of the fields and of the options that n8n offers, as a node or as its tool variant. */
function panelOf(
	{ description }: INodeType,
	parameters: INodeParameters,
	isTool = false,
): { fields: string[]; options: string[] } {
	const type = { ...description, name: description.name + (isTool ? 'Tool' : '') };
	const defaults = Object.fromEntries(
		description.properties.map(({ name, default: value }) => [name, value]),
	) as INodeParameters;
	const node: INode = {
		id: '',
		name: '',
		type: type.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: { ...defaults, ...parameters },
	};
	const isShown = (given: (typeof description.properties)[number]): boolean =>
		NodeHelpers.displayParameter(node.parameters, given, node, type);
	const options = description.properties.find(({ name }) => name === 'options')?.options ?? [];
	return {
		fields: description.properties.filter(isShown).map(({ displayName }) => displayName),
		options: options.flatMap((option) =>
			'type' in option && isShown(option) ? [option.displayName] : [],
		),
	};
}

const submit = new DoubaoPortraitSubmit();
const result = new DoubaoPortraitResult();
const OWN_FIELDS = ['Photo From', 'Photo Link', 'Prompt', 'Reference Mode', 'Size'];
const OWN_OPTIONS = [
	'Additional Fields (JSON)',
	'API Path',
	'Beautification',
	'Face Clarity',
	'Height',
	'Ignore SSL Issues (Insecure)',
	'Include Other Input Fields',
	'Max Portraits per Execution',
	'Number of Portraits',
	'Proxy',
	'Request Timeout',
	'Seed',
	'Skin Smoothing',
	'Width',
];
const OF_DELIVERY = [
	'AI Content Label',
	'File Name',
	'Max Concurrency',
	'Max File Size',
	'Max Wait',
	'On Timeout',
	'Poll Interval',
	'Split Images',
];

describe('the panel of Doubao Portrait Submit', () => {
	it('shows nothing of the waiting where it is off', () => {
		expect(panelOf(submit, { waitForCompletion: false })).toEqual({
			fields: [...OWN_FIELDS, 'Wait for Completion', 'Options'],
			options: OWN_OPTIONS,
		});
	});

	it('shows all that Doubao Portrait Result has, watermark included', () => {
		const { fields, options } = panelOf(submit, { addWatermark: true });
		const ofResult = panelOf(result, { addWatermark: true });
		expect(fields).toEqual([...OWN_FIELDS, ...ofResult.fields.slice(1)]);
		expect(options).toEqual(
			[...OWN_OPTIONS, ...OF_DELIVERY].sort((one, other) => one.localeCompare(other)),
		);
		expect(options).toEqual(expect.arrayContaining(ofResult.options));
	});

	it('has the watermark fields only with Add Watermark on, and no file field for links only', () => {
		const { fields } = panelOf(submit, { output: 'url' });
		expect(fields.filter((name) => /Watermark |Output File/.test(name))).toEqual([]);
	});
});

describe.each([
	['Doubao Portrait Submit', submit],
	['Doubao Portrait Result', result],
])('the panel of %s as a tool', (_name, type) => {
	it('lacks what means nothing to a tool, and has a choice of fields in place of it', () => {
		const asNode = panelOf(type, {});
		const asTool = panelOf(type, {}, true);
		expect(asNode.fields.filter((name) => !asTool.fields.includes(name))).toEqual([
			'Output',
			'Put Output File in Field',
		]);
		expect(asNode.options.filter((name) => !asTool.options.includes(name))).toEqual([
			'File Name',
			'Include Other Input Fields',
			'Max File Size',
		]);
		expect(asTool.fields.filter((name) => !asNode.fields.includes(name))).toEqual([
			'Fields to Return',
		]);
		const raw = panelOf(type, { simplify: false }, true);
		expect(raw.fields).not.toContain('Fields to Return');
	});
});
