import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent runs the node. n8n before 2.8 has no isToolExecution, but gives the node's tool variant a type of its own. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? context.getNode().type.endsWith('Tool');
}
