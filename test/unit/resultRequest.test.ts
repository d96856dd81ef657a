import {
	RESULT_PATH,
	queryAndBody,
	type ContentLabel,
	type Watermark,
} from '../../nodes/shared/portrait/resultRequest';

const taskId = '6682608976809320374';
const watermark: Watermark = { position: 0, language: 0, opacity: 1, text: '' };
const label: ContentLabel = {
	producerId: 'p-1',
	contentProducer: '',
	contentPropagator: '',
	propagateId: '',
};
const settingsOf = (call: ReturnType<typeof queryAndBody>): unknown =>
	JSON.parse(call.body.req_json ?? 'null');

describe('the result request', () => {
	it("is the one of the API's own documentation", () => {
		const documented: unknown = JSON.parse(
			String.raw`{"task_id":"6682608976809320374","req_json":"{\"logo_info\":{\"add_logo\":true,\"position\":0,\"language\":0,\"opacity\":0.3,\"logo_text_content\":\"这里是明水印内容\"},\"return_url\":true}"}`,
		);
		const { query, body } = queryAndBody({
			taskId,
			form: 'links',
			watermark: { ...watermark, opacity: 0.3, text: '这里是明水印内容' },
		});
		expect(body).toEqual(documented);
		expect(query).toEqual({ response_format: 'url' });
		expect(RESULT_PATH).toBe('/doubao/drawing/portrait_result');
	});

	it('asks for links in both ways', () => {
		const call = queryAndBody({ taskId, form: 'links' });
		expect(call.query).toEqual({ response_format: 'url' });
		expect(settingsOf(call)).toEqual({ return_url: true });
	});

	it('has no req_json and no query when nothing is asked for', () => {
		expect(queryAndBody({ taskId, form: 'base64' })).toEqual({
			query: {},
			body: { task_id: taskId },
		});
		expect(queryAndBody({ taskId, form: 'base64' }).body).not.toHaveProperty('req_json');
	});

	it('keeps the task ID as text', () => {
		expect(JSON.stringify(queryAndBody({ taskId, form: 'base64' }).body)).toBe(
			`{"task_id":"${taskId}"}`,
		);
	});

	it.each([0, 0.3, 0.999, 1])('sends an opacity of %d as it is', (opacity) => {
		const call = queryAndBody({ taskId, form: 'base64', watermark: { ...watermark, opacity } });
		expect(settingsOf(call)).toEqual({
			logo_info: { add_logo: true, position: 0, language: 0, opacity },
		});
	});

	it('leaves an empty text out', () => {
		const call = queryAndBody({ taskId, form: 'links', watermark });
		expect(call.body.req_json).not.toContain('logo_text_content');
		expect(settingsOf(call)).toMatchObject({ return_url: true });
	});

	it.each([0, 1, 2, 3] as const)('sends the position %i as a number', (position) => {
		const call = queryAndBody({ taskId, form: 'links', watermark: { ...watermark, position } });
		expect(settingsOf(call)).toMatchObject({ logo_info: { position } });
	});

	it.each([0, 1] as const)('sends the language %i as a number', (language) => {
		const call = queryAndBody({ taskId, form: 'links', watermark: { ...watermark, language } });
		expect(settingsOf(call)).toMatchObject({ logo_info: { language } });
	});

	it('keeps quotes, line breaks and emoji of the text', () => {
		const text = '"我的"\n\\水印\\ 🎨';
		const call = queryAndBody({ taskId, form: 'links', watermark: { ...watermark, text } });
		expect(settingsOf(call)).toMatchObject({ logo_info: { logo_text_content: text } });
	});

	it('sends of the content label what is filled in, and no return_url for base64', () => {
		const call = queryAndBody({ taskId, form: 'base64', contentLabel: label });
		expect(settingsOf(call)).toEqual({ aigc_meta: { producer_id: 'p-1' } });
	});

	it('sends the whole content label under its names', () => {
		const contentLabel: ContentLabel = {
			producerId: 'a',
			contentProducer: 'b',
			contentPropagator: 'c',
			propagateId: 'd',
		};
		expect(settingsOf(queryAndBody({ taskId, form: 'base64', contentLabel }))).toEqual({
			aigc_meta: {
				producer_id: 'a',
				content_producer: 'b',
				content_propagator: 'c',
				propagate_id: 'd',
			},
		});
	});
});
