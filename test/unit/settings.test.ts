import { fileNameFor } from '../../nodes/shared/delivery/settings';
import { FailureError, type Failure } from '../../nodes/shared/failure';
import { startRun } from '../../nodes/shared/run';
import { contextWith, node } from '../support/context';
import { deliveryWith } from '../support/run';

const withOptions = (options: unknown) => deliveryWith({ options });
const watermarkOf = (fields: Record<string, unknown> = {}) =>
	deliveryWith({ addWatermark: true, ...fields }).marks.logo_info;
const labelOf = (values: Record<string, unknown>) =>
	withOptions({ aigcMeta: { values } }).marks.aigc_meta;

function refusalOf(read: () => unknown): Failure {
	try {
		read();
	} catch (error) {
		if (error instanceof FailureError) return error.failure;
	}
	throw new Error('Nothing was refused');
}

describe('the settings of an item', () => {
	it('are the documented defaults when nothing is set', () => {
		expect(deliveryWith()).toEqual({
			plan: {
				waitForCompletion: true,
				maxWait: 300_000,
				pollInterval: undefined,
				onTimeout: 'error',
			},
			marks: { logo_info: undefined, aigc_meta: undefined },
			output: 'both',
			fileField: 'data',
			fileName: '',
			maxFileSize: 50e6,
			simplify: true,
			fieldsToReturn: [],
			splitImages: false,
		});
	});

	it('take every option', () => {
		const settings = withOptions({
			maxWait: 20,
			pollInterval: 1.5,
			onTimeout: 'return',
			maxFileSize: 2,
			fileName: 'anna',
			splitImages: true,
		});
		expect(settings).toMatchObject({
			plan: { maxWait: 20_000, pollInterval: 1500, onTimeout: 'return' },
			maxFileSize: 2e6,
			fileName: 'anna',
			splitImages: true,
		});
	});

	it.each(['both', 'url', 'binary'])('have the output %s, and links only for a tool', (output) => {
		expect(deliveryWith({ output }).output).toBe(output);
		expect(deliveryWith({ output }, true).output).toBe('url');
	});

	it.each([
		['several', ['status', 'image_urls'], ['status', 'image_urls']],
		['one by its name', 'Completed', ['completed']],
		['nothing', '', []],
	])('name the fields that an agent wants: %s', (_which, fieldsToReturn, names) => {
		expect(deliveryWith({ fieldsToReturn }, true).fieldsToReturn).toEqual(names);
	});

	it.each(['toString', 'task_id', 7])('refuse %p as a field that an agent wants', (field) => {
		const { message, remedy } = refusalOf(() => deliveryWith({ fieldsToReturn: [field] }, true));
		expect(message).toMatch(/^'Fields to Return' is /);
		expect(remedy).toBe(
			'It must be one of: completed, generation, image_url, image_urls, request_id, status.',
		);
	});

	it.each([
		['', 'data'],
		['  ', 'data'],
		[' photo ', 'photo'],
	])('put the file of the field %j into %j', (binaryPropertyName, field) => {
		expect(deliveryWith({ binaryPropertyName }).fileField).toBe(field);
	});

	it.each([
		['true', true],
		[false, false],
		['false', false],
	])('take the switch %j of an expression for %j', (simplify, value) => {
		expect(deliveryWith({ simplify }).simplify).toBe(value);
	});
});

describe('the watermark', () => {
	it('is none when it is off, whatever its fields hold', () => {
		const off = deliveryWith({ addWatermark: false, watermarkOpacity: 7, watermarkText: 'x' });
		expect(off.marks.logo_info).toBeUndefined();
	});

	it('is that of the documents when nothing of it is set', () => {
		expect(watermarkOf()).toStrictEqual({
			add_logo: true,
			position: 0,
			language: 0,
			opacity: 1,
			logo_text_content: undefined,
		});
	});

	it.each([0, 1, 2, 3])('takes every field, as text too, with the position %i', (position) => {
		const fields = {
			watermarkText: 'ours',
			watermarkPosition: String(position),
			watermarkLanguage: '1',
			watermarkOpacity: '0.5',
		};
		expect(watermarkOf(fields)).toEqual({
			add_logo: true,
			position,
			language: 1,
			opacity: 0.5,
			logo_text_content: 'ours',
		});
	});

	it('may be of the opacity 0', () => {
		expect(watermarkOf({ watermarkOpacity: 0 })?.opacity).toBe(0);
	});
});

describe('the content label', () => {
	it('is all that is filled in, the producer without blanks around it', () => {
		const values = { producerId: ' me ', contentProducer: 'a', contentPropagator: 'b' };
		expect(labelOf({ ...values, propagateId: 'c' })).toEqual({
			producer_id: 'me',
			content_producer: 'a',
			content_propagator: 'b',
			propagate_id: 'c',
		});
		expect(labelOf({ producerId: 'me', propagateId: '' })).toEqual({ producer_id: 'me' });
	});

	it('is none when all of it is empty', () => {
		expect(labelOf({ producerId: '', contentProducer: '' })).toBeUndefined();
		expect(withOptions({ aigcMeta: {} }).marks.aigc_meta).toBeUndefined();
	});
});

type Refused = [string, Record<string, unknown>];

