import {
	RESULT_PATH,
	resultQueryAndBody,
	submitBody,
	SUBMIT_PATH,
	UPLOAD_PATH,
	type ContentLabel,
	type Watermark,
} from '../../nodes/shared/api/calls';

const taskId = '6682608976809320374';
const watermark: Watermark = { position: 0, language: 0, opacity: 1, text: '' };
const label: ContentLabel = {
	producerId: 'p-1',
	contentProducer: '',
	contentPropagator: '',
	propagateId: '',
};
const settingsOf = (call: ReturnType<typeof resultQueryAndBody>): unknown =>
	JSON.parse(call.body.req_json ?? 'null');

describe('the result request', () => {
	it("is the one of the API's own documentation", () => {
		const documented: unknown = JSON.parse(
			String.raw`{"task_id":"6682608976809320374","req_json":"{\"logo_info\":{\"add_logo\":true,\"position\":0,\"language\":0,\"opacity\":0.3,\"logo_text_content\":\"这里是明水印内容\"},\"return_url\":true}"}`,
		);
		const { query, body } = resultQueryAndBody({
			taskId,
			form: 'links',
			watermark: { ...watermark, opacity: 0.3, text: '这里是明水印内容' },
		});
		expect(body).toEqual(documented);
		expect(query).toEqual({ response_format: 'url' });
		expect(RESULT_PATH).toBe('/doubao/drawing/portrait_result');
	});

	it('asks for links in both ways', () => {
		const call = resultQueryAndBody({ taskId, form: 'links' });
		expect(call.query).toEqual({ response_format: 'url' });
		expect(settingsOf(call)).toEqual({ return_url: true });
	});

	it('has no req_json and no query when nothing is asked for', () => {
		expect(resultQueryAndBody({ taskId, form: 'base64' })).toEqual({
			query: {},
			body: { task_id: taskId },
		});
		expect(resultQueryAndBody({ taskId, form: 'base64' }).body).not.toHaveProperty('req_json');
	});

	it('keeps the task ID as text', () => {
		expect(JSON.stringify(resultQueryAndBody({ taskId, form: 'base64' }).body)).toBe(
			`{"task_id":"${taskId}"}`,
		);
	});

	it.each([0, 0.3, 0.999, 1])('sends an opacity of %d as it is', (opacity) => {
		const call = resultQueryAndBody({
			taskId,
			form: 'base64',
			watermark: { ...watermark, opacity },
		});
		expect(settingsOf(call)).toEqual({
			logo_info: { add_logo: true, position: 0, language: 0, opacity },
		});
	});

	it('leaves an empty text out', () => {
		const call = resultQueryAndBody({ taskId, form: 'links', watermark });
		expect(call.body.req_json).not.toContain('logo_text_content');
		expect(settingsOf(call)).toMatchObject({ return_url: true });
	});

	it.each([0, 1, 2, 3] as const)('sends the position %i as a number', (position) => {
		const call = resultQueryAndBody({
			taskId,
			form: 'links',
			watermark: { ...watermark, position },
		});
		expect(settingsOf(call)).toMatchObject({ logo_info: { position } });
	});

	it.each([0, 1] as const)('sends the language %i as a number', (language) => {
		const call = resultQueryAndBody({
			taskId,
			form: 'links',
			watermark: { ...watermark, language },
		});
		expect(settingsOf(call)).toMatchObject({ logo_info: { language } });
	});

	it('keeps quotes, line breaks and emoji of the text', () => {
		const text = '"我的"\n\\水印\\ 🎨';
		const call = resultQueryAndBody({ taskId, form: 'links', watermark: { ...watermark, text } });
		expect(settingsOf(call)).toMatchObject({ logo_info: { logo_text_content: text } });
	});

	it('sends of the content label what is filled in, and no return_url for base64', () => {
		const call = resultQueryAndBody({ taskId, form: 'base64', contentLabel: label });
		expect(settingsOf(call)).toEqual({ aigc_meta: { producer_id: 'p-1' } });
	});

	it('sends the whole content label under its names', () => {
		const contentLabel: ContentLabel = {
			producerId: 'a',
			contentProducer: 'b',
			contentPropagator: 'c',
			propagateId: 'd',
		};
		expect(settingsOf(resultQueryAndBody({ taskId, form: 'base64', contentLabel }))).toEqual({
			aigc_meta: {
				producer_id: 'a',
				content_producer: 'b',
				content_propagator: 'c',
				propagate_id: 'd',
			},
		});
	});
});

describe('the requests for a portrait', () => {
	it('go where the documents say', () => {
		expect(SUBMIT_PATH).toBe('/doubao/drawing/portrait');
		expect(UPLOAD_PATH).toBe('/302/upload-file');
	});

	it('send what was given under the names of the API, zeros and empty texts too', () => {
		const given = {
			imageInput: 'https://photos.example/anna.jpg',
			prompt: '',
			genMode: 'reference_char',
			width: 512,
			height: 2048,
			gpen: 0,
			skin: 0.5,
			skinUnifi: 1,
			seed: -1,
		} as const;
		expect(submitBody(given)).toStrictEqual({
			image_input: 'https://photos.example/anna.jpg',
			prompt: '',
			gen_mode: 'reference_char',
			width: 512,
			height: 2048,
			gpen: 0,
			skin: 0.5,
			skin_unifi: 1,
			seed: -1,
		});
	});

	it('leave out what was not given, so that the defaults of the API hold', () => {
		const body = submitBody({ imageInput: 'https://photos.example/anna.jpg' });
		expect(body).toStrictEqual({ image_input: 'https://photos.example/anna.jpg' });
	});

	it('take further fields, but for those that are known', () => {
		const additional = { image_input: 'no', strength: 0.3, prompt: 'kept' };
		expect(submitBody({ imageInput: 'https://photos.example/a.jpg', additional })).toStrictEqual({
			image_input: 'https://photos.example/a.jpg',
			strength: 0.3,
			prompt: 'kept',
		});
	});
});
