import type { IDataObject } from 'n8n-workflow';

import { bytesOf } from '../support/engine';
import { useBench, type ResultRun } from '../support/bench';

const bench = useBench();

interface Sent {
	method: string;
	path: string;
	headers: Record<string, string>;
	body: Record<string, unknown>;
	/** `req_json`, parsed. */
	settings?: Record<string, unknown>;
}

/** The request for a finished task with these parameters. */
async function sentWith(run: ResultRun): Promise<Sent> {
	await bench.run({ tasks: [bench.task()], ...run });
	const [{ method, path, headers, body }] = bench.log('result');
	const parsed: Record<string, unknown> = JSON.parse(body);
	const settings = parsed.req_json === undefined ? undefined : JSON.parse(String(parsed.req_json));
	return { method, path, headers, body: parsed, settings };
}

const watermark = async (parameters: IDataObject): Promise<unknown> =>
	(await sentWith({ parameters: { output: 'url', addWatermark: true, ...parameters } })).settings
		?.logo_info;

describe('what Doubao Portrait Result sends', () => {
	it("is the request of the API's own documentation, to the byte", async () => {
		const id = '6682608976809320374';
		bench.task({ id });
		await bench.run({
			tasks: [id],
			parameters: {
				output: 'url',
				addWatermark: true,
				watermarkText: '这里是明水印内容',
				watermarkOpacity: 0.3,
			},
		});
		const [{ method, path, body, headers }] = bench.log('result');
		expect(method).toBe('POST');
		expect(path).toBe('/doubao/drawing/portrait_result?response_format=url');
		expect(body).toBe(
			String.raw`{"task_id":"6682608976809320374","req_json":"{\"logo_info\":{\"add_logo\":true,\"position\":0,\"language\":0,\"opacity\":0.3,\"logo_text_content\":\"这里是明水印内容\"},\"return_url\":true}"}`,
		);
		expect(headers['content-type']).toMatch(/^application\/json\b/);
		expect(headers.authorization).toBe(`Bearer ${bench.sandbox.key}`);
	});

	it('asks for links by default, and for nothing else', async () => {
		const { body, settings, path } = await sentWith({ parameters: { output: 'url' } });
		expect(path).toBe('/doubao/drawing/portrait_result?response_format=url');
		expect(Object.keys(body)).toEqual(['task_id', 'req_json']);
		expect(settings).toStrictEqual({ return_url: true });
	});

	it('has no settings at all where files are wanted', async () => {
		const { body, path } = await sentWith({ parameters: { output: 'binary' } });
		expect(path).toBe('/doubao/drawing/portrait_result');
		expect(Object.keys(body)).toEqual(['task_id']);
	});

	it('sends the task ID as text with all its digits', async () => {
		const id = '7950589032067399143';
		bench.task({ id });
		const { body } = await sentWith({ tasks: [id], parameters: { output: 'url' } });
		expect(body.task_id).toBe(id);
	});

	it('carries the key once, without the spaces around it', async () => {
		const { headers } = await sentWith({
			parameters: { output: 'url' },
			credential: { apiKey: `  ${bench.sandbox.key}\n` },
		});
		expect(headers.authorization).toBe(`Bearer ${bench.sandbox.key}`);
	});

	it('goes to the right address when the base URL ends in slashes', async () => {
		const { path } = await sentWith({
			parameters: { output: 'url' },
			credential: { baseUrl: `${bench.sandbox.baseUrl}//` },
		});
		expect(path).toBe('/doubao/drawing/portrait_result?response_format=url');
	});
});

describe('the watermark', () => {
	it('is not spoken of when it is off', async () => {
		const { settings } = await sentWith({
			parameters: { output: 'url', watermarkText: 'left over', watermarkOpacity: 0.5 },
		});
		expect(settings).toStrictEqual({ return_url: true });
	});

	it('leaves the text out when it is empty', async () => {
		expect(await watermark({})).toStrictEqual({
			add_logo: true,
			position: 0,
			language: 0,
			opacity: 1,
		});
	});

	it('sends an opacity of 0 as 0', async () => {
		expect(await watermark({ watermarkOpacity: 0 })).toMatchObject({ opacity: 0 });
	});

	it.each([0, 1, 2, 3])('sends position %i', async (watermarkPosition) => {
		expect(await watermark({ watermarkPosition })).toMatchObject({ position: watermarkPosition });
	});

	it('takes what an expression gives as text', async () => {
		const sent = await watermark({
			watermarkPosition: '={{ "2" }}',
			watermarkLanguage: '={{ "1" }}',
			watermarkOpacity: '={{ "0.25" }}',
			watermarkText: '={{ 2026 }}',
		});
		expect(sent).toStrictEqual({
			add_logo: true,
			position: 2,
			language: 1,
			opacity: 0.25,
			logo_text_content: '2026',
		});
	});

	it.each(['both', 'binary'])('is in the file that comes out (%s)', async (output) => {
		const taskId = bench.task({ width: 512, height: 512 });
		const row = await bench.rowOf(taskId, {
			parameters: { output, addWatermark: true, watermarkPosition: 3, watermarkText: 'Sample 样' },
		});
		const logo = {
			add_logo: true,
			position: 3,
			language: 0,
			opacity: 1,
			logo_text_content: 'Sample 样',
		};
		const bytes = await bytesOf(row);
		expect(bytes).toEqual(await bench.sandbox.imageBytes(taskId, 0, logo));
		expect(bytes).not.toEqual(await bench.sandbox.imageBytes(taskId));
	});
});

describe('the AI content label', () => {
	it('is sent under the names of the API, empty parts left out', async () => {
		const { settings } = await sentWith({
			parameters: { output: 'url' },
			options: {
				aigcMeta: {
					values: { contentProducer: 'Example Ltd.', producerId: 'P-1', propagateId: '' },
				},
			},
		});
		expect(settings).toStrictEqual({
			return_url: true,
			aigc_meta: { producer_id: 'P-1', content_producer: 'Example Ltd.' },
		});
	});

	it('is not sent when all of it is empty', async () => {
		const { settings } = await sentWith({
			parameters: { output: 'url' },
			options: { aigcMeta: { values: { contentProducer: '', producerId: '' } } },
		});
		expect(settings).toStrictEqual({ return_url: true });
	});
});