it.each<Refused>([
	["'Output'", { output: 'everything' }],
	["'Simplify'", { simplify: 'yes' }],
	["'Put Output File in Field'", { binaryPropertyName: {} }],
	...['yes', 1, null, {}].map((addWatermark): Refused => ["'Add Watermark'", { addWatermark }]),
	...[1.5, -0.1, 'much', null, Number.NaN].map(
		(opacity): Refused => [
			"'Watermark Opacity'",
			{ addWatermark: true, watermarkOpacity: opacity },
		],
	),
	["'Watermark Position'", { addWatermark: true, watermarkPosition: 4 }],
	["'Watermark Language'", { addWatermark: true, watermarkLanguage: 'en' }],
	["'Watermark Text'", { addWatermark: true, watermarkText: {} }],
	...Object.entries({
		"'Producer ID'": { producerId: {} },
		"'Content Producer'": { contentProducer: {} },
		"'Content Publisher'": { contentPropagator: {} },
		"'Publisher ID'": { propagateId: {} },
		"'Producer ID' of 'AI Content Label' is empty": { contentProducer: 'x' },
	}).map(([field, values]): Refused => [field, { options: { aigcMeta: { values } } }]),
	["'Max Wait'", { options: { maxWait: -1 } }],
	["'Max Wait'", { options: { maxWait: 'long' } }],
	["'Poll Interval'", { options: { pollInterval: 0 } }],
	["'On Timeout'", { options: { onTimeout: 'explode' } }],
	["'Max File Size'", { options: { maxFileSize: 0 } }],
	["'File Name'", { options: { fileName: {} } }],
	["'Split Images'", { options: { splitImages: 'x' } }],
	["'Split Images'", { options: { splitImages: { toString: '' } } }],
	...[0, 101, 1.5, 'many'].map(
		(maxConcurrency): Refused => ["'Max Concurrency'", { options: { maxConcurrency } }],
	),
	["'Options'", { options: 'none' }],
])('a parameter that cannot be used is refused as %s: %j', (field, parameters) => {
	const { kind, message, remedy } = refusalOf(() => deliveryWith(parameters));
	expect(kind).toBe('parameter');
	expect(message).toContain(field);
	expect(remedy).not.toBe('');
});

it.each<[unknown, number]>([
	[{}, 100],
	[{ maxConcurrency: 1 }, 1],
	[{ maxConcurrency: '7' }, 7],
	// The item fails by itself.
	[{ maxConcurrency: 0 }, 100],
	['none', 100],
])(
	'a run whose first item has the options %j has at most %i requests in flight',
	(options, most) => {
		expect(startRun(contextWith({ options }), '').gate.most).toBe(most);
	},
);

/** What n8n's contexts have and do not have. */
const n8n1 = { isToolExecution: undefined };
const ofEngine = { isToolExecution: () => false };
const ofAgent = { isToolExecution: () => true };

it.each([
	['called by an agent of n8n 2', 'doubaoPortraitSubmit', ofAgent, true],
	['run by the engine of n8n 2 for an agent', 'doubaoPortraitSubmitTool', ofEngine, true],
	['run by n8n 1 for an agent', 'doubaoPortraitSubmitTool', n8n1, true],
	['of a workflow of n8n 2', 'doubaoPortraitSubmit', ofEngine, false],
	['of a workflow of n8n 1', 'doubaoPortraitSubmit', n8n1, false],
])('a node %s (%s) is told for a tool or for none', (_how, type, ofN8n, isTool) => {
	const context = contextWith({});
	Object.assign(context, { getNode: () => ({ ...node, type }), ...ofN8n });
	expect(startRun(context, '').isTool).toBe(isTool);
});

describe('a file name', () => {
	it.each([
		...['anna', '照片', 'héloïse-1.2', 'a.b'].map((name) => [name, name]),
		['../../etc/passwd', '__.._etc_passwd'],
		['..', '_'],
		['/', '_'],
		['C:\\Windows\\system32', 'C__Windows_system32'],
		['nul\u0000byte', 'nul_byte'],
		['line\nbreak', 'line_break'],
		['.hidden', '_hidden'],
		['\u202egnp.exe', '_gnp.exe'],
		['a:b*c?d"e<f>g|h', 'a_b_c_d_e_f_g_h'],
		[' x. . ', 'x'],
		// Of what file systems allow, in bytes; never half a character.
		['x'.repeat(201), 'x'.repeat(200)],
		['照'.repeat(67), '照'.repeat(66)],
		[`x${'🎨'.repeat(200)}`, `x${'🎨'.repeat(49)}`],
		[`${'x'.repeat(197)}. . . y`, 'x'.repeat(197)],
	])('cannot leave its place, and keeps what it can: %j', (given, name) => {
		expect(withOptions({ fileName: given }).fileName).toBe(name);
	});

	const fileName = (taskId: string, settings: Parameters<typeof fileNameFor>[1]): string =>
		fileNameFor(taskId, settings, 0, { portrait: 0, of: 1 });

	it.each(['bert.jpg', 'bert.PNG', 'bert.webp'])('loses the ending of an image: %s', (given) => {
		expect(withOptions({ fileName: given }).fileName).toBe('bert');
	});

	it('that is empty becomes the task ID, however strange that is, and is never empty', () => {
		expect(fileName('7', withOptions({ fileName: '  ' }))).toBe('7');
		expect(fileName('7', withOptions({ fileName: 'anna' }))).toBe('anna');
		expect(fileName('../../x', deliveryWith())).toBe('__.._x');
		expect(fileName('', deliveryWith())).toBe('portrait');
	});
});
