import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Whether an AI agent runs the node. Older agents call the tool themselves, and n8n says so; newer ones have n8n's engine run
 * the node, which then tells only by the type that n8n gave to the tool variant. n8n before 2.2 has no isToolExecution.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}

/**
 * Whether the agent calls the node itself, many times in one run of it, rather than n8n's engine. Where n8n does not say so,
 * this method tells: n8n gives it only to the contexts of such calls.
 */
export function isCalledByAgent(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() ?? 'getNextRunIndex' in context;
}
