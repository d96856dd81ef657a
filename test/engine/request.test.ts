import type { IDataObject } from 'n8n-workflow';

import { answer, redirectTo } from '../../sandbox/faults/faults';
import { bytesOf, reported } from '../support/engine';
import { doneWith, expectNoKey, useBench, type ResultRun } from '../support/bench';

/** With the characters that look different when encoded. */
const KEY = 'sk-Very/Secret+Key=For~Tests&1';
const bench = useBench({ key: KEY });

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
});

describe('the watermark', () => {
	it('is not spoken of when it is off', async () => {
		const { settings } = await sentWith({
			parameters: { output: 'url', watermarkText: 'left over', watermarkOpacity: 0.5 },
		});
		expect(settings).toStrictEqual({ return_url: true });
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
});

/** Ways in which a server can give the key back. */
const forms: Array<[string, string]> = [
	['as it is', KEY],
	['behind Bearer', `Bearer ${KEY}`],
	['URL-encoded', encodeURIComponent(KEY)],
];

describe('the key', () => {
	it('is not sent to the image host when the link redirects, be it back to the API', async () => {
		bench.sandbox.inject({
			endpoint: 'image',
			handle: redirectTo(`${bench.sandbox.imageBaseUrl}/elsewhere.png`),
		});
		bench.sandbox.inject({
			endpoint: 'image',
			handle: redirectTo(`${bench.sandbox.baseUrl}/v1/models`),
		});
		await bench.failureOf({ tasks: [bench.task()] });
		const followed = [...bench.log('image'), ...bench.log('models')];
		expect(followed).toHaveLength(3);
		for (const request of followed) {
			expect(request.headers).not.toHaveProperty('authorization');
			expectNoKey(request, KEY);
		}
	});

	it('is not sent to the image host when the link leads to the API itself', async () => {
		const taskId = bench.faultyTask(doneWith({ links: [`${bench.sandbox.baseUrl}/v1/models`] }));
		await bench.failureOf({ tasks: [taskId] });
		expect(bench.log('models')).toHaveLength(1);
		expect(bench.log('models')[0].headers).not.toHaveProperty('authorization');
	});
});

describe.each(forms)('the key, given back by the server %s,', (_how, form) => {
	it.each([true, false])('is in no output (Simplify %s)', async (simplify) => {
		const link = `https://file.302.ai/x.png?k=${encodeURIComponent(form)}`;
		const taskId = bench.faultyTask(
			answer(200, {
				code: 10000,
				message: form,
				request_id: form,
				[form]: form,
				data: {
					status: 'done',
					image_urls: [link],
					resp_data: JSON.stringify({ log_output: JSON.stringify({ pe_result: form }) }),
					nested: [{ deep: form }],
				},
			}),
		);
		const result = await bench.run({
			tasks: [taskId],
			parameters: { output: 'url', simplify },
		});
		expect(result.success).toHaveLength(1);
		expectNoKey([result, reported], KEY);
	});
});
