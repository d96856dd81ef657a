import type { CallName } from '../../nodes/shared/api/calls';
import type { Answer } from '../../nodes/shared/api/answer';
import { judge } from '../../nodes/shared/api/judge';
import { answered, read, readSample } from './answers';
import type { SampleName } from './samples';

/** As the waiting reads it. */
function stateOf(answer: Answer): 'done' | 'running' | 'failed' | 'askAgain' {
	const verdict = judge(answer, 'result');
	if (verdict) return verdict.tries === 'once' ? 'failed' : 'askAgain';
	return answer.data.images.length > 0 ? 'done' : 'running';
}

const LINK = 'https://file.302.ai/a.png';
const ID = '7418048504813240370';
const gateway = (err_code: number | string, message = 'words'): object => ({
	error: { err_code, message },
});
const service = (code: number): object => ({ code, message: 'words', data: null });

/** What a verdict comes to: kind, tries, whether it may have been taken, the limit. */
const reviewed = { kind: 'task', tries: 'once', taken: 'no' };
const refused = { ...reviewed, kind: 'api' };
const ofAccount = { ...reviewed, kind: 'account' };
const rate = { ...refused, tries: 'endless', limit: 'rate' };
const passing = { ...refused, tries: 'endless', taken: 'perhaps' };
const mayPass = { ...passing, tries: 'few' };
const unclear = { ...passing, tries: 'once' };

describe('a code means, under any HTTP status that it may come with,', () => {
	it.each<[number[], object]>([
		[[50411, 50412, 50413, 50218, 50511, 50512, 50518, 50519, 50520, 50521, 50522], reviewed],
		[[50200, 50215, 50400], refused],
		[[50429], rate],
		[[50430], { ...rate, limit: 'concurrency' }],
		[[50500, 50501], mayPass],
	])('of the service %j: %j', (codes, verdict) => {
		for (const code of codes) {
			for (const status of [200, 400, 429, 500]) {
				expect([code, judge(read(service(code), status), 'submit')]).toMatchObject([code, verdict]);
			}
		}
	});

	it.each<[Array<number | string>, object]>([
		[[-10001, -10002, -10005, -10004, -10006, -10007, -10012, -10018, -10013, -10014], ofAccount],
		[[-10009, -10010, -10011, -10015, -10016, -10017], refused],
		[[-1024, -10504], passing],
		[['Unauthorized', 'InsufficientBalance', 'insufficient_quota', 'invalid_api_key'], ofAccount],
		[['insufficient_user_quota'], ofAccount],
		[['InvalidParameter'], refused],
		[['RateLimitExceeded', 'too_many_requests'], rate],
		[['InternalError'], passing],
	])('of the gateway %j: %j', (codes, verdict) => {
		for (const code of codes) {
			for (const status of [200, 400, 500]) {
				expect([code, judge(read(gateway(code), status), 'submit')]).toMatchObject([code, verdict]);
			}
		}
	});
});

describe('a code and its HTTP status mean together', () => {
	it.each<[number, number, object]>([
		[-10003, 400, refused],
		[-10003, 500, passing],
		[-10003, 429, passing],
		[-10003, 200, passing],
		[-10003, 403, passing],
		[-1024, 429, passing],
		[-10008, 503, { ...passing, taken: 'no' }],
		[-10008, 500, passing],
	])('%i under %i: %j', (code, status, verdict) => {
		expect(judge(read(gateway(code), status), 'submit')).toMatchObject(verdict);
	});
});

