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
const waits = { waitForCompletion: true, addWatermark: true };

describe('the panel of Doubao Portrait Submit', () => {
	it('shows all that Doubao Portrait Result has, and nothing of the waiting where it is off', () => {
		const ofResult = panelOf(result, waits);
		const [before, after] = [panelOf(submit, { waitForCompletion: false }), panelOf(submit, waits)];
		// 'Task ID' is what it makes itself.
		expect(after.fields.filter((name) => !before.fields.includes(name))).toEqual(
			ofResult.fields.filter((name) => !['Task ID', ...before.fields].includes(name)),
		);
		expect(after.options).toEqual(expect.arrayContaining(ofResult.options));
		expect(after.options.filter((name) => !before.options.includes(name))).toEqual([
			...['AI Content Label', 'File Name', 'Max Concurrency', 'Max File Size', 'Max Wait'],
			...['On Timeout', 'Poll Interval', 'Split Images'],
		]);
		expect(before.fields.slice(-2)).toEqual(['Wait for Completion', 'Options']);
	});

	it('has the watermark fields only with Add Watermark on, and no file field for links only', () => {
		const { fields } = panelOf(submit, { output: 'url' });
		expect(fields.filter((name) => /Watermark |Output File/.test(name))).toEqual([]);
	});
});

it.each([
	['Doubao Portrait Submit', submit],
	['Doubao Portrait Result', result],
])(
	'the panel of %s as a tool lacks what means nothing to a tool, and has a choice of fields',
	(_name, type) => {
		const [asNode, asTool] = [panelOf(type, waits), panelOf(type, waits, true)];
		const onlyNode = ['Output', 'Put Output File in Field'];
		const onlyNodeOptions = ['File Name', 'Include Other Input Fields', 'Max File Size'];
		const onlyTool = ['Fields to Return'];
		expect(asTool.fields.filter((name) => !onlyTool.includes(name))).toEqual(
			asNode.fields.filter((name) => !onlyNode.includes(name)),
		);
		expect(asTool.fields).toEqual(expect.arrayContaining(onlyTool));
		expect(panelOf(type, { simplify: false }, true).fields).not.toContain('Fields to Return');
		expect(asTool.options).toEqual(
			asNode.options.filter((name) => !onlyNodeOptions.includes(name)),
		);
		expect(asNode.fields).toEqual(expect.arrayContaining(onlyNode));
		expect(asNode.options).toEqual(expect.arrayContaining(onlyNodeOptions));
	},
);
