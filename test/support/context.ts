import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

import { parametersOf, type ReadParameter } from '../../nodes/shared/parameters';

export const node: INode = {
	id: '1',
	name: 'Doubao Portrait Result',
	type: 'doubaoPortraitResult',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** The few methods of n8n that reading parameters and writing rows need. */
export function contextWith(
	parameters: Record<string, unknown>,
	{ items = [{ json: {} }], continueOnFail = false }: ContextSettings = {},
): IExecuteFunctions {
	const context: Partial<IExecuteFunctions> = {
		getNode: () => node,
		isToolExecution: () => false,
		getInputData: () => items,
		continueOnFail: () => continueOnFail,
	};
	const getNodeParameter = (name: string, _item: number, otherwise?: unknown): unknown =>
		name in parameters ? parameters[name] : otherwise;
	return Object.assign(context, { getNodeParameter }) as unknown as IExecuteFunctions;
}

export function parametersWith(given: Record<string, unknown>): ReadParameter {
	return parametersOf(contextWith(given))(0);
}

interface ContextSettings {
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
}
