import { SUCCESS } from '../../nodes/shared/portrait/codes';
import { readEnvelope, type Envelope } from '../../nodes/shared/portrait/envelope';
import { parseJson, type Json } from '../../nodes/shared/portrait/json';
import type { ResponseBody } from '../../nodes/shared/portrait/refusal';
import {
	DEFAULT_SIDE,
	LARGEST_PHOTO,
	namesTaskId,
	readSubmitted,
	readUploaded,
	refusalForLimit,
	submitBody,
	SUBMIT_PATH,
	UPLOAD_PATH,
	UPLOADED,
} from '../../nodes/shared/portrait/submitRequest';
import type { Failure } from '../../nodes/shared/failure';

const ID = '7418048504813240370';
const IN_DOUBT = /^It was not sent again, because it may exist at 302\.AI/;
const MAY_BE_TAKEN = /The submit may have been taken all the same$/;

function envelopeOf(body: ResponseBody, httpStatus: number, successCode = SUCCESS): Envelope {
	return readEnvelope({ httpStatus, body }, successCode);
}

/** Numbers are taken from the text of the JSON, as they are off the wire. */
function jsonBody(body: unknown): ResponseBody {
	const json = parseJson(typeof body === 'string' ? body : JSON.stringify(body));
	if (!json) throw new Error('This is no JSON');
	return { kind: 'json', value: json.value };
}

/** What the package makes of an answer to a submit; a text is JSON already. */
const submitted = (body: unknown, httpStatus = 200) =>
	readSubmitted(envelopeOf(jsonBody(body), httpStatus));

const uploaded = (body: unknown, httpStatus = 200) =>
	readUploaded(envelopeOf(jsonBody(body), httpStatus, UPLOADED));

function failureIn(read: object): Failure {
	if ('failure' in read) return read.failure as Failure;
	throw new Error(`This did not fail: ${JSON.stringify(read)}`);
}

