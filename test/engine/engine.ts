/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- a test, never shipped */
import { Container } from '@n8n/di';
import { BinaryDataService, ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	ICredentialsHelper,
	NodeConnectionTypes,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type ITaskData,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { Ai302Api } from '../../credentials/Ai302Api.credentials';

/** How one node is run. */
export interface EngineRun {
	node: INodeType;
	/** Items that come in; one empty item when absent. */
	items?: INodeExecutionData[];
	parameters?: IDataObject;
	credential: { apiKey: string; baseUrl: string };
	/** The node's settings: onError, retryOnFail, maxTries, waitBetweenTries. */
	settings?: Partial<INode>;
	/** Resolves when the execution is to be cancelled. */
	cancelWhen?: Promise<void>;
}

export interface EngineResult {
	/** n8n's own data of the node's last run. */
	task: ITaskData;
	/** How often the node was run. */
	runs: number;
	success: INodeExecutionData[];
	/** The error branch; empty unless `onError` is continueErrorOutput. */
	errors: INodeExecutionData[];
}

const start: INodeType = {
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
};

/** Hands out the one credential, applied as the credential class says, by n8n's own expressions. */
class OneCredential extends ICredentialsHelper {
	constructor(private readonly data: ICredentialDataDecryptedObject) {
		super();
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		options: IHttpRequestOptions,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		if (!workflow || !node) throw new Error('n8n gives a workflow and a node');
		const headers = new Ai302Api().authenticate.properties.headers ?? {};
		const resolved = Object.entries(headers).map(([name, value]) => [
			name,
			workflow.expression.getSimpleParameterValue(node, value, 'internal', { $credentials: credentials }),
		]);
		return { ...options, headers: { ...options.headers, ...Object.fromEntries(resolved) } };
	}

	async preAuthentication(): Promise<undefined> {}

	async runPreAuthentication(): Promise<undefined> {}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('not stored');
	}

	async getDecrypted(): Promise<ICredentialDataDecryptedObject> {
		return { ...this.data };
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}

	getCredentialsProperties(): INodeProperties[] {
		return new Ai302Api().properties;
	}
}

/** Runs a node in n8n's own engine behind a node that gives it `items`. */
export async function runInEngine(run: EngineRun): Promise<EngineResult> {
	let runs = 0;
	const execute = run.node.execute;
	const counted: INodeType = {
		...run.node,
		description: run.node.description,
		methods: run.node.methods,
		async execute() {
			runs += 1;
			return (await execute?.call(this)) ?? [[]];
		},
	};
	const items = run.items ?? [{ json: {} }];
	const first: INodeType = { ...start, execute: async () => [items] };
	const typeOf = (type: string): INodeType => (type === 'start' ? first : counted);
	const nodes: INode[] = [
		{ id: '1', name: 'Start', type: 'start', typeVersion: 1, position: [0, 0], parameters: {} },
		{
			id: '2',
			name: 'Node under test',
			type: run.node.description.name,
			typeVersion: 1,
			position: [200, 0],
			parameters: { ...run.parameters } as INode['parameters'],
			credentials: { ai302Api: { id: '1', name: '302.AI account' } },
			...run.settings,
		},
	];
	const connections = {
		Start: { main: [[{ node: 'Node under test', type: NodeConnectionTypes.Main, index: 0 }]] },
	};
	const workflow = new Workflow({
		id: 'w',
		nodes,
		connections,
		nodeTypes: { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) },
		active: false,
		settings: {},
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
		credentialsHelper: new OneCredential(run.credential),
		webhookBaseUrl: 'http://localhost/webhook',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		instanceBaseUrl: 'http://localhost/',
	} as unknown as IWorkflowExecuteAdditionalData;
	await Container.get(BinaryDataService).init();
	const data = createRunExecutionData({
		executionData: {
			contextData: {},
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: null,
			nodeExecutionStack: [{ node: nodes[0], data: { main: [[{ json: {} }]] }, source: null }],
		},
	});
	const execution = new WorkflowExecute(additionalData, 'manual', data).processRunExecutionData(workflow);
	run.cancelWhen?.then(() => execution.cancel()).catch(() => {});
	const finished = await execution;
	const tasks = finished.data.resultData.runData['Node under test'];
	const task = tasks[tasks.length - 1];
	return {
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
