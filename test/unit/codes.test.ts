import { failureIn, nextStep, read } from './replies';

type Row = [code: number, http: number, next: string, kind: string, remedy: RegExp];

/** Written down from the API's documents, and on purpose not from the table in the code. */
const business: Row[] = [
	[50411, 400, 'never', 'task', /photo/i],
	[50412, 400, 'never', 'task', /prompt/i],
	[50413, 400, 'never', 'task', /prompt/i],
	[50511, 400, 'never', 'task', /submit .*again/i],
	[50512, 400, 'never', 'task', /submit/i],
	[50518, 400, 'never', 'task', /photo/i],
	[50519, 400, 'never', 'task', /submit .*again/i],
	[50520, 400, 'never', 'task', /review/i],
	[50521, 400, 'never', 'task', /review/i],
	[50522, 400, 'never', 'task', /review/i],
	[50429, 429, 'rate', 'api', /later/i],
	[50430, 429, 'concurrency', 'api', /later/i],
	[50500, 500, 'fewTimes', 'api', /later/i],
	[50501, 500, 'fewTimes', 'api', /later/i],
	[50215, 400, 'never', 'api', /'Task ID'/],
	[50200, 400, 'never', 'api', /parameter/i],
	[50218, 400, 'never', 'task', /photo|prompt/i],
	[50400, 403, 'never', 'api', /account/i],
];

const gateway: Row[] = [
	[-10001, 401, 'never', 'account', /API Key/],
	[-10002, 401, 'never', 'account', /API Key/],
	[-10005, 401, 'never', 'account', /API Key/],
	[-10013, 403, 'never', 'account', /may use|allowed/],
	[-10014, 403, 'never', 'account', /may use|allowed/],
	[-10004, 402, 'never', 'account', /balance/i],
	[-10006, 403, 'never', 'account', /quota/i],
	[-10007, 403, 'never', 'account', /quota/i],
	[-10012, 403, 'never', 'account', /quota/i],
	[-10018, 403, 'never', 'account', /quota/i],
	[-10003, 500, 'untilDeadline', 'api', /later/i],
	[-10008, 503, 'untilDeadline', 'api', /later/i],
	[-1024, 504, 'untilDeadline', 'api', /later/i],
	[-10504, 504, 'untilDeadline', 'api', /later/i],
	[-10009, 400, 'never', 'api', /./],
	[-10010, 404, 'never', 'api', /task ID/],
	[-10011, 400, 'never', 'api', /parameters/i],
	[-10015, 400, 'never', 'api', /size|resolution/i],
	[-10016, 400, 'never', 'api', /link/i],
	[-10017, 400, 'never', 'api', /50 MB|smaller/i],
];

const words: Array<[code: string, http: number, next: string, kind: string, remedy: RegExp]> = [
	['InvalidParameter', 400, 'never', 'api', /parameter/i],
	['Unauthorized', 401, 'never', 'account', /API Key/],
	['RateLimitExceeded', 429, 'rate', 'api', /later/i],
	['InsufficientBalance', 402, 'never', 'account', /balance/i],
	['InternalError', 500, 'untilDeadline', 'api', /later/i],
	['rate_limit_exceeded', 400, 'rate', 'api', /later/i],
	['too_many_requests', 400, 'rate', 'api', /later/i],
	['invalid_api_key', 400, 'never', 'account', /API Key/],
	['insufficient_quota', 400, 'never', 'account', /quota/i],
];

