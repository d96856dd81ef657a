import { startRun } from '../../nodes/shared/run';
import { contextWith, node } from '../support/context';

const isTool = (context: object, type = 'doubaoPortraitSubmitTool') =>
	startRun(
		Object.assign(contextWith({}), {
			isToolExecution: undefined,
			getNode: () => ({ ...node, type }),
			...context,
		}),
		'',
	).isTool;

/** What n8n's contexts have and do not have, by the one who runs the node. */
const engine = { 'n8n 1': {}, 'n8n 2': { isToolExecution: () => false } };
const agent = {
	'n8n 1': { getNextRunIndex: () => 0 },
	'n8n 2': { getNextRunIndex: () => 0, isToolExecution: () => true },
};

describe.each(['n8n 1', 'n8n 2'] as const)('in %s', (version) => {
	it('a node is called by an agent, or run by the engine for one: a tool both times', () => {
		expect(isTool(agent[version])).toBe(true);
		expect(isTool(engine[version])).toBe(true);
	});

	it('a node of a workflow is no tool', () => {
		expect(isTool(engine[version], 'doubaoPortraitSubmit')).toBe(false);
	});
});
