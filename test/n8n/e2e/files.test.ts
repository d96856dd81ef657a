/** Photos in files, in the ways in which n8n hands files on. */
import type { INode } from 'n8n-workflow';

import { exampleCredential } from '../../../real-n8n/demo/examples';
import type { WorkflowFile } from '../../../real-n8n/driver/instance';
import { manifest } from '../../../real-n8n/driver/package';
import { execute, fileOf, setUp, type Stage } from '../stage';

/** As many as n8n may open, and fewer than there are photos. */
const OPEN_FILES = 256;
const PHOTOS = 2000;
const PHOTO = 'Photo';
const SUBMIT = 'Doubao Portrait Submit';
const RESULT = 'Doubao Portrait Result';

let stage: Stage;
let photo: { bytes: Buffer; link: string };

beforeAll(async () => {
	stage = await setUp(
		{ submitted: { queuedFor: 0, generatingFor: 0 } },
		{ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' }, openFiles: OPEN_FILES },
	);
	const { sandbox } = stage;
	const taskId = sandbox.addTask({ width: 64, height: 64 });
	const answer = await fetch(`${sandbox.baseUrl}/doubao/drawing/portrait_result`, {
		method: 'POST',
		headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
		body: JSON.stringify({ task_id: taskId, req_json: '{"return_url":true}' }),
	});
	const { data }: { data: { image_urls: string[] } } = JSON.parse(await answer.text());
	photo = { bytes: await sandbox.imageBytes(taskId), link: data.image_urls[0] };
});
afterAll(async () => await stage?.stop());

function node(name: string, type: string, typeVersion: number, parameters: object): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters: { ...parameters } };
}

function ours(name: string, type: string, parameters: object): INode {
	const { id, name: credential } = exampleCredential('', '');
	return {
		...node(name, `${manifest().name}.${type}`, 1, parameters),
		credentials: { ai302Api: { id, name: credential } },
	};
}

const start = node('Start', 'n8n-nodes-base.manualTrigger', 1, {});
/** Fetches the photo into a field of its item. */
const fetching = (): INode =>
	node(PHOTO, 'n8n-nodes-base.httpRequest', 4.2, {
		url: photo.link,
		options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
	});
const submitting = (parameters: object): INode =>
	ours(SUBMIT, 'doubaoPortraitSubmit', {
		imageSource: 'binary',
		waitForCompletion: false,
		...parameters,
	});

/** The nodes in a row. */
async function importRow(id: string, nodes: INode[], settings = {}): Promise<void> {
	const names = nodes.map(({ name }) => name);
	const connections: WorkflowFile['connections'] = Object.fromEntries(
		names
			.slice(0, -1)
			.map((name, index) => [
				name,
				{ main: [[{ node: names[index + 1], type: 'main' as const, index: 0 }]] },
			]),
	);
	await stage.n8n.importWorkflows([{ id, name: id, nodes, connections, settings }]);
}

/** What was uploaded for the only submit since `before`. */
async function uploadedSince(before: number): Promise<Buffer> {
	const orders = stage.sandbox.orders.slice(before);
	expect(orders).toHaveLength(1);
	const file = await fetch(String(orders[0].body.image_input));
	return Buffer.from(await file.arrayBuffer());
}

test.each(['separate', 'combined'])(
	'a file goes in and a portrait comes out, with files kept %s',
	async (binaryMode) => {
		// n8n 1 knows one way only.
		const isInJson = binaryMode === 'combined' && !stage.version.startsWith('1.');
		const field = isInJson ? '_files.data' : 'data';
		const nodes = [
			start,
			fetching(),
			submitting({ binaryPropertyName: field }),
			ours(RESULT, 'doubaoPortraitResult', {}),
		];
		await importRow(binaryMode, nodes, { binaryMode });
		const before = stage.sandbox.orders.length;

		const execution = await execute(stage, binaryMode);

		expect(execution.error).toBeUndefined();
		expect((await uploadedSince(before)).equals(photo.bytes)).toBe(true);
		const [row] = execution.items(RESULT);
		expect(row.json).toMatchObject({ completed: true });
		const { taskId } = stage.sandbox.orders[before];
		const files = row.json._files as typeof row.binary;
		const portrait = fileOf(stage, isInJson ? { ...row, binary: files } : row);
		expect(portrait.equals(await stage.sandbox.imageBytes(taskId))).toBe(true);
	},
);

test('a file of an earlier node can be named by an expression', async () => {
	const nodes = [
		start,
		fetching(),
		node('Between', 'n8n-nodes-base.set', 3.4, { assignments: {}, options: {} }),
		submitting({ binaryPropertyName: `={{ $('${PHOTO}').item.binary.data }}` }),
	];
	await importRow('expression', nodes);
	const before = stage.sandbox.orders.length;

	const execution = await execute(stage, 'expression');

	expect(execution.error).toBeUndefined();
	expect((await uploadedSince(before)).equals(photo.bytes)).toBe(true);
});

test('two thousand photos are submitted where n8n may open a few hundred files', async () => {
	const list = node('List', 'n8n-nodes-base.set', 3.4, {
		mode: 'raw',
		jsonOutput: `={{ { photos: Array.from({ length: ${PHOTOS} }, (_, index) => index) } }}`,
		includeOtherFields: true,
		options: { includeBinary: true, stripBinary: false },
	});
	const each = node('Each', 'n8n-nodes-base.splitOut', 1, {
		fieldToSplitOut: 'photos',
		options: { includeBinary: true },
	});
	await importRow('many', [start, fetching(), list, each, submitting({})]);
	const before = stage.sandbox.orders.length;

	const execution = await execute(stage, 'many');

	expect(execution.error).toBeUndefined();
	expect(execution.items(SUBMIT)).toHaveLength(PHOTOS);
	expect(stage.sandbox.orders.slice(before)).toHaveLength(PHOTOS);
});
