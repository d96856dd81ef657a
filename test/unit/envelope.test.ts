import { SUCCESS } from '../../nodes/shared/portrait/codes';
import { readEnvelope, type Envelope } from '../../nodes/shared/portrait/envelope';
import { parseJson } from '../../nodes/shared/portrait/json';
import { UPLOADED } from '../../nodes/shared/portrait/submitRequest';

/** What the package makes of `body` as JSON. */
function envelopeOf(body: unknown, httpStatus = 200, successCode = SUCCESS): Envelope {
	const json = parseJson(JSON.stringify(body));
	if (!json) throw new Error('This is no JSON');
	return readEnvelope({ httpStatus, body: { kind: 'json', value: json.value } }, successCode);
}

/** What is said of a refusal; fails for an answer that was accepted. */
function saidOf(body: unknown, httpStatus = 200): string {
	const envelope = envelopeOf(body, httpStatus);
	if (envelope.kind === 'refused') return envelope.failure.message;
	throw new Error(`This was accepted: ${JSON.stringify(envelope.answer)}`);
}

const data = { status: 'generating' };

describe('an answer that was accepted', () => {
	it('is handed on with its data, its words and its request ID', () => {
		const answer = { code: 10000, message: 'Look here', request_id: 'REQUEST-1', data };
		expect(envelopeOf(answer, 201)).toStrictEqual({
			kind: 'accepted',
			data,
			answer,
			reason: 'Look here',
			httpStatus: 201,
			requestId: 'REQUEST-1',
		});
	});

	it.each<[string, object]>([
		['data', { code: 10000, data }],
		['data, as a text', { code: 10000, data: JSON.stringify(data) }],
		['data, as a list of one', { code: 10000, data: [data] }],
		['result', { code: 10000, result: data }],
		['output', { code: 10000, output: data }],
		['data rather than result', { code: 10000, data, result: { status: 'x' } }],
		[
			'result rather than output',
			{ code: 10000, data: 'x', result: data, output: { status: 'x' } },
		],
	])('has what stands under %s', (_name, answer) => {
		expect(envelopeOf(answer)).toMatchObject({ kind: 'accepted', data });
	});

	it.each(['data', 'result', 'output'])(
		'is one under the code of another gateway too, where its data stands under %s',
		(name) => {
			for (const code of [0, 200, 'success']) {
				expect(envelopeOf({ code, [name]: data })).toMatchObject({ kind: 'accepted', data });
			}
		},
	);

	it.each<[unknown]>([['text'], [7], [null], [[1, 2]], [true]])(
		'has the data %j as it is where it is no object',
		(other) => {
			expect(envelopeOf({ code: 10000, data: other })).toMatchObject({ data: other });
		},
	);

	it.each(['image_urls', 'binary_data_base64'])('is its own data where %s stands in it', (name) => {
		const answer = { code: 10000, [name]: ['x'] };
		expect(envelopeOf(answer)).toMatchObject({ kind: 'accepted', data: answer });
	});

	it('is no data of its own for any other name', () => {
		expect(envelopeOf({ code: 10000, images: ['x'] })).toMatchObject({ data: undefined });
	});

	it('is shown with its data as it was meant, where that was written as text', () => {
		const answer = { code: 10000, data: JSON.stringify(data) };
		expect(envelopeOf(answer)).toMatchObject({ answer: { code: 10000, data } });
	});

	it('is shown as it came where its data is a text of another kind, or stands elsewhere', () => {
		for (const answer of [
			{ code: 10000, data: 'text' },
			{ code: 10000, data: [data] },
			{ code: 10000, data: 'text', result: data },
			{ code: 10000, data: 'text', image_urls: ['x'] },
		]) {
			expect(envelopeOf(answer)).toMatchObject({ answer });
		}
	});

	it('in another one is read in its place, with what that says', () => {
		const inner = { code: 10000, request_id: 'REQUEST-2', data };
		const outer = { code: 200, request_id: 'REQUEST-1', data: inner };
		expect(envelopeOf(outer)).toMatchObject({ data, answer: inner, requestId: 'REQUEST-2' });
	});

	it.each([{ code: 1 }, { data: 1 }])(
		'in another one is only read when it is whole: %j',
		(inner) => {
			expect(envelopeOf({ code: 10000, data: inner })).toMatchObject({
				kind: 'accepted',
				data: inner,
			});
		},
	);

	it('in another one is refused when it says so', () => {
		expect(saidOf({ code: 200, data: { code: 50411, message: 'Risk', data: null } })).toBe(
			'302.AI answered: Risk',
		);
	});

	it.each([0, 200, '0', '200', 'success', 'SUCCESS', 'ok', 'Ok'])(
		'may have the code %j of another gateway, as long as it has data',
		(code) => {
			expect(envelopeOf({ code, data }).kind).toBe('accepted');
			for (const nothing of [undefined, null, '']) {
				expect(envelopeOf({ code, data: nothing }).kind).toBe('refused');
			}
		},
	);

	it.each(['successful', 'not ok', 'okay', 1, 201, 2000])(
		'does not have the code %j, whatever data it has',
		(code) => {
			expect(envelopeOf({ code, data }).kind).toBe('refused');
		},
	);

	it('needs no data where its code is that of the request', () => {
		expect(envelopeOf({ code: 10000 }).kind).toBe('accepted');
		expect(envelopeOf({ code: '10000', data: null }).kind).toBe('accepted');
		expect(envelopeOf({ code: 200 }, 200, UPLOADED).kind).toBe('accepted');
	});

	it('is so under a bad HTTP status too, when its code says so, and not by its data alone', () => {
		expect(envelopeOf({ code: 10000, data }, 500).kind).toBe('accepted');
		expect(envelopeOf({ data }, 500).kind).toBe('refused');
		expect(envelopeOf({ code: 200, data }, 500).kind).toBe('refused');
	});

	it('may name an error beside its code', () => {
		expect(envelopeOf({ code: 10000, error: 'none', data }).kind).toBe('accepted');
		expect(envelopeOf({ code: 10000, error: {}, data }).kind).toBe('accepted');
		expect(envelopeOf({ error: '', data }).kind).toBe('accepted');
		expect(envelopeOf({ error: null, ResponseMetadata: {}, data }).kind).toBe('accepted');
	});
});