describe('an answer without a code that is known means', () => {
	it.each<[object | string, number, object]>([
		[{ message: 'no' }, 400, refused],
		[{ code: 59999, message: 'no' }, 400, refused],
		[{ message: 'Invalid token' }, 401, ofAccount],
		[{ message: 'Blocked by the WAF' }, 401, refused],
		['', 401, refused],
		[{ message: 'pay' }, 402, ofAccount],
		['', 402, refused],
		[{ message: 'no' }, 403, { ...refused, kind: 'network' }],
		['<html>', 403, { ...refused, kind: 'network' }],
		['', 404, refused],
		['', 407, { ...refused, kind: 'network' }],
		['<html>', 413, refused],
		['', 429, rate],
		...[301, 302, 307, 308].map((status): [string, number, object] => ['', status, refused]),
		...[300, 303, 304].map((status): [string, number, object] => ['', status, unclear]),
		...[408, 425, 500, 502, 503, 504, 599, 999].map((status): [string, number, object] => [
			'',
			status,
			passing,
		]),
		...[409, 418, 424, 499].map((status): [object, number, object] => [
			{ message: 'no' },
			status,
			unclear,
		]),
		['<html>', 200, unclear],
		['words', 200, mayPass],
		['[]', 200, mayPass],
		['', 200, passing],
		['{"code":1', 200, passing],
		[{ code: 4711, message: 'what?' }, 200, unclear],
		[{ error: 'no such model' }, 200, unclear],
		[{ code: 10000, data: {} }, 200, mayPass],
		[{ code: 10000, data: null }, 200, mayPass],
		[{ code: 10000, data: { taskId: ID } }, 400, mayPass],
		['<title>504 Gateway Time-out</title>', 504, passing],
		['Request timeout', 408, passing],
		[{ message: 'Token expired: session timeout' }, 401, ofAccount],
	])('%j under %i: %j', (body, status, verdict) => {
		expect(judge(read(body, status), 'submit')).toMatchObject(verdict);
	});

	it('of the account, only where JSON says so in words of its own', () => {
		for (const [status, message] of [
			[429, 'You exceeded your current quota'],
			[429, '账户余额不足'],
			[403, 'Insufficient balance'],
		] as const) {
			expect(judge(read({ message }, status), 'submit')).toMatchObject(ofAccount);
		}
		for (const message of ['Quota exceeded for requests per minute', 'QPS quota reached']) {
			expect(judge(read({ message }, 429), 'submit')).toMatchObject(rate);
		}
		expect(judge(read({ message: 'white balance out of range' }, 400), 'submit')).toMatchObject(
			refused,
		);
	});
});

describe('a submit is in doubt', () => {
	it.each([
		'upstream request timeout',
		'The upstream timed out',
		'上游请求超时，请稍后重试',
		'do request failed: EOF',
		'read tcp: connection reset by peer',
		'bad response status code 504',
		`Post "https://${'x'.repeat(600)}": context deadline exceeded`,
	])('when a gateway lost the answer behind it, under 400 as well: %s', (message) => {
		expect(judge(read({ error: { message } }, 400), 'submit')).toMatchObject(mayPass);
		expect(judge(read(gateway(-10003, message), 400), 'submit')).toMatchObject(mayPass);
	});

	it('when the refusal was not read to its end', () => {
		const answer = read('<html>', 403, { cutAt: 6 });
		expect(judge(answer, 'submit')).toMatchObject({ taken: 'perhaps' });
	});
});

describe('what a request was sent for counts, whatever the code', () => {
	it.each<[CallName, object]>([
		['submit', { code: 77, data: { task_id: ID } }],
		['submit', { code: 50429, data: { task_id: ID } }],
		['result', { code: 20000, data: { image_urls: [LINK] } }],
		['upload', { code: 200, data: LINK }],
	])('%s: %j', (call, body) => {
		expect(judge(read(body, 500), call)).toBeUndefined();
	});
});

it.each([500, 200])('a link in the refusal of an upload is none of the photo (code %i)', (code) => {
	const verdict = judge(read({ code, message: 'failed', data: LINK }, 400), 'upload');
	expect(verdict === undefined).toBe(code === 200);
});

