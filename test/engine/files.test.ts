/** Files that come in as other nodes make them, and those that go out. */
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { drawPicture } from '../support/photo';
import { itemWithFile, useSubmits } from './submits';

const submits = useSubmits();

const base64 = drawPicture().toString('base64');

const itemWith = (binary: object): INodeExecutionData => ({
	json: {},
	binary: binary as Record<string, IBinaryData>,
});

describe('a file that another node made', () => {
	it.each([
		['without a MIME type', { data: { data: base64, fileName: 'x.png' } }],
		['of a data URL', { data: { data: `data:image/png;base64,${base64}`, mimeType: 'image/png' } }],
	])('%s is uploaded byte for byte', async (_how, binary) => {
		const { success } = await submits.run({ imageSource: 'binary' }, { items: [itemWith(binary)] });
		const uploaded = await fetch(String(success[0].json.image_input));
		expect(Buffer.from(await uploaded.arrayBuffer()).equals(drawPicture())).toBe(true);
	});

	it.each([
		['one level short', { data: base64, mimeType: 'image/png' }],
		['a text in its place', { data: base64 }],
	])('%s is no file, and no field is offered that holds none', async (_how, binary) => {
		const { task } = await submits.run({ imageSource: 'binary' }, { items: [itemWith(binary)] });
		expect(task.error?.message).toBe("There is no file in the field 'data' of the incoming item");
		expect(task.error?.description).toContain('Convert to File');
		expect(task.error?.description).not.toContain('holds files in');
		expect(submits.sandbox.log).toEqual([]);
	});
});

const portray = async (
	options: IDataObject,
	items: INodeExecutionData[] = [{ json: {} }],
	parameters: IDataObject = {},
): Promise<INodeExecutionData[]> => {
	const { success } = await submits.run(
		{ waitForCompletion: true, ...parameters, options: { pollInterval: 0.1, ...options } },
		{ items },
	);
	return success;
};

describe('the files of an item', () => {
	it('have names of their own over all its portraits', async () => {
		const rows = await portray({ numberOfPortraits: 3, fileName: 'anna' });
		expect(rows.map(({ binary }) => binary?.data?.fileName)).toEqual([
			'anna.png',
			'anna_1.png',
			'anna_2.png',
		]);
	});

	it('lose the ending that the name has already', async () => {
		const [row] = await portray({ fileName: 'bert.jpg' });
		expect(row.binary?.data?.fileName).toBe('bert.png');
	});

	it.each([
		[true, 'with the portrait'],
		[false, 'with the task ID alone'],
	])('that came in are kept with Include Other Input Fields, wait %s, %s', async (waits) => {
		const { binary } = await itemWithFile(drawPicture());
		const item = { json: { name: 'Anna' }, binary: { photo: binary!.data, data: binary!.data } };
		const [row] = await portray({ includeOtherFields: true }, [item], { waitForCompletion: waits });
		expect(row.json.name).toBe('Anna');
		expect(row.binary?.photo).toEqual(item.binary.photo);
		expect(row.binary?.data?.fileName === undefined).toBe(!waits);
	});
});

it('text with half a character goes out well-formed', async () => {
	const half = '😀'.slice(0, 1);
	const { task } = await submits.run(
		{ prompt: '={{ $json.prompt }}' },
		{ items: [{ json: { prompt: `half ${half}` } }] },
	);
	expect(task.error).toBeUndefined();
	expect(submits.sandbox.orders[0].body).toMatchObject({ prompt: 'half \ufffd' });
});

it('a choice is taken by its name in the panel too', async () => {
	await submits.run({ referenceMode: 'Person Only', size: 'Square 1:1 (1328 × 1328)' });
	expect(submits.sandbox.orders[0].body).toMatchObject({
		gen_mode: 'reference_char',
		width: 1328,
	});
});
