import { parseJson, isJsonObject } from '../../nodes/shared/portrait/json';
import { reasonIn } from '../../nodes/shared/portrait/reason';

function reasonOf(answer: object): string | undefined {
	const value = parseJson(JSON.stringify(answer))?.value;
	if (!isJsonObject(value)) throw new Error('no object');
	return reasonIn(value);
}

describe('the reason of a refusal', () => {
	it.each<[string, object]>([
		['no such photo', { message: 'no such photo' }],
		['no such photo', { code: 400, msg: 'no such photo', data: null }],
		['no such photo', { Message: 'no such photo' }],
		['no such photo', { err_msg: 'no such photo' }],
		['no such photo', { error: 'no such photo' }],
		['no such photo', { error: { message: 'no such photo', type: 'x' } }],
		['no such photo', { error: { error: { msg: 'no such photo' } } }],
		['no such photo', { errors: ['no such photo'] }],
		['no such photo', { errors: [{ message: 'no such photo' }] }],
		['no such photo', { detail: 'no such photo' }],
		['no such photo', { error: 'invalid_request', error_description: 'no such photo' }],
		['no such photo', { title: 'Unprocessable Entity', detail: 'no such photo', status: 422 }],
		['no such photo', { message: 'Success', data: { error: 'no such photo' } }],
		['no such photo', { message: '', data: { fail_reason: 'no such photo' } }],
		['no such photo', { message: '{"error":{"message":"no such photo"}}' }],
		['no such photo', { result: { reason: 'no such photo' } }],
		['no such photo', { algorithm_base_resp: { status_code: 1, status_message: 'no such photo' } }],
		[
			'body.task_id: field required',
			{ detail: [{ loc: ['body', 'task_id'], msg: 'field required' }] },
		],
		['task_id: is required', { errors: { task_id: ['is required'] } }],
		['width: too small; seed: too large', { errors: { width: 'too small', seed: 'too large' } }],
		[
			'Bad Request: task_id is no text',
			{ message: 'Bad Request', errors: [{ msg: 'task_id is no text' }] },
		],
		['宽度太小', { error: { err_code: -10011, message_cn: '宽度太小' } }],
		['no such photo', { fault: { faultstring: 'no such photo' } }],
		['no such photo', { Response: { Error: { Message: 'no such photo' } } }],
		['width: too small', { 'invalid-params': [{ name: 'width', reason: 'too small' }] }],
		['a; b; c', { detail: [{ msg: 'a' }, { msg: 'b' }, { msg: 'c' }, { msg: 'd' }] }],
	])('is "%s" in %j', (reason, answer) => {
		expect(reasonOf(answer)).toBe(reason);
	});

	it.each<object>([
		{},
		{ message: null, data: null },
		{ message: 'Success', data: { status: 'generating', image_urls: null } },
		{ code: 10000, message: 'ok', request_id: 'r' },
		{ error: {} },
		{ errors: [] },
		{ detail: 7 },
	])('is none in %j', (answer) => {
		expect(reasonOf(answer)).toBeUndefined();
	});

	/** Written down from the shapes that the documents and public clients show, and on purpose not from the list in the code. */
	const places = [
		...['algorithm_base_resp', 'message', 'msg', 'error_message', 'errorMsg', 'err_message'],
		...['errMsg', 'status_message', 'detail', 'details', 'error_description', 'fail_reason'],
		...['failureReason', 'reason', 'description', 'title', 'error', 'errors', 'err', 'info'],
		...['data', 'result', 'violations', 'invalid-params', 'non_field_errors', 'faultstring'],
		...['fault', 'response', 'message_cn', 'messageEn'],
	];

	it.each(places)('may stand in %s', (place) => {
		expect(reasonOf({ [place]: 'no such photo' })).toBe('no such photo');
	});

	it.each([
		['message', 'detail'],
		['detail', 'description'],
		['description', 'violations'],
		['violations', 'message_cn'],
		['algorithm_base_resp', 'message'],
	])('is rather that in %s than that in %s', (first, second) => {
		expect(reasonOf({ [second]: 'less', [first]: 'more' })).toBe('more');
	});

	it.each([
		...['Bad Request', 'Unprocessable Entity', 'unprocessable content', 'Forbidden'],
		...['Not Found', 'Internal Server Error', 'Validation Error', 'input validation failed'],
		...['Invalid request', 'Invalid input.', 'error', 'An error occurred', 'a error', 'Fail'],
		...['Failed', 'failure'],
	])('that is no more than "%s" is told with the next one', (general) => {
		const answer = { message: general, detail: 'no such photo' };
		expect(reasonOf(answer)).toBe(`${general}: no such photo`);
	});

	it.each([
		...['This is a bad request', 'Bad request of yours', 'Failed to fetch the photo'],
		'errors occurred',
	])('that says more than that is told alone: %s', (message) => {
		expect(reasonOf({ message, detail: 'no such photo' })).toBe(message);
	});

	it('that is general is told alone where there is no other, and not twice', () => {
		expect(reasonOf({ message: 'Bad Request' })).toBe('Bad Request');
		expect(reasonOf({ message: 'Bad Request', error: 'Bad Request' })).toBe('Bad Request');
	});

	it.each(['ok', 'Success', 'succeeded', 'null', 'none', 'undefined', '', '.', 'OK.', '  '])(
		'is not the word %j',
		(message) => {
			expect(reasonOf({ message })).toBeUndefined();
		},
	);

	it.each(['not ok', 'ok for now', 'success..', ' no photo '])('may be the words %j', (message) => {
		expect(reasonOf({ message })).toBe(message.trim());
	});

	it.each(['message', 'detail', 'details', 'error', 'errors', 'err'])(
		'names the fields that stand in %s, the first three of them',
		(place) => {
			const fields = {
				width: 'too small',
				seed: 'ok',
				skin: ['too much'],
				gpen: 'no',
				extra: 'no',
			};
			expect(reasonOf({ [place]: fields })).toBe('width: too small; seed: ok; skin: too much');
		},
	);

	it('names no fields elsewhere', () => {
		expect(reasonOf({ data: { width: 'too small' } })).toBeUndefined();
	});

	it.each(['type', 'code', 'Status', 'url', 'instance', 'request_id', 'requestId'])(
		'is not told by %s, which is no field',
		(name) => {
			expect(reasonOf({ error: { [name]: 'no such photo' } })).toBeUndefined();
		},
	);

	it.each(['mytype', 'types', 'image_url'])('is told by the field %s', (name) => {
		expect(reasonOf({ error: { [name]: 'no such photo' } })).toBe(`${name}: no such photo`);
	});

	it.each<[string, object]>([
		['body.0.width', { loc: ['body', 0, 'width'], field: 'no' }],
		['width', { loc: 'width', field: 'no' }],
		['width', { loc: '', field: 'width', param: 'no' }],
		['width', { param: 'width', path: 'no' }],
		['width', { path: 'width', name: 'no' }],
		['width', { name: 'width' }],
	])('is told of the field %s in %j', (field, place) => {
		expect(reasonOf({ errors: [{ msg: 'too small', ...place }] })).toBe(`${field}: too small`);
	});

	it('is told without a field where its place is none', () => {
		expect(reasonOf({ errors: [{ msg: 'too small', loc: null, path: 7 }] })).toBe('too small');
	});

	it('is not told by what is written into it in JSON and says nothing', () => {
		expect(reasonOf({ message: '{"width":1}' })).toBe('{"width":1}');
		expect(reasonOf({ message: '{no JSON}' })).toBe('{no JSON}');
	});

	it('in a list leaves out what says nothing', () => {
		expect(reasonOf({ errors: ['', 'no such photo', null] })).toBe('no such photo');
	});

	const nested = (depth: number, innermost: unknown): object =>
		Array.from({ length: depth }).reduce<object>((inner) => ({ data: inner }), Object(innermost));

	it.each<[string, number, object]>([
		['a text', 4, { message: 'far down' }],
		['a list', 3, { message: ['far down'] }],
		['a text in JSON', 3, { message: '{"message":"far down"}' }],
		['a field', 4, { error: { width: 'far down' } }],
		['a list of a field', 2, { error: { width: ['far down'] } }],
	])('is looked for to a depth only: %s', (_what, depth, innermost) => {
		expect(reasonOf(nested(depth, innermost))).toContain('far down');
		expect(reasonOf(nested(depth + 1, innermost)) ?? '').not.toMatch(/^far down|width/);
	});
});
