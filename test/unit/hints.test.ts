import { Workflow, type IDataObject } from 'n8n-workflow';

import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { nodeOf } from '../support/engine';

const submit = new DoubaoPortraitSubmit();

/** What n8n shows beside the output before a node runs, by n8n's own reading of the conditions. */
function shownBefore(parameters: IDataObject): string[] {
	const node = nodeOf('Doubao Portrait Submit', 'doubaoPortraitSubmit', parameters);
	const type = (): DoubaoPortraitSubmit => submit;
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getByName: type, getByNameAndVersion: type, getKnownTypes: () => ({}) },
	});
	const hints = submit.description.hints ?? [];
	return hints
		.filter(({ whenToDisplay }) => whenToDisplay !== 'afterExecution')
		.filter(({ displayCondition = '=true' }) => {
			const value = workflow.expression.getSimpleParameterValue(
				workflow.nodes[node.name],
				displayCondition,
				'internal',
				{},
			);
			return value === true || value === 'true';
		})
		.map(({ message }) => message);
}

describe('before a portrait is submitted, a hint says that the photo decides', () => {
	it.each([
		['reference_char', 'A man in a dark blue suit'],
		['reference_char', 'She is wearing something red'],
		['reference', 'with long hair'],
		['reference', '穿西装'],
	])('over clothes and hair in the mode %s, for the prompt "%s"', (referenceMode, prompt) => {
		expect(shownBefore({ referenceMode, prompt })).toEqual([
			expect.stringContaining('clothes or hair'),
		]);
	});

	it('over the background with Whole Photo alone', () => {
		const prompt = 'A beach in the background';
		const hint = expect.stringContaining('the background');
		expect(shownBefore({ referenceMode: 'reference', prompt })).toEqual([hint]);
		expect(shownBefore({ referenceMode: 'reference_char', prompt })).toEqual([]);
	});

	it.each([
		['creative', 'A man in a dark blue suit on a grey background'],
		['auto', 'A man in a dark blue suit on a grey background'],
		['reference', 'Soft light, the address of a castle'],
		['reference', ''],
		['reference_char', undefined],
	])('not in the mode %s with the prompt "%s"', (referenceMode, prompt) => {
		expect(shownBefore({ referenceMode, ...(prompt === undefined ? {} : { prompt }) })).toEqual([]);
	});
});
