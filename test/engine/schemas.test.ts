/** n8n shows the fields of `__schema__` before a node has run, so they must be those that come out. */
import Ajv, { type AnySchemaObject } from 'ajv';
import type { IDataObject } from 'n8n-workflow';

import resultSchema from '../../nodes/DoubaoPortraitResult/__schema__/v1.0.0.json';
import submitSchema from '../../nodes/DoubaoPortraitSubmit/__schema__/v1.0.0.json';
import { answer } from '../../sandbox/faults/faults';
import { doneWith, useBench } from '../support/bench';
import { QUICK, useSubmits } from './submits';

const bench = useBench();
const submits = useSubmits();

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/** The same schema, under which a field that it does not name is wrong. */
function closed(schema: AnySchemaObject): AnySchemaObject {
	if (!schema.properties) return schema;
	const properties = Object.entries<AnySchemaObject>(schema.properties).map(
		([name, property]) => [name, closed(property)] as const,
	);
	return { ...schema, properties: Object.fromEntries(properties), additionalProperties: false };
}

function expectToFit(row: IDataObject, schema: AnySchemaObject): void {
	const fits = ajv.compile(closed(schema));
	fits(row);
	expect(fits.errors).toBeNull();
}

/** Every field that a schema names, those of objects as `generation.seed`. */
function fieldsOf(schema: AnySchemaObject): string[] {
	return Object.entries<AnySchemaObject>(schema.properties).flatMap(([name, property]) => [
		name,
		...(property.properties ? fieldsOf(property).map((inner) => `${name}.${inner}`) : []),
	]);
}

describe('the fields shown before Doubao Portrait Result has run', () => {
	it('are those of a finished task, every one', async () => {
		const { json } = await bench.rowOf(bench.task({ prompt: 'A king', seed: 7 }));
		expectToFit(json, resultSchema);
		for (const field of fieldsOf(resultSchema)) expect(json).toHaveProperty(field);
	});

	it('fit an answer that tells neither how the image was made nor gives a link to it', async () => {
		const base64 = await bench.sandbox.imageBytes(bench.task());
		const taskId = bench.faultyTask(doneWith({ base64: [base64.toString('base64')] }));
		const { json } = await bench.rowOf(taskId);
		expect(json).toMatchObject({ completed: true, image_url: null });
		expectToFit(json, resultSchema);
	});

	it('fit a task that is not finished', async () => {
		const { json } = await bench.rowOf(bench.task({ queuedFor: 60_000 }), {
			parameters: { waitForCompletion: false },
		});
		expect(json).toMatchObject({ completed: false });
		expectToFit(json, resultSchema);
	});
});

describe('the fields shown before Doubao Portrait Submit has run', () => {
	it('are those of a finished portrait, every one', async () => {
		const { success } = await submits.run({
			waitForCompletion: true,
			prompt: 'A king',
			options: QUICK,
		});
		expectToFit(success[0].json, submitSchema);
		for (const field of fieldsOf(submitSchema)) expect(success[0].json).toHaveProperty(field);
	});

	it('begin with the task ID, which is there before its portrait', async () => {
		const data = { task_id: '7418048504813240370' };
		submits.sandbox.inject({ endpoint: 'submit', handle: answer(200, { code: 10000, data }) });
		const { success } = await submits.run();
		expect(success[0].json).toMatchObject({ ...data, request_id: null });
	});
});
