import { Container } from '@n8n/di';
import {
	BinaryDataService,
	ErrorReporter,
	ExecutionLifecycleHooks,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type IConnections,
	type ICredentialType,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IRun,
	type ITaskData,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { OneCredential } from './oneCredential';

/** How one node is run. */
export interface EngineRun {
	node: INodeType;
	/** Items that come in; one empty item when absent. */
	items?: INodeExecutionData[];
	parameters?: IDataObject;
	credential: { apiKey: string; baseUrl: string };
	/** Signs the requests; the package's own when absent. */
	credentialType?: ICredentialType;
	/** The node's settings: onError, retryOnFail, maxTries, waitBetweenTries. */
	settings?: Partial<INode>;
	/** Resolves when the execution is to be cancelled. */
	cancelWhen?: Promise<void>;
}

export interface EngineResult {
	/** n8n's own data of the whole execution. */
	execution: IRun;
	/** n8n's own data of the node's last run. */
	task: ITaskData;
	/** How often the node was run. */
	runs: number;
	success: INodeExecutionData[];
	/** The error branch; empty unless `onError` is continueErrorOutput. */
	errors: INodeExecutionData[];
}

/** A workflow to run from its node `Start` on. */
export interface WorkflowRun {
	/** Besides `Start`. */
	nodes: INode[];
	connections: IConnections;
	/** The type of every node besides `Start`, by the `type` of the node. */
	types: Record<string, INodeType>;
	/** What `Start` gives out. */
	items: INodeExecutionData[];
	credential: EngineRun['credential'];
	credentialType?: ICredentialType;
	cancelWhen?: Promise<void>;
}

/** What n8n would have written to its log about errors, since the last run began. */
export const reported: string[] = [];

/** The same of all runs, for those that go on at the same time. */
export const everReported: string[] = [];

/** n8n writes each error of a node to the console; here it is kept, to be looked at. */
function keepReports(): void {
	reported.length = 0;
	Container.get(ErrorReporter).error = (error) => {
		const text = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
		reported.push(text);
		everReported.push(text);
	};
}

const CREDENTIALS = { ai302Api: { id: '1', name: '302.AI account' } };

/** A node as a workflow holds it, with the credential. */
export function nodeOf(name: string, type: string, parameters: IDataObject = {}): INode {
	return {
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [200, 0],
		parameters: { ...parameters } as INode['parameters'],
		credentials: CREDENTIALS,
	};
}

function startType(items: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: 'Start',
			name: 'start',
			group: ['trigger'],
			version: 1,
			description: '',
			defaults: {},
			inputs: [],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		},
		execute: async () => [items],
	};
}

/** Runs a whole workflow in n8n's own engine. */
export async function runWorkflow(run: WorkflowRun): Promise<IRun> {
	const start: INode = { ...nodeOf('Start', 'start'), credentials: undefined };
	const nodes = [start, ...run.nodes];
	const types: Record<string, INodeType> = { ...run.types, start: startType(run.items) };
	const typeOf = (type: string): INodeType => types[type];
	const { connections } = run;
	const workflow = new Workflow({
		id: 'w',
		nodes,
		connections,
		nodeTypes: { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) },
		active: false,
		settings: { executionOrder: 'v1' },
	});
	const additionalData = {
		hooks: new ExecutionLifecycleHooks('manual', '1', {
			id: 'w',
			name: 'w',
			nodes,
			connections,
			active: false,
			activeVersionId: null,
			isArchived: false,
			createdAt: new Date(),
			updatedAt: new Date(),
		}),
		executionId: '1',
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: 'http://localhost/rest',
		credentialsHelper: new OneCredential(run.credential, run.credentialType),
		webhookBaseUrl: 'http://localhost/webhook',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		instanceBaseUrl: 'http://localhost/',
	} as unknown as IWorkflowExecuteAdditionalData;
	await Container.get(BinaryDataService).init();
	keepReports();
	const data = createRunExecutionData({
		executionData: {
			contextData: {},
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: null,
			nodeExecutionStack: [{ node: start, data: { main: [[{ json: {} }]] }, source: null }],
		},
	});
	const execution = new WorkflowExecute(additionalData, 'manual', data).processRunExecutionData(
		workflow,
	);
	run.cancelWhen?.then(() => execution.cancel()).catch(() => {});
	return await execution;
}

/** A type that reports each run of its node. */
export function counted(type: INodeType, onRun: () => void): INodeType {
	const { execute } = type;
	return {
		...type,
		description: type.description,
		methods: type.methods,
		async execute(...given) {
			onRun();
			return (await execute?.call(this, ...given)) ?? [[]];
		},
	};
}

/** Runs a node in n8n's own engine behind a node that gives it `items`. */
export async function runInEngine(run: EngineRun): Promise<EngineResult> {
	let runs = 0;
	const name = 'Node under test';
	const type = run.node.description.name;
	const execution = await runWorkflow({
		nodes: [{ ...nodeOf(name, type, run.parameters), ...run.settings }],
		connections: { Start: { main: [[{ node: name, type: NodeConnectionTypes.Main, index: 0 }]] } },
		types: { [type]: counted(run.node, () => (runs += 1)) },
		items: run.items ?? [{ json: {} }],
		credential: run.credential,
		credentialType: run.credentialType,
		cancelWhen: run.cancelWhen,
	});
	const task = execution.data.resultData.runData[name]?.at(-1);
	if (!task) throw new Error('n8n did not run the node');
	return {
		execution,
		task,
		runs,
		success: task.data?.main?.[0] ?? [],
		errors: task.data?.main?.[1] ?? [],
	};
}

/** The bytes of one file in an item. */
export async function bytesOf(item: INodeExecutionData, field = 'data'): Promise<Buffer> {
	const file = item.binary?.[field];
	if (!file) throw new Error(`no file in ${field}`);
	return await Container.get(BinaryDataService).getAsBuffer(file);
}