describe('a task', () => {
	it.each<[SampleName, string]>([
		['inQueue', 'running'],
		['generatingMinimal', 'running'],
		['submitOk', 'running'],
		['doneUrl', 'done'],
		['doneUrlUpstream', 'done'],
		['doneBase64', 'done'],
		['linksAsObjects', 'done'],
		['notFound', 'failed'],
		['noFace', 'failed'],
		['textRisk', 'failed'],
		['staleTask', 'failed'],
		['gatewayParameter', 'failed'],
		['gatewayKey', 'failed'],
		['concurrencyLimit', 'askAgain'],
		['gatewayNetwork', 'askAgain'],
		['gatewayNoChannel', 'askAgain'],
	])('after %s: %s', (name, state) => {
		expect(stateOf(readSample(name))).toBe(state);
	});

	it.each([
		...['in_queue', 'generating', 'processing', 'new_in_2027', 'unblocked', 'terminating_queue'],
		...['completed', 'not done', 'failed_over'],
	])('with the status %s runs, whatever the code', (status) => {
		for (const code of [10000, 0, 200, 20000, undefined]) {
			expect(stateOf(read({ code, data: { status } }))).toBe('running');
		}
	});

	it.each([
		'not_found',
		'expired',
		'failed',
		'FAILED',
		'error',
		'canceled',
		'cancelled',
		'rejected',
	])('with the status %s has ended', (status) => {
		const kind = status === 'not_found' ? 'unknownTask' : 'task';
		expect(judge(read(answered({ status })), 'result')).toMatchObject({
			kind,
			tries: 'once',
			says: expect.any(String),
		});
	});

	it.each([
		[500, undefined, 'error'],
		[503, -10003, 'failed'],
		[200, -10003, 'done'],
		[429, undefined, 'error'],
		[200, -1024, 'not_found'],
	])(
		'is asked for again when the call failed (%i, %s), whatever status it names: %s',
		(http, code, status) => {
			const body = { error: { err_code: code, message: 'words' }, data: { status } };
			expect(stateOf(read(body, http))).toBe('askAgain');
		},
	);

	it('that is done with images that were not understood is not lost', () => {
		const body = answered({ status: 'done', image_urls: [{ image: { b64: 'x' } }] });
		expect(judge(read(body), 'result')).toMatchObject({ kind: 'image', tries: 'once' });
	});

	it('without a status runs as long as the call succeeds, and without data is asked again', () => {
		expect(stateOf(read(answered({})))).toBe('running');
		expect(judge(read(answered(null)), 'result')).toMatchObject({ tries: 'few' });
	});
});

describe('the host of an image', () => {
	it.each([
		[200, undefined],
		[404, 'once'],
		[403, 'once'],
		[302, 'once'],
		[204, 'endless'],
		[206, 'endless'],
		[429, 'endless'],
		[408, 'endless'],
		[503, 'endless'],
	])('with HTTP status %i is asked so often: %s', (status, tries) => {
		const verdict = judge(read('', status), 'image');
		expect(verdict?.tries).toBe(tries);
		if (verdict) expect(verdict.kind).toBe('image');
	});
});

describe('a proxy that may have answered in place of 302.AI', () => {
	const proxy = 'proxy.example:3128';

	it.each([
		['submit', 407, '', { kind: 'network', tries: 'once', taken: 'no' }],
		['submit', 403, '<html>', { kind: 'network', tries: 'once', taken: 'perhaps' }],
		['submit', 503, '', { kind: 'network', tries: 'few', taken: 'perhaps' }],
		['submit', 400, '{"code":50411}', { kind: 'task', taken: 'no' }],
		['models', 503, '{"error":"down"}', { kind: 'network', tries: 'few' }],
		['models', 500, '{"code":50500}', { kind: 'api' }],
		['result', 429, '', { kind: 'api', limit: 'rate' }],
	] as const)('after %s, %i %s: %j', (call, status, text, verdict) => {
		expect(judge(read(text, status, { proxy }), call)).toMatchObject(verdict);
	});
});
