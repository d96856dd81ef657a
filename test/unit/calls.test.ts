import { resultQueryAndBody, submitBody, type ResultRequest } from '../../nodes/shared/api/calls';

const task_id = '6682608976809320374';
const logo = { add_logo: true, position: 0, language: 0, opacity: 0 } as const;
const settingsOf = (request: Omit<ResultRequest, 'task_id'>): unknown =>
	JSON.parse(JSON.parse(resultQueryAndBody({ task_id, ...request }).body).req_json);

describe('the result request', () => {
	it("is the one of the API's own documentation", () => {
		const documented = String.raw`{"task_id":"6682608976809320374","req_json":"{\"logo_info\":{\"add_logo\":true,\"position\":0,\"language\":0,\"opacity\":0.3,\"logo_text_content\":\"这里是明水印内容\"},\"return_url\":true}"}`;
		const logo_info = { ...logo, opacity: 0.3, logo_text_content: '这里是明水印内容' };
		expect(resultQueryAndBody({ task_id, form: 'links', logo_info })).toEqual({
			query: { response_format: 'url' },
			body: documented,
		});
	});

	it('asks for links in both ways, and for base64 in none', () => {
		expect(resultQueryAndBody({ task_id, form: 'links' }).query).toEqual({
			response_format: 'url',
		});
		expect(settingsOf({ form: 'links' })).toEqual({ return_url: true });
		expect(resultQueryAndBody({ task_id, form: 'base64' })).toEqual({
			query: {},
			body: `{"task_id":"${task_id}"}`,
		});
	});

	it('leaves out what is not set, and sends zeros', () => {
		const aigc_meta = { producer_id: 'p-1', propagate_id: undefined };
		const logo_info = { ...logo, logo_text_content: undefined };
		expect(settingsOf({ form: 'base64', logo_info, aigc_meta })).toEqual({
			logo_info: logo,
			aigc_meta: { producer_id: 'p-1' },
		});
	});
});

describe('the body of a submit', () => {
	it('is what was given, zeros and empty texts too, and the rest is left to the API', () => {
		const given = { image_input: 'https://photos.example/anna.jpg', prompt: '', gpen: 0, seed: -1 };
		expect(JSON.parse(submitBody({ ...given, width: undefined }))).toEqual(given);
	});
});