describe('an answer that states an error', () => {
	it.each<[object, number | string | undefined, string]>([
		[{ error: { err_code: -10011, code: 5, message: 'x' } }, -10011, '302.AI answered: x'],
		[{ error: { code: 'bad_thing', message: 'x' } }, 'bad_thing', '302.AI answered: x'],
		[{ error: { message: 'x' } }, undefined, '302.AI answered: x'],
		[{ error: { message: 'x' }, code: 10000 }, undefined, '302.AI answered: x'],
		[
			{ error: { err_code: -10011 } },
			-10011,
			'302.AI answered: refused without a reason (code -10011, HTTP status 200)',
		],
		[{ error: 'x' }, undefined, '302.AI answered: x'],
		[
			{ ResponseMetadata: { Error: { CodeN: 50411, Code: 'W', Message: 'x' } } },
			50411,
			'302.AI answered: x',
		],
		[{ ResponseMetadata: { Error: { Code: 'Odd', Message: 'x' } } }, 'Odd', '302.AI answered: x'],
		[{ code: 50411, message: 'x' }, 50411, '302.AI answered: x'],
		[{ code: 'Odd', message: 'x' }, 'Odd', '302.AI answered: x'],
		[{ error: 'less', code: 50411, message: 'x' }, 50411, '302.AI answered: x'],
	])('in %j is understood', (answer, code, message) => {
		const envelope = envelopeOf(answer);
		expect(envelope).toMatchObject({ kind: 'refused', failure: { message } });
		expect(envelope.kind === 'refused' && envelope.failure.code).toBe(code);
	});

	it('is handed on with the answer and its data', () => {
		const answer = { code: 50411, message: 'x', request_id: 'REQUEST-1', data };
		expect(envelopeOf(answer, 400)).toMatchObject({
			answer,
			data,
			httpStatus: 400,
			failure: { requestId: 'REQUEST-1' },
		});
	});

	it('has the request ID of its metadata where it has no other', () => {
		const metadata = { RequestId: 'REQUEST-1', Error: { Message: 'x' } };
		expect(envelopeOf({ ResponseMetadata: metadata })).toMatchObject({
			failure: { requestId: 'REQUEST-1' },
		});
		expect(envelopeOf({ ResponseMetadata: metadata, request_id: 'REQUEST-2' })).toMatchObject({
			failure: { requestId: 'REQUEST-2' },
		});
	});
});

describe('an answer under a bad HTTP status that states no error', () => {
	it.each<[object, string]>([
		[{ message: 'no such photo' }, '302.AI answered: no such photo (HTTP status 422)'],
		[{ width: 'too small' }, '302.AI answered: width: too small (HTTP status 422)'],
		[{}, '302.AI answered: HTTP status 422'],
	])('%j says: %s', (answer, said) => {
		expect(saidOf(answer, 422)).toBe(said);
	});

	it('is handed on with the answer and its data', () => {
		const answer = { message: 'x', request_id: 'REQUEST-1', data };
		expect(envelopeOf(answer, 500)).toMatchObject({
			kind: 'refused',
			answer,
			data,
			failure: { requestId: 'REQUEST-1' },
		});
	});

	it('tells from its words whether the account has run dry', () => {
		expect(envelopeOf({ message: 'insufficient balance' }, 429)).toMatchObject({
			failure: { kind: 'account' },
		});
	});

	it('finds no reason among fields under a good one', () => {
		expect(envelopeOf({ code: 10000, width: 'too small', data })).toMatchObject({
			reason: undefined,
		});
	});
});

describe('JSON that is no object', () => {
	it.each<[unknown, string]>([
		[7, 'The API answered with JSON that is not an object (HTTP status 200)'],
		[null, 'The API answered with JSON that is not an object (HTTP status 200)'],
		[[], 'The API answered with JSON that is not an object (HTTP status 200)'],
		['no such model', '302.AI answered: no such model (HTTP status 200)'],
		[['no photo', 'no prompt'], '302.AI answered: no photo; no prompt (HTTP status 200)'],
		[[{ message: 'a' }, { message: 'b' }], '302.AI answered: a; b (HTTP status 200)'],
	])('%j says: %s', (body, said) => {
		expect(saidOf(body)).toBe(said);
	});

	it('but a list of one, or a text of JSON, is the object in it', () => {
		const answer = { code: 10000, data };
		expect(envelopeOf([answer])).toMatchObject({ kind: 'accepted', data });
		expect(envelopeOf(JSON.stringify(answer))).toMatchObject({ kind: 'accepted', data });
		expect(envelopeOf([answer, answer]).kind).toBe('refused');
	});
});
