import { Container } from '@n8n/di';
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { answer, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import type { EngineRun } from '../support/engine';
import { drawPicture } from '../support/photo';
import { goneAfter, itemWithFile, PHOTO, photoItems, QUICK, useSubmits } from './submits';

const submits = useSubmits();
let sandbox: Sandbox;
beforeAll(() => {
	({ sandbox } = submits);
});
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const FILE = { imageSource: 'binary' };
const submit: typeof submits.run = async (...given) => await submits.run(...given);
const calls = (endpoint: string): number => submits.calls(endpoint);
const items = photoItems;

/** The bytes behind a link. */
async function bytesAt(link: unknown): Promise<Buffer> {
	return Buffer.from(await (await fetch(String(link))).arrayBuffer());
}

describe('an order', () => {
	test('by link sends the link and nothing that was left alone', async () => {
		const { success } = await submit({});
		expect(sandbox.orders.map(({ body }) => body)).toEqual([{ image_input: PHOTO }]);
		expect(success).toEqual([
			{
				json: {
					task_id: sandbox.orders[0].taskId,
					request_id: expect.stringMatching(/^\w+$/),
					image_input: PHOTO,
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	test('sends every field under its name in the API, zeros included', async () => {
		await submit({
			prompt: ' A king ',
			referenceMode: 'reference_char',
			options: {
				width: 512,
				height: 2048,
				faceClarity: 0,
				beautification: 0.5,
				skinSmoothing: 1,
				seed: 0,
			},
		});
		expect(sandbox.orders[0].body).toEqual({
			image_input: PHOTO,
			prompt: 'A king',
			gen_mode: 'reference_char',
			width: 512,
			height: 2048,
			gpen: 0,
			skin: 0.5,
			skin_unifi: 1,
			seed: 0,
		});
	});

	test('from an incoming file uploads the file first, byte for byte, and orders with its link', async () => {
		const photo = drawPicture();
		const { success } = await submit(FILE, { items: [await itemWithFile(photo)] });
		const link = String(success[0].json.image_input);
		expect(sandbox.orders[0].body).toEqual({ image_input: link });
		expect(await bytesAt(link)).toEqual(photo);
	});
});

test('text with half a character goes out well-formed, and a choice is taken by its name in the panel too', async () => {
	await submit({
		prompt: `half ${'😀'.slice(0, 1)}`,
		referenceMode: 'Person Only',
		size: 'Square 1:1 (1328 × 1328)',
	});
	expect(sandbox.orders[0].body).toEqual({
		image_input: PHOTO,
		prompt: 'half \ufffd',
		gen_mode: 'reference_char',
		width: 1328,
		height: 1328,
	});
});

describe('before anything is spent', () => {
	test.each<[string, IDataObject]>([
		["'Photo Link'", { imageUrl: '={{ "" }}' }],
		["'Photo Link'", { imageUrl: 'ftp://photos.example/anna.jpg' }],
		["'Photo Link'", { imageUrl: 'data:image/png;base64,AAAA' }],
		["'Prompt'", { prompt: '={{ [1] }}' }],
		["'Width'", { options: { width: 511 } }],
		["'Height'", { options: { height: 2048.5 } }],
		["'Face Clarity'", { options: { faceClarity: 1.1 } }],
		["'Beautification'", { options: { beautification: -0.1 } }],
		["'Skin Smoothing'", { options: { skinSmoothing: 2 } }],
		["'Seed'", { options: { seed: -2 } }],
		["'Size'", { size: '5:4' }],
		...[0, 11, 1.5, 'many'].map((numberOfPortraits): [string, IDataObject] => [
			"'Number of Portraits'",
			{ options: { numberOfPortraits } },
		]),
		["'Prompt' is an expression", { prompt: 'A portrait of {{ $json.name }}' }],
		["'Photo Link' is an expression", { imageUrl: 'https://photos.example/{{ $json.file }}' }],
	])('%s is refused by its name: %j', async (name, parameters) => {
		const { task } = await submit(parameters);
		expect(task.error?.message).toContain(name);
		expect(sandbox.log).toHaveLength(0);
	});

	test.each([800, 801])('a prompt of %i characters is for the API to judge', async (length) => {
		const { success, task } = await submit({ prompt: '😀'.repeat(length) });
		expect(calls('submit')).toBe(1);
		expect(success).toHaveLength(length === 800 ? 1 : 0);
		if (length === 801) {
			expect(task.error?.message).toContain('prompt can not be more than 800 chars');
			expect(task.error?.description).toContain('outside what the API accepts');
		}
	});

	test.each([
		['nothing', async () => ({ json: {} }), 'There is no file'],
		['a text', async () => await itemWithFile(Buffer.from('hello '.repeat(20))), 'is not an image'],
		[
			'more than 50 MB',
			async () => await itemWithFile(Buffer.concat([drawPicture(), Buffer.alloc(50_000_001)])),
			'MB',
		],
	])('%s in place of a photo is refused', async (_name, item, words) => {
		const { task } = await submit(FILE, { items: [await item()] });
		expect(task.error?.message).toContain(words);
		expect(sandbox.log).toHaveLength(0);
	});

	test.each(['stopWorkflow', 'continueRegularOutput'] as const)(
		'the photos of many items are looked at a few at a time, with %s',
		async (onError) => {
			const item = await itemWithFile(drawPicture());
			const service = Container.get(BinaryDataService);
			const read = service.getAsStream.bind(service);
			let open = 0;
			let mostOpen = 0;
			const watched = jest.spyOn(service, 'getAsStream').mockImplementation(async (...given) => {
				const stream = await read(...given);
				mostOpen = Math.max(mostOpen, (open += 1));
				stream.once('close', () => (open -= 1));
				return stream;
			});
			try {
				const { success } = await submit(FILE, {
					items: Array.from({ length: 200 }, () => ({ ...item })),
					settings: { onError },
				});
				expect(success).toHaveLength(200);
				// Those that are looked at, and those that are uploaded.
				expect(mostOpen).toBeLessThanOrEqual(12 + 32);
				// Each is looked at, and the file that is the same for all is uploaded once.
				expect(watched.mock.calls).toHaveLength(201);
			} finally {
				watched.mockRestore();
			}
		},
	);

	test('a photo whose upload breaks off is closed', async () => {
		const item = await itemWithFile(Buffer.concat([drawPicture(), Buffer.alloc(20_000_000)]));
		const read = jest.spyOn(Container.get(BinaryDataService), 'getAsStream');
		sandbox.inject({ endpoint: 'upload', handle: resetBeforeAnswer });
		await submit(FILE, { items: [item] });
		const streams = await Promise.all(read.mock.results.map(({ value }) => value));
		read.mockRestore();
		expect(streams.length).toBeGreaterThan(1);
		expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
	});

	test('one bad item keeps a node that stops on errors from ordering anything', async () => {
		const good = await itemWithFile(drawPicture());
		const { task } = await submit(FILE, { items: [good, { json: {} }] });
		expect(task.error?.message).toContain('There is no file');
		expect(sandbox.log).toHaveLength(0);
	});
});

describe('a photo that 302.AI cannot open', () => {
	const baseUrl = 'https://api.302.example';

	test.each([
		...['localhost:5678', 'minio:9000', 'nas.local', '127.1', '2130706433', '10.0.0.5'],
		...['172.16.0.1', '192.168.1.20', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
		...['[::1]', '[fd00::1]', '[fe80::1]', '[::ffff:192.168.0.1]'],
	])('because it is on %s is refused before anything is sent', async (host) => {
		const imageUrl = `http://${host}/a.jpg`;
		const { task } = await submit({ imageUrl }, { credential: { apiKey: sandbox.key, baseUrl } });
		expect(task.error?.message).toContain('which 302.AI cannot reach');
		expect(task.error?.description).toContain('Incoming File');
	});

	test('is left to the API where that is on this machine too', async () => {
		const { task } = await submit({ imageUrl: 'http://localhost:5678/a.jpg' });
		expect(task.error?.message).toContain('The file could not be fetched');
		expect(task.error?.description).toContain('Nothing was submitted');
	});

	const drive = 'https://drive.google.com';
	test.each([
		['Google Drive', `${drive}/file/d/1AbCdEfGhIjK/view?usp=sharing`, 'id=1AbCdEfGhIjK'],
		['Google Drive', `${drive}/open?id=1AbCdEfGhIjK`, 'uc?export=download&id=1AbCdEfGhIjK'],
		['Google Photos', 'https://photos.app.goo.gl/abc', 'nothing but the photo'],
		['Dropbox', 'https://www.dropbox.com/scl/fi/x/a.jpg?rlkey=1&dl=0', 'a.jpg?rlkey=1&raw=1'],
		['OneDrive', 'https://1drv.ms/i/s!abc', 'Incoming File'],
		['OneDrive', 'https://example-my.sharepoint.com/:i:/g/personal/x', 'Incoming File'],
		['Slack', 'https://files.slack.com/files-pri/T1-F1/anna.jpg', 'only with a token'],
		[
			'WhatsApp',
			'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
			"n8n's node for WhatsApp",
		],
		[
			'Twilio',
			'https://api.twilio.com/2010-04-01/Accounts/A/Messages/M/Media/1',
			'only with a token',
		],
	])(
		'because it is on a page of %s is refused with what to do: %s',
		async (service, imageUrl, advice) => {
			const { task } = await submit({ imageUrl });
			expect(task.error?.message).toContain(`a page of ${service}`);
			expect(task.error?.description).toContain(advice);
			expect(sandbox.log).toHaveLength(0);
		},
	);

	test.each([
		'https://drive.google.com/uc?export=download&id=1AbCdEfGhIjK',
		'https://www.dropbox.com/scl/fi/x/a.jpg?rlkey=1&raw=1',
		'https://dl.dropboxusercontent.com/a.jpg',
		'https://onedrive.live.com/download?resid=1',
		'https://example.sharepoint.com/a.jpg?download=1',
		'https://example.sharepoint.com/personal/x/_layouts/15/download.aspx?UniqueId=1',
		'https://11.0.0.1/a.jpg',
		'https://172.32.0.1/a.jpg',
		'https://[2606:4700::1]/a.jpg',
		'https://files.example.com/localhost.jpg',
	])('is not taken for one: %s', async (imageUrl) => {
		const { success } = await submit({ imageUrl });
		expect(success).toHaveLength(1);
	});
});

describe('the file of an item', () => {
	test.each([{}, { binaryPropertyName: 'data' }])(
		'is taken when it is the only one and the field was left alone: %j',
		async (parameters) => {
			const { binary } = await itemWithFile(drawPicture());
			const item = { json: {}, binary: { Photo_of_you: binary!.data } };
			const { success } = await submit({ ...FILE, ...parameters }, { items: [item] });
			expect(success).toHaveLength(1);
		},
	);

	test('is not guessed when there are two, or when another field was named', async () => {
		const { binary } = await itemWithFile(drawPicture());
		const two = { json: {}, binary: { one: binary!.data, two: binary!.data } };
		const one = { json: {}, binary: { one: binary!.data } };
		const ofTwo = await submit(FILE, { items: [two] });
		expect(ofTwo.task.error?.description).toContain('The item holds files in: one, two');
		const named = { ...FILE, binaryPropertyName: 'photo' };
		const ofOne = await submit(named, { items: [one] });
		expect(ofOne.task.error?.message).toContain("no file in the field 'photo'");
		expect(sandbox.log).toHaveLength(0);
	});
});

describe('money is safe', () => {
	test('an order that never arrived is sent when the API is there again', async () => {
		const away = await startSandbox();
		const port = Number(new URL(away.baseUrl).port);
		await away.stop();
		const sending = submit({}, { credential: { apiKey: away.key, baseUrl: away.baseUrl } });
		const back = await startSandbox({ port });
		const { success } = await sending;
		expect(success).toHaveLength(1);
		expect(back.orders).toHaveLength(1);
		await back.stop();
	});

	test('Retry On Fail does not order again what may have been taken', async () => {
		sandbox.inject({ endpoint: 'submit', after: true, handle: resetBeforeAnswer });
		const { task, runs } = await submit({}, { settings: RETRY });
		expect(runs).toBe(3);
		expect(task.error?.message).toContain('may have been taken');
		expect(sandbox.orders).toHaveLength(1);
	});

	test('Retry On Fail keeps the tasks that were taken and orders only the rest', async () => {
		sandbox.inject({
			endpoint: 'submit',
			skip: 1,
			handle: answer(400, '{"code":50412,"message":"Text Risk Not Pass"}'),
		});
		const { success, runs } = await submit(
			{ imageUrl: '={{ $json.photo }}' },
			{ items: items(3), settings: { ...RETRY, maxTries: 2 } },
		);
		expect(runs).toBe(2);
		expect(success.map(({ json }) => json.image_input)).toEqual(
			items(3).map(({ json }) => json.photo),
		);
		const photos = sandbox.orders.map(({ body }) => body.image_input);
		expect(new Set(photos).size).toBe(photos.length);
	});

	test('a node that stops on an error names the tasks already taken', async () => {
		sandbox.inject({
			endpoint: 'submit',
			skip: 1,
			handle: answer(400, '{"code":50411,"message":"Pre Img Risk Not Pass"}'),
		});
		const { task } = await submit({ imageUrl: '={{ $json.photo }}' }, { items: items(4) });
		expect(task.error?.message).toBe('302.AI answered: Pre Img Risk Not Pass');
		expect(sandbox.orders.length).toBeGreaterThan(0);
		for (const { taskId } of sandbox.orders) expect(task.error?.description).toContain(taskId);
	});

	test('a wrong key is one call and one message for all items', async () => {
		const { errors } = await submit(
			{},
			{
				items: items(10),
				credential: { apiKey: 'sk-test-wrong-key', baseUrl: sandbox.baseUrl },
				settings: { onError: 'continueErrorOutput' },
			},
		);
		expect(sandbox.log).toHaveLength(1);
		expect(new Set(errors.map(({ json }) => json.error)).size).toBe(1);
		expect(errors).toHaveLength(10);
	});
});

test('what is beyond Max Portraits is not uploaded either', async () => {
	const files = [0, 1, 2, 3].map(async () => await itemWithFile(drawPicture()));
	await submit(
		{ imageSource: 'binary', options: { maxPortraits: 1 } },
		{ items: await Promise.all(files), settings: { onError: 'continueRegularOutput' } },
	);
	expect([calls('upload'), calls('submit')]).toEqual([1, 1]);
});

test('the row of a portrait says nothing of the error that led its item back', async () => {
	const details = { submitted: 'no', description: 'Nothing was submitted.' };
	const { success } = await submit(
		{ options: { includeOtherFields: true } },
		{ items: [{ json: { name: 'Anna', error: 'refused', details } }] },
	);
	expect(success[0].json).toMatchObject({ name: 'Anna', task_id: sandbox.orders[0].taskId });
	expect(success[0].json).not.toHaveProperty('details');
});

test('a 404 on the upload does not blame the path of the order', async () => {
	sandbox.inject({ endpoint: 'upload', handle: answer(404, '{"message":"Not Found"}') });
	const items = [await itemWithFile(drawPicture())];
	const { task } = await submit(FILE, { items });
	expect(task.error?.description).toContain("'Base URL'");
	expect(task.error?.description).not.toContain("'API Path'");
});

test('a hundred photos become a hundred tasks in order, paired, at the pace of the API, and a bad one fails alone', async () => {
	sandbox.setLimits({ callsPerSecond: 60, atOnce: 4 });
	const hundred = items(100).map((item, index) =>
		index === 41 ? { json: { photo: 'nothing' } } : item,
	);
	const { success, errors } = await submit(
		{ imageUrl: '={{ $json.photo }}' },
		{ items: hundred, settings: { onError: 'continueErrorOutput' } },
	);
	expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 41 }]);
	expect(success.map(({ json }) => json.image_input)).toEqual(
		hundred.filter((_, index) => index !== 41).map(({ json }) => json.photo),
	);
	expect(success.map(({ pairedItem }) => pairedItem)).toEqual(
		hundred.flatMap((_, item) => (item === 41 ? [] : [{ item }])),
	);
	expect(sandbox.orders).toHaveLength(99);
	expect(new Set(sandbox.orders.map(({ body }) => body.image_input)).size).toBe(99);
});

describe('a photo in a file', () => {
	test('that is gone from the storage before it is looked at is said to be, and the others go on', async () => {
		const good = await itemWithFile(drawPicture());
		const gone = await itemWithFile(drawPicture());
		await Container.get(BinaryDataService).deleteManyByBinaryDataId([gone.binary?.data.id ?? '']);
		const { success } = await submit(FILE, {
			items: [gone, good],
			settings: { onError: 'continueRegularOutput' },
		});
		expect(success[0].json.error).toContain('The storage of this n8n did not hand over the file');
		expect(JSON.stringify(success[0].json.details)).toContain('share their files');
		expect(success[1].json).toHaveProperty('task_id');
		expect(sandbox.orders).toHaveLength(1);
	});

	test('is uploaded once, however often Retry On Fail runs the node', async () => {
		const refusal = { code: 50413, message: 'Post Text Risk Not Pass', data: null };
		sandbox.inject({ endpoint: 'submit', times: 2, handle: answer(400, refusal) });
		const { success } = await submit(FILE, {
			items: [await itemWithFile(drawPicture())],
			settings: RETRY,
		});
		expect(success[0].json).toHaveProperty('task_id');
		expect(calls('submit')).toBe(3);
		expect(calls('upload')).toBe(1);
	});

	const base64 = drawPicture().toString('base64');
	const itemWith = (data: object): INodeExecutionData => ({
		json: {},
		binary: { data } as unknown as Record<string, IBinaryData>,
	});

	test.each<[string, object]>([
		['in lines', { data: base64.replace(/.{76}/g, '$&\r\n'), mimeType: 'image/png' }],
		['without a MIME type', { data: base64, fileName: 'x.png' }],
		['of a data URL', { data: `data:image/png;base64,${base64}`, mimeType: 'image/png' }],
	])('that another node made in memory, %s, is uploaded byte for byte', async (_how, data) => {
		const { success } = await submit(FILE, { items: [itemWith(data)] });
		expect(await bytesAt(success[0].json.image_input)).toEqual(drawPicture());
	});

	test('is taken when an expression gives the file itself', async () => {
		const { success } = await submit(
			{ ...FILE, binaryPropertyName: '={{ $binary.data }}' },
			{ items: [await itemWithFile(drawPicture())] },
		);
		expect(await bytesAt(success[0].json.image_input)).toEqual(drawPicture());
	});

	test('that is a text in the place of a file is none, and no field is offered that holds none', async () => {
		const items = [{ json: {}, binary: { data: base64, mimeType: 'image/png' } }];
		const { task } = await submit(FILE, { items: items as unknown as INodeExecutionData[] });
		expect(task.error?.message).toBe("There is no file in the field 'data' of the incoming item");
		expect(task.error?.description).toContain('Convert to File');
		expect(task.error?.description).not.toContain('holds files in');
		expect(sandbox.log).toEqual([]);
	});

	test('is another than one in memory that ends alike', async () => {
		const items = [1, 2].map((shade) => {
			const bytes = Buffer.concat([drawPicture(), Buffer.alloc(100, shade), Buffer.alloc(1000)]);
			return itemWith({ data: bytes.toString('base64'), mimeType: 'image/png' });
		});
		const { success } = await submit(FILE, { items });
		expect(new Set(success.map(({ json }) => json.image_input)).size).toBe(2);
	});

	test('as Base64 in place of a field is no field, is not quoted as a whole, and is said to need another node', async () => {
		const { task } = await submit(
			{ ...FILE, binaryPropertyName: base64 },
			{ items: [{ json: {} }] },
		);
		expect(task.error?.message).toContain("There is no file in the field 'iVBORw0K");
		expect(task.error?.description).toContain('Convert to File');
		expect(task.error?.message.length).toBeLessThan(200);
	});

	test.each([
		'={{ $binary.photo }}',
		'={{ $json.field }}',
		'={{ "" }}',
		'={{ $binary }}',
		'={{ [$binary.data] }}',
		'={{ ({ mimeType: "image/png" }) }}',
		'={{ ({ mimeType: "image/png", data: null }) }}',
		'={{ ({ mimeType: "image/png", data: 5, id: null }) }}',
		'constructor',
	])('is never another than the one that was meant: %s', async (binaryPropertyName) => {
		const { task } = await submit(
			{ ...FILE, binaryPropertyName },
			{ items: [await itemWithFile(drawPicture())] },
		);
		expect(task.error?.message).toMatch(/'Input Data Field Name'|There is no file in the field/);
		expect(task.error?.message).not.toMatch(/Cannot read|is not a function/);
		expect(sandbox.log).toEqual([]);
	});

	test.each<[string, () => jest.SpyInstance, string]>([
		[
			'is gone when it is to be uploaded',
			() => goneAfter(1),
			'The storage of this n8n did not hand over the file: Stored file not found',
		],
		[
			'ends before the storage said',
			() =>
				jest
					.spyOn(Container.get(BinaryDataService), 'getMetadata')
					.mockResolvedValue({ fileSize: 99_999 }),
			'The storage of this n8n did not hand over the file',
		],
	])('that %s is said to be, and nothing is submitted', async (_what, spoil, says) => {
		const item = await itemWithFile(drawPicture());
		const spoilt = spoil();
		const { task } = await submit(FILE, { items: [item] });
		spoilt.mockRestore();
		expect(task.error?.message).toContain(says);
		expect(task.error?.description).toMatch(/Run the workflow again.*Nothing was submitted/);
		expect(task.error?.description).toContain('N8N_DEFAULT_BINARY_DATA_MODE');
		expect(sandbox.orders).toHaveLength(0);
	});

	const heic = Buffer.concat([
		Buffer.from([0, 0, 0, 24]),
		Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1'),
		Buffer.alloc(500),
	]);

	test('of a format that 302.AI refuses is named, with a remedy that works', async () => {
		const { task } = await submit(FILE, { items: [await itemWithFile(heic, 'image/heic')] });
		expect(task.error?.message).toMatch(/^302\.AI answered: /);
		expect(task.error?.description).toMatch(/is a HEIC file.*Save it as JPEG.*Most Compatible/);
		const [sent] = sandbox.log.filter(({ endpoint }) => endpoint === 'upload');
		expect(sent).toBeDefined();
		expect(sandbox.orders).toHaveLength(0);
	});

	test('of such a format is sent as what it is, where 302.AI takes it', async () => {
		sandbox.inject({
			endpoint: 'upload',
			after: true,
			handle: answer(200, { code: 200, data: 'https://file.302.ai/a.heic', message: 'success' }),
		});
		const { success } = await submit(FILE, { items: [await itemWithFile(heic, 'image/heic')] });
		expect(success[0].json).toMatchObject({ image_input: 'https://file.302.ai/a.heic' });
	});

	test('that is too large for a gateway is said to be, not that parameters are wrong', async () => {
		const page = '<html><head><title>413 Request Entity Too Large</title></head></html>';
		sandbox.inject({ endpoint: 'upload', handle: answer(413, page) });
		const { task } = await submit(FILE, { items: [await itemWithFile(drawPicture())] });
		expect(task.error?.message).toContain('413 Request Entity Too Large');
		expect(task.error?.description).toMatch(/too large.*Make the photo smaller/);
		expect(task.error?.message).not.toContain('may have been');
		expect(sandbox.orders).toHaveLength(0);
	});
});

describe('an answer of a gateway after the order was taken', () => {
	test.each([
		[303, ''],
		[409, { message: 'upstream timeout' }],
		[400, { code: -1, message: 'read upstream response timeout' }],
		[500, { error: { err_code: -10003, message: 'Network error, please try again later' } }],
	])('under HTTP status %i is in doubt, and not ordered again: %j', async (status, body) => {
		sandbox.inject({ endpoint: 'submit', after: true, handle: answer(status, body) });
		const { task } = await submit({}, { settings: RETRY });
		expect(task.error?.message).toContain('may have been taken');
		expect(sandbox.orders).toHaveLength(1);
	});
});

test.each([
	[403, '<html><title>Attention Required! | Cloudflare</title></html>'],
	[401, { message: 'Blocked by the WAF' }],
	[403, { message: 'The prompt speaks of an overdue invoice' }],
])('one refusal in 40 that is not of the account fails one item: %i %j', async (status, body) => {
	sandbox.inject({ endpoint: 'submit', skip: 5, handle: answer(status, body) });
	const { success, errors } = await submit(
		{ imageUrl: '={{ $json.photo }}' },
		{ items: items(40), settings: { onError: 'continueErrorOutput' } },
	);
	expect(errors).toHaveLength(1);
	expect(success).toHaveLength(39);
	expect(sandbox.orders).toHaveLength(39);
});

test('an order for which no model was routed was not taken, and is sent again', async () => {
	const none = { error: { err_code: -10008, message: 'No available models currently' } };
	sandbox.inject({ endpoint: 'submit', handle: answer(503, none) });
	const { success } = await submit();
	expect(success[0].json).toHaveProperty('task_id');
	expect(calls('submit')).toBe(2);
});

describe('an option whose cell is empty', () => {
	test('counts as not added', async () => {
		const rows = [42, '', null].map((seed) => ({ json: { seed } }));
		await submit({ options: { seed: '={{ $json.seed }}' } }, { items: rows });
		expect(sandbox.orders.map(({ body }) => body.seed).sort()).toEqual([42, undefined, undefined]);
	});

	test.each([
		...['width', 'height', 'faceClarity', 'beautification', 'skinSmoothing', 'seed'],
		...['requestTimeout', 'proxy', 'allowUnauthorizedCerts'],
	])('holds for %s', async (name) => {
		const items = ['={{ "" }}', '={{ null }}', '={{ $json.missing }}', ' '];
		for (const value of items) await submit({ options: { [name]: value } });
		expect(sandbox.orders.map(({ body }) => body)).toEqual(
			items.map(() => ({ image_input: PHOTO })),
		);
	});
});

describe('a key', () => {
	test('with characters that came along with it is sent without them', async () => {
		const apiKey = `Bearer ${sandbox.key.slice(0, 6)}\u200b${sandbox.key.slice(6)}\u00a0\n`;
		const { success } = await submit({}, { credential: { apiKey, baseUrl: sandbox.baseUrl } });
		expect(success[0].json).toHaveProperty('task_id');
	});

	test('with a character that no key has is refused in one message, and nothing is sent', async () => {
		const { task } = await submit(
			{},
			{ credential: { apiKey: 'sk-abc…', baseUrl: sandbox.baseUrl } },
		);
		expect(task.error?.message).toBe(
			'\'API Key\' in the 302.AI credential holds "…", which no key has',
		);
		expect(sandbox.log).toEqual([]);
	});
});

describe('beside the output', () => {
	const hintsOf = async (
		parameters: IDataObject = {},
		settings: EngineRun['settings'] = {},
	): Promise<string[]> => {
		const { task } = await submit(parameters, { settings });
		return (task.hints ?? []).map(({ message }) => message);
	};
	const waiting = { waitForCompletion: true, options: QUICK };
	const expire = expect.stringContaining('links expire');
	const [taskId, links, files] = ['only the task ID', 'Pin this output', 'n8n pins no files'].map(
		(words): string => expect.stringContaining(words),
	);

	test.each<[string, IDataObject, string[]]>([
		['task IDs', {}, [taskId]],
		['links', { ...waiting, output: 'url' }, [expire, links]],
		['files', waiting, [files]],
	])(
		'of %s one hint tells what it costs, and of links one that they expire',
		async (_of, parameters, said) => {
			expect(await hintsOf(parameters)).toEqual(said);
		},
	);

	test('nothing is said to be billed where nothing was sent', async () => {
		const settings = { onError: 'continueRegularOutput' } as const;
		expect(await hintsOf({ imageUrl: 'no link' }, settings)).toEqual([]);
	});

	test('of a prompt nothing is said for items that were refused', async () => {
		const { task } = await submit(
			{ prompt: '={{ $json.prompt }}', imageUrl: '={{ $json.photo }}' },
			{
				items: [{ json: { prompt: 'A king', photo: PHOTO } }, { json: { photo: 'no link' } }],
				settings: { onError: 'continueRegularOutput' },
			},
		);
		expect(task.hints).toEqual([expect.objectContaining({ message: taskId })]);
	});

	test('a prompt whose expression gave nothing is told, and that Retry On Fail is not needed', async () => {
		expect(await hintsOf({ prompt: '={{ $json.nothing }}' }, { retryOnFail: true })).toEqual([
			taskId,
			expect.stringContaining('gave nothing'),
			expect.stringMatching(/^Retry On Fail is not needed/),
		]);
	});
});
