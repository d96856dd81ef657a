import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { isTool } from '../../nodes/shared/tool';
import { node } from '../support/context';

const asContext = (context: object, type: INode['type'] = 'doubaoPortraitSubmitTool') =>
	({ getNode: () => ({ ...node, type }), ...context }) as unknown as IExecuteFunctions;

/** What n8n's contexts have and do not have, by the one who runs the node. */
const engine = { 'n8n 1': {}, 'n8n 2': { isToolExecution: () => false } };
const agent = {
	'n8n 1': { getNextRunIndex: () => 0 },
	'n8n 2': { getNextRunIndex: () => 0, isToolExecution: () => true },
};

describe.each(['n8n 1', 'n8n 2'] as const)('in %s', (version) => {
	it('a node is called by an agent, or run by the engine for one: a tool both times', () => {
		expect(isTool(asContext(agent[version]))).toBe(true);
		expect(isTool(asContext(engine[version]))).toBe(true);
	});

	it('a node of a workflow is no tool', () => {
		const context = asContext(engine[version], 'doubaoPortraitSubmit');
		expect(isTool(context)).toBe(false);
	});
});
