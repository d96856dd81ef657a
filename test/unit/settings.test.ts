import { readSettings } from '../../nodes/DoubaoPortraitResult/settings';
import { resultQueryAndBody } from '../../nodes/shared/api/calls';
import {
	FIELDS,
	fileNameFor,
	readDeliveryLimits,
	resultRequestFor,
} from '../../nodes/shared/delivery/settings';
import { readTaskId } from '../../nodes/shared/api/taskId';
import { parametersWith } from '../support/context';

const taskId = '6682608976809320374';
/** All that the parameters of one item come to. */
function settingsOf(parameters: Record<string, unknown> = {}, isTool = false) {
	const parameter = parametersWith({ taskId, ...parameters });
	const id = readTaskId(parameter('taskId', ''));
	const { delivery: settings } = readSettings(parameter, isTool);
	return {
		...settings,
		request: resultRequestFor(id, settings),
		fileName: fileNameFor(id, settings),
	};
}
const limitsOf = (parameters: Record<string, unknown>) =>
	readDeliveryLimits(parametersWith(parameters));
const withOptions = (options: unknown) => settingsOf({ options });
const watermarked = (parameters: Record<string, unknown> = {}) =>
	settingsOf({ addWatermark: true, ...parameters });

/** The failure's message and remedy. */
function refusalOf(read: () => unknown): { kind: string; message: string; remedy: string } {
	try {
		read();
	} catch (error) {
		return (error as { failure: { kind: string; message: string; remedy: string } }).failure;
	}
	throw new Error('Nothing was refused');
}

