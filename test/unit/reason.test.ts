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

	it('is looked for to a depth only', () => {
		const deep = Array.from({ length: 50 }).reduce<object>((inner) => ({ error: inner }), {
			message: 'far down',
		});
		expect(reasonOf(deep)).toBeUndefined();
	});
});