describe('the requests for a portrait', () => {
	it('go where the documents say, and within their bounds', () => {
		expect(SUBMIT_PATH).toBe('/doubao/drawing/portrait');
		expect(UPLOAD_PATH).toBe('/302/upload-file');
		expect([UPLOADED, LARGEST_PHOTO, DEFAULT_SIDE]).toEqual([200, 50_000_000, 1328]);
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

describe('a task ID in the answer to a submit', () => {
	it('is taken with the request ID', () => {
		const answer = { code: 10000, request_id: 'REQUEST-1', data: { task_id: ID } };
		expect(submitted(answer)).toStrictEqual({ taskId: ID, requestId: 'REQUEST-1' });
	});

	it('is taken with the request ID from a refusal as well', () => {
		const answer = { code: 50500, message: 'Busy', request_id: 'REQUEST-1', data: { task_id: ID } };
		expect(submitted(answer, 500)).toStrictEqual({ taskId: ID, requestId: 'REQUEST-1' });
	});

	it.each<[string, unknown]>([
		['as a number of which no digit may be lost', `{"code":10000,"data":{"task_id":${ID}}}`],
		['with blanks around it', { code: 10000, data: { task_id: ` ${ID} ` } }],
		['beside the data', { code: 10000, data: {}, task_id: ID }],
		['as taskId', { code: 10000, data: { taskId: ID } }],
		['as TaskID', { code: 10000, Result: { TaskID: ID } }],
		['in a list of IDs', { code: 10000, data: { task_ids: [ID, '1'] } }],
		['in a list of tasks', { code: 10000, data: [{ task_id: ID }, { task_id: '1' }] }],
		['in JSON that was written as text', { code: 10000, data: JSON.stringify({ task_id: ID }) }],
		['four levels down', { a: { b: { c: { d: { task_id: ID } } } } }],
		['behind a name that goes on', { data: { task_id_count: 123456, id: ID } }],
		['as the data itself', { code: 10000, data: ID }],
		['as a list that is the data', { code: 10000, data: [ID] }],
		['as the id of the data', { code: 10000, data: { id: ID } }],
		['as the result', { code: 10000, result: ID }],
		['as the id of the answer', { code: 10000, id: ID }],
		['behind one that is nothing', { code: 10000, task_id: '', data: { task_id: ID } }],
		[
			'of a success whose code nobody documented',
			{ code: 77, message: 'x', data: { task_id: ID } },
		],
	])('is found %s', (_where, answer) => {
		expect(submitted(answer)).toMatchObject({ taskId: ID });
	});

	it.each(['abc-12', 'v2:a.b_c-1', '123456'])('that looks like %s is one, too', (taskId) => {
		expect(submitted({ code: 10000, data: { task_id: taskId } })).toMatchObject({ taskId });
	});

	it('that is a short number is one, too', () => {
		expect(submitted({ code: 10000, data: { task_id: 123456 } })).toMatchObject({
			taskId: '123456',
		});
	});

	it.each<[string, unknown]>([
		['a name that ends in a long number', { code: 10000, data: { id: `photo-${ID}` } }],
		['a name that begins with a long number', { code: 10000, data: { id: `${ID}-photo` } }],
		['nothing', { code: 10000, data: { task_id: '' } }],
		['zero', { code: 10000, data: { task_id: 0 } }],
		['minus one', { code: 10000, data: { task_id: '-1' } }],
		['a word', { code: 10000, data: { task_id: 'pending' } }],
		['a sentence', { code: 10000, data: { task_id: 'task 123456 is queued' } }],
		['a text without an end', { code: 10000, data: { task_id: '1'.repeat(201) } }],
		['null', { code: 10000, data: { task_id: null } }],
		['a short number in the place of the data', { code: 10000, data: '200' }],
		['a short number as the id of something else', { code: 10000, data: { id: 123456 } }],
		['a UUID as the id of something else', { id: 'a1b2c3d4-0000-4000-8000-000000000000' }],
		['a number under a name that only resembles it', { code: 10000, data: { subtask_id: ID } }],
		['deeper than any real answer', { a: { b: { c: { d: { e: { task_id: ID } } } } } }],
	])('is not seen in %s', (_what, answer) => {
		expect(failureIn(submitted(answer))).toMatchObject({ perhapsSubmitted: true });
	});

	it.each([
		['in quotes', `{"code":10000,"data":{"task_id":"${ID}","sta`],
		['as a number', `{"code":10000,"data":{"task_id":${ID},"sta`],
		['as taskId, with blanks', `{"data":{"taskId" : ${ID} , "sta`],
		['as the end of its object', `{"data":{"task_id":${ID}}`],
	])('is read from an answer that was cut short behind it, %s', (_how, text) => {
		const read = readSubmitted(envelopeOf({ kind: 'cutShort', text }, 200));
		expect(read).toMatchObject({ taskId: ID });
	});

	it.each([
		['within it', `{"data":{"task_id":${ID}`],
		['before it', '{"data":{"task_id":'],
		['behind a short one', '{"data":{"task_id":"123456","sta'],
	])('is not read from an answer that was cut short %s', (_where, text) => {
		const failure = failureIn(readSubmitted(envelopeOf({ kind: 'cutShort', text }, 200)));
		expect(failure.message).toMatch(MAY_BE_TAKEN);
	});
});

describe('a submit without a task ID', () => {
	it('that was accepted with a reason says the reason', () => {
		const failure = failureIn(
			submitted({ status: 'error', message: 'image_input is not reachable' }),
		);
		expect(failure.message).toBe(
			'302.AI accepted the request, but its answer cannot be used: image_input is not reachable. The submit may have been taken all the same',
		);
	});

	it('whose ID is a number that lost digits may exist all the same', () => {
		const failure = failureIn(submitted('{"code":10000,"data":{"task_id":7.4180485048132e+18}}'));
		expect(failure).toMatchObject({ perhapsSubmitted: true });
	});

	it('that was accepted may exist all the same', () => {
		const failure = failureIn(submitted({ code: 10000, request_id: 'REQUEST-1', data: {} }));
		expect(failure).toMatchObject({
			kind: 'api',
			message:
				'302.AI accepted the request, but its answer cannot be used. The submit may have been taken all the same',
			httpStatus: 200,
			requestId: 'REQUEST-1',
			perhapsSubmitted: true,
		});
		expect(failure.remedy).toMatch(IN_DOUBT);
	});

	it.each<[string, unknown, number]>([
		['with a final code of the API', { code: 50411, message: 'Pre Img Risk Not Pass' }, 400],
		['with a final code under a status of success', { code: 50411, message: 'Risk' }, 200],
		['with a final code under a status of servers', { code: 50411, message: 'Risk' }, 504],
		['with a code of the gateway', { error: { err_code: -10001, message: 'Invalid key' } }, 401],
		['without a code, by its status', { message: 'bad width' }, 400],
		['for its key, under a status of success', { code: 401, message: 'Invalid token' }, 200],
		['for its key, with an id', { error: { err_code: -10001 }, id: ID }, 401],
		['for the photo, with an id', { code: 50411, message: 'Risk', id: ID }, 400],
		['by a choice of addresses', { message: 'Choose' }, 300],
		['by a redirect', { message: 'Moved' }, 301],
		['by the last status of clients', { message: 'no' }, 498],
	])('that was refused %s surely does not exist', (_how, answer, httpStatus) => {
		const failure = failureIn(submitted(answer, httpStatus));
		expect(failure.perhapsSubmitted).toBeUndefined();
		expect(failure.message).not.toMatch(MAY_BE_TAKEN);
		expect(failure.remedy).not.toMatch(IN_DOUBT);
	});

	it.each<[string, unknown, number]>([
		['that the server broke down', { message: 'Bad Gateway' }, 502],
		['that the upstream service stumbled', { code: 50500, message: 'Internal Error' }, 500],
		['a code that nobody documented, under a success', { code: 77, message: 'odd' }, 200],
		[
			'the code of a wrong address, from a server that broke down',
			{ code: 404, message: 'x' },
			500,
		],
		['a code that nobody documented, from a server', { code: 77, message: 'odd' }, 500],
		['that something ran into a timeout', { message: 'upstream request timeout' }, 400],
		['that something timed out', { message: 'The upstream timed out' }, 400],
		['that something ran into a time-out', { message: 'upstream time-out' }, 400],
		['so in Chinese', { message: '上游请求超时，请稍后重试' }, 400],
		['that a deadline was exceeded', { message: 'context deadline exceeded' }, 400],
		['that the upstream closed the connection', { message: 'do request failed: EOF' }, 400],
		['that it reset the connection', { message: 'read tcp: connection reset by peer' }, 403],
		['that it broke down', { message: 'bad response status code 504' }, 400],
		...[303, 408, 409, 424, 425, 499].map((httpStatus): [string, unknown, number] => [
			`HTTP status ${httpStatus}`,
			{ message: 'no' },
			httpStatus,
		]),
	])('that was answered with %s may exist all the same', (_what, answer, httpStatus) => {
		const failure = failureIn(submitted(answer, httpStatus));
		expect(failure).toMatchObject({ perhapsSubmitted: true, httpStatus });
		expect(failure.message).toMatch(MAY_BE_TAKEN);
		expect(failure.remedy).toMatch(IN_DOUBT);
	});

	it.each<[string, unknown, number]>([
		['HTTP status 404', { message: 'no route' }, 404],
		['HTTP status 404 and a code that nobody documented', { code: 5, message: 'no route' }, 404],
		["the gateway's code for it", { error: { err_code: -10010, message: 'Not found' } }, 400],
		["the gateway's code for it under a 404", { error: { err_code: -10010 } }, 404],
	])('whose path is not found, by %s, may have the wrong path', (_how, answer, httpStatus) => {
		const failure = failureIn(submitted(answer, httpStatus));
		expect(failure.remedy).toContain(`${SUBMIT_PATH}, unless you set another`);
		expect(failure.remedy).toContain("'API Path'");
	});

	it.each<[string, unknown, number]>([
		['a code of the API under HTTP status 404', { code: 50411, message: 'Risk' }, 404],
		['another status', { message: 'bad' }, 400],
		['a timeout under HTTP status 404', { message: 'upstream timed out' }, 404],
	])('is not blamed on the path after %s', (_what, answer, httpStatus) => {
		expect(failureIn(submitted(answer, httpStatus)).remedy).not.toContain("'API Path'");
	});
});

describe('a name of a task ID', () => {
	it.each<[Json]>([
		[{ task_id: 1 }],
		[{ taskId: null }],
		[{ Task_IDs: [] }],
		[{ a: { b: [{ task_id: '1' }] } }],
		[[{ a: 1 }, { taskid: 1 }]],
	])('is found wherever it is: %j', (value) => {
		expect(namesTaskId(value)).toBe(true);
	});

	it.each<[Json]>([[{}], [[]], ['task_id'], [null], [{ subtask_id: 1, task: { id: 1 } }]])(
		'is not seen in %j',
		(value) => {
			expect(namesTaskId(value)).toBe(false);
		},
	);
});

describe('a refusal for a limit of the API', () => {
	it.each([
		[50429, 429],
		[50430, 429],
		[undefined, 429],
	])('with the code %j is told, as nothing was carried out', (code, httpStatus) => {
		const envelope = envelopeOf(jsonBody({ code, message: 'Reached API Limit' }), httpStatus);
		expect(refusalForLimit(envelope)?.message).toContain('Reached API Limit');
	});

	it('is one whatever else has an id in it', () => {
		const envelope = envelopeOf(jsonBody({ id: ID, error: { message: 'rate limit' } }), 429);
		expect(refusalForLimit(envelope)?.message).toContain('rate limit');
	});

	it('that names a task all the same is none', () => {
		const answer = { code: 50430, message: 'Limit', data: { task_id: ID } };
		expect(refusalForLimit(envelopeOf(jsonBody(answer), 429))).toBeUndefined();
	});

	it.each<[string, unknown, number]>([
		['a success', { code: 10000, data: {} }, 200],
		['another refusal', { code: 50411, message: 'Risk' }, 400],
		['a server that broke down', { message: 'Bad Gateway' }, 502],
	])('is not %s', (_what, answer, httpStatus) => {
		expect(refusalForLimit(envelopeOf(jsonBody(answer), httpStatus))).toBeUndefined();
	});
});

describe('the answer to an upload', () => {
	const LINK = 'https://file.302.ai/photo.jpg';

	it.each<[string, unknown]>([
		['as the data itself', { code: 200, data: LINK }],
		['as the data in a list', { code: 200, data: [LINK] }],
		['as url', { code: 200, data: { url: LINK } }],
		['as link', { code: 200, data: { link: LINK } }],
		['as file_url', { code: 200, data: { file_url: LINK } }],
		['as fileUrl', { code: 200, data: { fileUrl: LINK } }],
		['in a list', { code: 200, data: [{ url: LINK }] }],
		['beside the data', { code: 200, data: '', url: LINK }],
		['in angle brackets', { code: 200, data: `<${LINK}>` }],
		['behind an empty one', { code: 200, data: { url: '', link: LINK } }],
	])('gives the link %s', (_where, answer) => {
		expect(uploaded(answer)).toStrictEqual({ link: LINK });
	});

	it.each<[string, unknown]>([
		['no link', { code: 200, data: {} }],
		['nothing', { code: 200 }],
		['what is no web link', { code: 200, data: 'photo.jpg' }],
	])('with %s may have been billed', (_what, answer) => {
		const failure = failureIn(uploaded(answer));
		expect(failure.message).toMatch(
			/^302\.AI accepted the request, but its answer cannot be used(: photo\.jpg)?\. The photo may have been uploaded all the same$/,
		);
		expect(failure.remedy).toContain('0.001 PTC');
		expect(failure.perhapsSubmitted).toBeUndefined();
	});

	it('that refuses is believed, whatever link it names', () => {
		const { message } = failureIn(uploaded({ code: -10017, message: 'Too large', url: LINK }, 400));
		expect(message).toBe('302.AI answered: Too large');
	});
});
