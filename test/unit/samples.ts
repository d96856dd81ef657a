/** What comes with every answer of a portrait call that was taken. */
const success = { code: 10000, message: 'Success', status: 10000, time_elapsed: '31.204118ms' };
const PNG =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const done = (data: object) => ({
	http: 200,
	body: { code: 10000, data: { status: 'done', ...data } },
});

/** Answers of the API, as its documentation, its code and public clients show them. */
export const samples = {
	submitOk: {
		http: 200,
		body: {
			...success,
			data: { task_id: '7418048504813240370' },
			request_id: '2024092411365866C579D2A96A35DA62A9',
		},
	},
	inQueue: {
		http: 200,
		body: {
			...success,
			data: { binary_data_base64: null, image_urls: null, status: 'in_queue' },
			request_id: '20250704133712F5C61AE75EC8D72B6491',
		},
	},
	generatingMinimal: {
		http: 200,
		body: { code: 10000, message: 'Success', data: { status: 'generating' } },
	},
	doneUrl: {
		http: 200,
		body: {
			...success,
			data: {
				algorithm_base_resp: { status_code: 0, status_message: '' },
				binary_data_base64: [],
				image_urls: ['https://file.302.ai/gpt/imgs/20250704/294e21f5c461495a9d1d11328691a2d6.png'],
				resp_data:
					'{"log_output": "{\\"infer_ctx\\":{\\"params\\":{\\"height\\":1327,\\"ori_prompt\\":\\"一张东亚人种年轻男性的特写肖像图,面容清秀。 长出满脸的胡子\\",\\"seed\\":366947886,\\"width\\":1327}},\\"pe_result\\":\\"特写肖像,暖色调,一位东亚人种年轻男性,面容清秀,穿着衬衫,长出满脸的胡子,皮肤细腻光滑,胡子浓密,近景,柔和光影。\\"}", "image_output": ["uri://binary_data?index=0"], "comfyui_cost": 21.3237}',
				image_output: null,
				status: 'done',
			},
			request_id: '20250704135505CC9722EC8585EC323E03',
		},
	},
	doneBase64: {
		http: 200,
		body: {
			...success,
			data: { binary_data_base64: [PNG], image_urls: null, status: 'done' },
			request_id: '20250704135506AA0000000000000000AA',
		},
	},
	textRisk: {
		http: 400,
		body: {
			code: 50413,
			data: null,
			message: 'Post Text Risk Not Pass',
			request_id: '202511281418218670D408837A9B0EB58F',
			status: 50413,
			time_elapsed: '36.799829ms',
		},
	},
	concurrencyLimit: {
		http: 429,
		body: { code: 50430, status: 50430, message: 'Request Has Reached API Concurrent Limit' },
	},
	gatewayNetwork: {
		http: 500,
		body: {
			error: {
				err_code: -10003,
				message: 'Network error, please try again later',
				message_cn: '网络错误，请稍后重试',
				message_jp: 'ネットワークエラー、後でもう一度お試しください。',
				type: 'api_error',
			},
		},
	},
	gatewayKey: {
		http: 401,
		body: { error: { err_code: -10001, message: 'Missing 302 Apikey', type: 'api_error' } },
	},
	openAiError: {
		http: 429,
		body: { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
	},
	metadata: {
		http: 400,
		body: {
			ResponseMetadata: {
				RequestId: '20250704135508CC0000000000000000CC',
				Error: { CodeN: 50411, Code: 'PreImgRiskNotPass', Message: 'Pre Img Risk Not Pass' },
			},
		},
	},
	metadataWord: {
		http: 402,
		body: { ResponseMetadata: { Error: { Code: 'InsufficientBalance', Message: 'Too low' } } },
	},
	errorText: { http: 404, body: { error: 'model not found' } },
	msg: { http: 400, body: { code: 40000, msg: 'no such photo' } },
	detail: { http: 404, body: { detail: 'Not Found' } },
	errors: { http: 422, body: { errors: 'width is too small' } },
	noFace: {
		http: 200,
		body: {
			code: 10000,
			message: 'Success',
			data: {
				status: 'done',
				image_urls: [],
				algorithm_base_resp: { status_code: 7, status_message: 'no face found' },
			},
		},
	},
	dataAsText: {
		http: 200,
		body: { code: 10000, data: '{"status":"done","image_urls":["https://file.302.ai/a.png"]}' },
	},
	idAsNumber: { http: 200, body: '{"code":10000,"data":{"task_id":7418048504813240370}}' },
	linksAsText: {
		http: 200,
		body: { code: 10000, data: { status: 'done', image_urls: '["https://file.302.ai/a.png"]' } },
	},
	linksAsObjects: done({ status: 'completed', image_urls: [{ url: 'https://file.302.ai/a.png' }] }),
	escapedLinks: done({
		image_urls: ['https://h.example/a?x=1&amp;y=2', 'https://h.example/b?x=1\\u0026y=2'],
	}),
	dataUrl: done({
		binary_data_base64: ['data:image/png;base64,iVBORw0KGgoAAAAN\nSUhEUgAAAAEAAAABCAYA'],
	}),
	formsSwapped: done({
		image_urls: ['iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYA'],
		binary_data_base64: ['https://file.302.ai/a.png'],
	}),
	uploadOk: {
		http: 200,
		body: { code: 200, data: 'https://file.302.ai/photo.jpg', message: 'success' },
	},
};

export type SampleName = keyof typeof samples;
