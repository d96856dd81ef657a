import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent runs the node. Older agents call the tool themselves, and n8n says so; newer ones have n8n's engine run
 * the node, which then tells only by the type that n8n gave to the tool variant. n8n before 2.2 has no isToolExecution.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}