describe('the settings of an item', () => {
	it('are the documented defaults when nothing is set', () => {
		expect(settingsOf()).toEqual({
			request: { taskId, form: 'links', watermark: undefined, contentLabel: undefined },
			plan: {
				waitForCompletion: true,
				maxWait: 300_000,
				pollInterval: undefined,
				onTimeout: 'error',
			},
			watermark: undefined,
			contentLabel: undefined,
			output: 'both',
			fileField: 'data',
			fileName: taskId,
			maxFileSize: 50e6,
			simplify: true,
			fieldsToReturn: [],
			splitImages: false,
		});
	});

	it.each([
		['both', 'links'],
		['url', 'links'],
		['binary', 'base64'],
	])('with the output %s ask for %s', (output, form) => {
		expect(settingsOf({ output })).toMatchObject({ output, request: { form } });
	});

	it.each(['both', 'url', 'binary'])('of an AI tool give links only, not %s', (output) => {
		expect(settingsOf({ output }, true)).toMatchObject({
			output: 'url',
			request: { form: 'links' },
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

	it.each(['', '  '])('put the file into data when the field is %j', (binaryPropertyName) => {
		expect(settingsOf({ binaryPropertyName }).fileField).toBe('data');
	});

	it.each([
		['several', ['status', 'image_urls'], ['status', 'image_urls']],
		['one as a text', 'completed', ['completed']],
		['none', [], []],
		['nothing', '', []],
		['all', Object.keys(FIELDS), Object.keys(FIELDS)],
	])('name the fields that an agent wants: %s', (_which, fieldsToReturn, names) => {
		expect(settingsOf({ fieldsToReturn }, true).fieldsToReturn).toEqual(names);
	});

	it.each(['toString', 'task_id', 7])('refuse %p as a field that an agent wants', (field) => {
		const { message, remedy } = refusalOf(() => settingsOf({ fieldsToReturn: [field] }, true));
		expect(message).toMatch(/^'Fields to Return' is /);
		expect(remedy).toBe(
			'It must be one of: completed, generation, image_url, image_urls, request_id, status.',
		);
	});

	it('send the opacity 0 as 0', () => {
		const { request } = watermarked({ watermarkOpacity: 0 });
		expect(JSON.parse(resultQueryAndBody(request).body.req_json ?? '')).toMatchObject({
			logo_info: { opacity: 0 },
		});
	});

	it('take numbers that an expression gives as text', () => {
		const watermark = { watermarkOpacity: '0.5', watermarkPosition: '3', watermarkLanguage: '1' };
		expect(watermarked(watermark).request.watermark).toEqual({
			text: '',
			position: 3,
			language: 1,
			opacity: 0.5,
		});
	});

	it('leave the watermark out when it is off, whatever its fields hold', () => {
		const off = settingsOf({ addWatermark: false, watermarkOpacity: 7, watermarkText: 'x' });
		expect(off.request.watermark).toBeUndefined();
	});

	it('have the watermark of the documents when nothing of it is set', () => {
		expect(watermarked().request.watermark).toStrictEqual({
			text: '',
			position: 0,
			language: 0,
			opacity: 1,
		});
	});

	it('take every field of the watermark', () => {
		const fields = {
			watermarkText: 'ours',
			watermarkPosition: 2,
			watermarkLanguage: 1,
			watermarkOpacity: 0.3,
		};
		expect(watermarked(fields).request.watermark).toStrictEqual({
			text: 'ours',
			position: 2,
			language: 1,
			opacity: 0.3,
		});
	});

	it.each([0, 1, 2, 3])('take the position %i of the watermark', (watermarkPosition) => {
		expect(watermarked({ watermarkPosition }).request.watermark?.position).toBe(watermarkPosition);
	});

	it('take every part of the content label, the first without blanks around it', () => {
		const values = {
			producerId: ' me ',
			contentProducer: 'a',
			contentPropagator: 'b',
			propagateId: 'c',
		};
		expect(withOptions({ aigcMeta: { values } }).request.contentLabel).toStrictEqual({
			...values,
			producerId: 'me',
		});
		const alone = withOptions({ aigcMeta: { values: { producerId: 'me' } } });
		expect(alone.request.contentLabel).toMatchObject({ producerId: 'me', propagateId: '' });
	});

	it.each(['contentProducer', 'contentPropagator', 'propagateId'])(
		'need the producer of a content label that has a %s',
		(name) => {
			const { message } = refusalOf(() => withOptions({ aigcMeta: { values: { [name]: 'x' } } }));
			expect(message).toBe("'Producer ID' of 'AI Content Label' is empty");
		},
	);

	it.each([
		['producerId', 'Producer ID'],
		['contentProducer', 'Content Producer'],
		['contentPropagator', 'Content Publisher'],
		['propagateId', 'Publisher ID'],
	])('name the part %s of a content label as the panel does', (name, displayName) => {
		const { message } = refusalOf(() => withOptions({ aigcMeta: { values: { [name]: {} } } }));
		expect(message).toContain(`'${displayName}'`);
	});

	it('put the file into the field that was given, without blanks around it', () => {
		expect(settingsOf({ binaryPropertyName: ' photo ' }).fileField).toBe('photo');
	});

	it('name Split Images, Simplify and the field as the panel does when they cannot be used', () => {
		expect(refusalOf(() => withOptions({ splitImages: 'x' })).message).toContain("'Split Images'");
		expect(refusalOf(() => settingsOf({ simplify: 'x' })).message).toContain("'Simplify'");
		expect(refusalOf(() => settingsOf({ binaryPropertyName: {} })).message).toContain(
			"'Put Output File in Field'",
		);
	});

	it.each(['error', 'return'])('take the choice %s when the time is up', (onTimeout) => {
		expect(withOptions({ onTimeout }).plan.onTimeout).toBe(onTimeout);
	});

	it('leave an empty content label out', () => {
		const empty = { producerId: '', contentProducer: '', contentPropagator: '', propagateId: '' };
		expect(withOptions({ aigcMeta: {} }).request.contentLabel).toBeUndefined();
		expect(withOptions({ aigcMeta: { values: empty } }).request.contentLabel).toBeUndefined();
	});
});

describe('a parameter that cannot be used is refused under the name of its field', () => {
	it.each<[string, Record<string, unknown>]>([
		["'Task ID'", { taskId: '' }],
		["'Task ID'", { taskId: undefined }],
		["'Task ID'", { taskId: '   ' }],
		["'Task ID'", { taskId: Number(taskId) }],
		["'Task ID'", { taskId: '6.68260897680932E+18' }],
		["'Task ID'", { taskId: ['6682608976809320374'] }],
		["'Task ID'", { taskId: 'two ids' }],
		["'Output'", { output: 'everything' }],
		["'Watermark Opacity'", { addWatermark: true, watermarkOpacity: 1.5 }],
		["'Watermark Opacity'", { addWatermark: true, watermarkOpacity: -0.1 }],
		["'Watermark Opacity'", { addWatermark: true, watermarkOpacity: 'much' }],
		["'Watermark Opacity'", { addWatermark: true, watermarkOpacity: null }],
		["'Watermark Opacity'", { addWatermark: true, watermarkOpacity: Number.NaN }],
		["'Watermark Position'", { addWatermark: true, watermarkPosition: 4 }],
		["'Watermark Language'", { addWatermark: true, watermarkLanguage: 'en' }],
		["'Watermark Text'", { addWatermark: true, watermarkText: {} }],
		["'Producer ID'", { options: { aigcMeta: { values: { contentProducer: 'me' } } } }],
		["'Max Wait'", { options: { maxWait: -1 } }],
		["'Max Wait'", { options: { maxWait: 'long' } }],
		["'Poll Interval'", { options: { pollInterval: 0 } }],
		["'On Timeout'", { options: { onTimeout: 'explode' } }],
		["'Request Timeout'", { options: { requestTimeout: 0 } }],
		["'Max File Size'", { options: { maxFileSize: 0 } }],
		["'File Name'", { options: { fileName: {} } }],
		["'Proxy'", { options: { proxy: 'socks://x' } }],
		["'Options'", { options: 'none' }],
	])('%s: %j', (field, parameters) => {
		const { kind, message, remedy } = refusalOf(() => settingsOf(parameters));
		expect(kind).toBe('parameter');
		expect(message).toContain(field);
		expect(remedy).not.toBe('');
	});

	it.each([0, 101, 1.5, 'many', -3])("'Max Concurrency': %j", (maxConcurrency) => {
		expect(refusalOf(() => withOptions({ maxConcurrency })).message).toContain("'Max Concurrency'");
		expect(limitsOf({ options: { maxConcurrency } }).maxConcurrency).toBeUndefined();
	});

	it("'Max Concurrency' from 1 to 100 is taken, and none is none", () => {
		expect(limitsOf({ options: { maxConcurrency: 1 } }).maxConcurrency).toBe(1);
		expect(limitsOf({ options: { maxConcurrency: '100' } }).maxConcurrency).toBe(100);
		expect(limitsOf({})).toEqual({});
		expect(limitsOf({ output: 'binary' })).toEqual({ resultsAtOnce: 8 });
	});

	it('an expression of the first item that does not resolve leaves the run its own limits', () => {
		const limits = readDeliveryLimits((name) => {
			if (name === 'options') throw new Error('the expression of item 0');
			return 'binary';
		});
		expect(limits).toEqual({ resultsAtOnce: 8 });
	});

	it.each(['true', true])('a switch that an expression sets to %j is on', (value) => {
		expect(settingsOf({ addWatermark: value }).request.watermark).toBeDefined();
	});

	it.each(['false', false])('a switch that an expression sets to %j is off', (value) => {
		expect(settingsOf({ simplify: value }).simplify).toBe(false);
	});

	it.each(['yes', 1, null, {}])('a switch that is %j is refused by its name', (value) => {
		expect(refusalOf(() => settingsOf({ addWatermark: value })).message).toContain(
			"'Add Watermark'",
		);
	});

	it('a number that lost digits is told from one that is only wrong', () => {
		const { message, remedy } = refusalOf(() => settingsOf({ taskId: Number(taskId) }));
		expect(message).toContain('digits are lost');
		expect(remedy).toContain('text');
	});
});

describe('a file name', () => {
	const nameOf = (fileName: unknown) => withOptions({ fileName }).fileName;

	it.each([
		'../../etc/passwd',
		'..',
		'.',
		'/',
		'...',
		'/etc/passwd',
		'C:\\Windows\\system32',
		'a/b\\c',
		'nul\u0000byte',
		'line\nbreak',
		'.hidden',
		'trailing. . ',
		'\u202egnp.exe',
		'a:b*c?d"e<f>g|h',
	])('cannot leave its place: %j', (given) => {
		const name = nameOf(given);
		expect(name).not.toMatch(/[/\\:*?"<>|]/);
		expect(name).not.toMatch(/\p{C}/u);
		expect(name).not.toMatch(/^\.|[. ]$/);
		expect(name).not.toBe('');
	});

	it.each(['anna', '照片', 'Anna und Otto 2', 'héloïse-1.2'])(
		'is kept where it does no harm: %s',
		(name) => {
			expect(nameOf(name)).toBe(name);
		},
	);

	it('is not longer than file systems allow', () => {
		expect(Buffer.byteLength(`${nameOf('x'.repeat(5000))}_99.webp`)).toBeLessThanOrEqual(255);
		expect(Buffer.byteLength(`${nameOf('照'.repeat(5000))}_99.webp`)).toBeLessThanOrEqual(255);
		expect(Buffer.byteLength(`${nameOf('🎨'.repeat(5000))}_99.webp`)).toBeLessThanOrEqual(255);
	});

	it.each([0, 1, 2, 3])('is never cut in the middle of an emoji (%i)', (offset) => {
		const name = nameOf('x'.repeat(offset) + '🎨'.repeat(200));
		expect(() => encodeURIComponent(name)).not.toThrow();
	});

	it('that is cut does not end in a dot or a blank', () => {
		for (let length = 100; length < 125; length += 1) {
			expect(nameOf(`${'x'.repeat(length)}. . . . . . . . . . y`)).not.toMatch(/[. ]$/);
		}
	});

	it.each([
		['a/b\\c', 'a_b_c'],
		['..x', '_x'],
		[' x ', 'x'],
		['x. .', 'x'],
		['a.b', 'a.b'],
		['a:b*c?d"e<f>g|h', 'a_b_c_d_e_f_g_h'],
		['照'.repeat(67), '照'.repeat(66)],
		['x'.repeat(200), 'x'.repeat(200)],
		['x'.repeat(201), 'x'.repeat(200)],
		[`${'x'.repeat(199)}.y`, 'x'.repeat(199)],
	])('keeps what it can: %j', (given, name) => {
		expect(nameOf(given)).toBe(name);
	});

	it('is never empty', () => {
		const { delivery } = readSettings(parametersWith({}), false);
		expect(fileNameFor('', delivery)).toBe('portrait');
	});

	it.each(['', '   ', undefined])('that is empty becomes the task ID: %j', (given) => {
		expect(nameOf(given)).toBe(taskId);
	});

	it('made of a strange task ID cannot leave its place either', () => {
		expect(settingsOf({ taskId: '../../x' }).fileName).not.toMatch(/[/\\]|^\./);
	});
});