describe.each(business)('the business code %i', (code, http, next, kind, remedy) => {
	const body = { code, data: null, message: `words of ${code}`, request_id: 'r-1', status: code };

	it.each([http, 200, 400, 500])('means the same under HTTP status %i', (status) => {
		const state = read(body, status);
		expect(nextStep(state)).toBe(next);
		const failure = failureIn(state);
		expect(failure).toMatchObject({ kind, code, httpStatus: status, requestId: 'r-1' });
		expect(failure?.message).toContain(`words of ${code}`);
		expect(failure?.remedy).toMatch(remedy);
	});

	it('is understood as text too', () => {
		const state = read({ ...body, code: String(code) }, 200);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)?.code).toBe(code);
	});

	it('wins over a status in the data that says something else', () => {
		const data = { status: 'done', image_urls: ['https://file.302.ai/a.png'] };
		expect(nextStep(read({ ...body, data }, 200))).toBe(next);
		expect(nextStep(read({ ...body, data: { status: 'generating' } }, 200))).toBe(next);
	});
});

describe.each(gateway)("the gateway's code %i", (code, http, next, kind, remedy) => {
	const error = {
		err_code: code,
		message: `words of ${code}`,
		message_cn: '中文',
		message_jp: '日本語',
		type: 'api_error',
	};

	it.each([http, 200, 400, 500])('means the same under HTTP status %i', (status) => {
		const state = read({ error }, status);
		expect(nextStep(state)).toBe(next);
		const failure = failureIn(state);
		expect(failure).toMatchObject({ kind, code, httpStatus: status });
		expect(failure?.message).toContain(`words of ${code}`);
		expect(failure?.remedy).toMatch(remedy);
	});

	it('is understood as text too', () => {
		const state = read({ error: { ...error, err_code: String(code) } }, http);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)?.code).toBe(code);
	});
});

describe.each(words)('the code in words %s', (code, http, next, kind, remedy) => {
	it.each([http, 200])('is understood beside its message under HTTP status %i', (status) => {
		const state = read({ code, message: `words of ${code}`, request_id: 'r-2' }, status);
		expect(nextStep(state)).toBe(next);
		const failure = failureIn(state);
		expect(failure).toMatchObject({ kind, code, httpStatus: status, requestId: 'r-2' });
		expect(failure?.message).toContain(`words of ${code}`);
		expect(failure?.remedy).toMatch(remedy);
	});

	it.each([http, 200])('is understood in ResponseMetadata under HTTP status %i', (status) => {
		const metadata = { RequestId: 'r-3', Error: { Code: code, Message: `words of ${code}` } };
		const state = read({ ResponseMetadata: metadata }, status);
		expect(nextStep(state)).toBe(next);
		const failure = failureIn(state);
		expect(failure).toMatchObject({ kind, code, httpStatus: status, requestId: 'r-3' });
		expect(failure?.message).toContain(`words of ${code}`);
	});
});

describe('a business code in ResponseMetadata', () => {
	it.each(business)('is understood: %i', (code, http, next) => {
		const Error = { CodeN: code, Code: 'SomeWord', Message: 'words' };
		const state = read({ ResponseMetadata: { RequestId: 'r-4', Error } }, http);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)).toMatchObject({ code, requestId: 'r-4' });
	});
});

describe('a code that nobody documented', () => {
	it.each([99999, 50999, -99999, 0, 1, -1])('is final and shown with its words: %i', (code) => {
		const state = read({ code, message: 'something new', data: null, request_id: 'r-5' }, 200);
		expect(nextStep(state)).toBe('never');
		expect(failureIn(state)).toMatchObject({ code, requestId: 'r-5' });
		expect(failureIn(state)?.message).toContain('something new');
	});

	it('in words is shown as it is', () => {
		const failure = failureIn(read({ code: 'SomethingNew', message: 'words' }, 400));
		expect(failure?.code).toBe('SomethingNew');
		expect(failure?.message).toContain('words');
	});

	it('without a message says its number', () => {
		expect(failureIn(read({ code: 4711, data: null }, 200))?.message).toContain('4711');
	});

	it.each([429, 500, 502, 503])('that is an HTTP status is read like one: %i', (code) => {
		expect(['rate', 'untilDeadline']).toContain(nextStep(read({ code, message: 'x' }, 200)));
	});
});
