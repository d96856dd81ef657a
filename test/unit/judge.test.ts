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

/** What a verdict comes to: kind, tries, whether it may have been taken, the limit. */
const reviewed = { kind: 'task', tries: 'once', taken: 'no' };
const refused = { ...reviewed, kind: 'api' };
const ofAccount = { ...reviewed, kind: 'account' };
const rate = { ...refused, tries: 'endless', limit: 'rate' };
const passing = { ...refused, tries: 'endless', taken: 'perhaps' };
const mayPass = { ...passing, tries: 'few' };
const unclear = { ...passing, tries: 'once' };

describe('a code means, under any HTTP status that it may come with,', () => {
	it.each<[string, Array<number | string>, object]>([
		['service', [50411, 50412, 50413, 50218, 50511, 50512, 50518, 50519, 50520], reviewed],
		['service', [50521, 50522], reviewed],
		['service', [50200, 50215, 50400], refused],
		['service', [50429], rate],
		['service', [50430], { ...rate, limit: 'concurrency' }],
		['service', [50500, 50501], mayPass],
		['gateway', [-10001, -10002, -10004, -10005, -10006, -10007, -10012, -10018], ofAccount],
		['gateway', [-10013, -10014], ofAccount],
		['gateway', [-10009, -10010, -10011, -10015, -10016, -10017], refused],
		['gateway', [-1024, -10504], passing],
		['gateway', ['Unauthorized', 'InsufficientBalance', 'insufficient_quota'], ofAccount],
		['gateway', ['invalid_api_key', 'insufficient_user_quota'], ofAccount],
		['gateway', ['InvalidParameter'], refused],
		['gateway', ['RateLimitExceeded', 'too_many_requests'], rate],
		['gateway', ['InternalError'], passing],
	])('of the %s %j: %j', (of, codes, verdict) => {
		for (const code of codes) {
			const body = of === 'gateway' ? gateway(code) : { code, message: 'words', data: null };
			for (const status of of === 'gateway' ? [200, 400, 500] : [200, 400, 429, 500]) {
				expect([code, judge(read(body, status), 'submit')]).toMatchObject([code, verdict]);
			}
		}
	});
});

it('what befell a task counts where the code says success, and a word more is another status', () => {
	const failed = { code: 10000, data: { status: 'failed' } };
	expect(judge(read(failed, 400), 'result')).toMatchObject({ kind: 'task', tries: 'once' });
	const unread = { image_urls: ['moon'] };
	const others = ['is_not_found', 'not_found_yet', 'not_done', 'done_soon', 'expired_soon'];
	for (const status of [...others, 'not_expired', 'not_failed']) {
		expect(judge(read(answered({ status, ...unread })), 'result')).toBeUndefined();
	}
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
	it.each<[object | string, number[], object]>([
		[{ message: 'no' }, [400, 406, 410, 411, 414, 415, 421, 422, 428, 431, 451], refused],
		[{ code: 59999, message: 'no' }, [400], refused],
		[{ message: 'no' }, [409, 418, 424, 499], unclear],
		[{ message: 'Invalid token' }, [401], ofAccount],
		[{ message: 'Token expired: session timeout' }, [401], ofAccount],
		[{ message: 'Blocked by the WAF' }, [401], refused],
		[{ message: 'pay' }, [402], ofAccount],
		[{ message: 'no' }, [403], { ...refused, kind: 'network' }],
		['', [401, 402, 404, 405], refused],
		['', [407], { ...refused, kind: 'network' }],
		['', [429], rate],
		['', [301, 302, 307, 308], refused],
		['', [300, 303, 304, 399], unclear],
		['', [200, 299, 408, 425, 500, 502, 503, 504, 599, 999], passing],
		['Request timeout', [408], passing],
		['<html>', [401, 403], { ...refused, kind: 'network' }],
		['<html>', [400, 406, 413, 421, 451], refused],
		['<html>', [200], unclear],
		['<title>504 Gateway Time-out</title>', [504], passing],
		['words', [200], mayPass],
		['[]', [200], mayPass],
		['{"code":1', [200], passing],
		[{ code: 4711, message: 'what?' }, [200], unclear],
		[{ error: 'no such model' }, [200], unclear],
		[{ code: 10000, data: {} }, [200], mayPass],
		[{ code: 10000, data: null }, [200], mayPass],
		[{ code: 10000, data: { taskId: ID } }, [400], mayPass],
		[{ message: 'You exceeded your current quota' }, [429], ofAccount],
		[{ message: '账户余额不足' }, [429], ofAccount],
		[{ message: 'Insufficient balance' }, [403], ofAccount],
		[{ message: 'Quota exceeded for requests per minute' }, [429], rate],
		[{ message: 'QPS quota reached' }, [429], rate],
		[{ message: 'white balance out of range' }, [400], refused],
		[{ message: 'no white balance' }, [403], { ...refused, kind: 'network' }],
		[{ error: { message: 'upstream timeout' } }, [402, 429], passing],
	])('%j under %j: %j', (body, statuses, verdict) => {
		for (const status of statuses) {
			expect([status, judge(read(body, status), 'submit')]).toMatchObject([status, verdict]);
		}
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

it.each<[CallName, object, number, boolean]>([
	['submit', { code: 77, data: { task_id: ID } }, 500, true],
	['submit', { code: 50429, data: { task_id: ID } }, 429, true],
	['result', { code: 20000, data: { image_urls: [LINK] } }, 500, true],
	['upload', { code: 200, data: LINK }, 400, true],
	['upload', { code: 500, message: 'failed', data: LINK }, 400, false],
	['upload', { code: 200, data: {} }, 200, false],
	['models', { data: [] }, 200, true],
	['models', { data: [] }, 300, false],
	['models', { data: {} }, 200, false],
])('what %s was sent for counts, and nothing else: %j under %i (%s)', (call, body, status, is) => {
	expect(judge(read(body, status), call) === undefined).toBe(is);
});

describe('a task', () => {
	it.each<[string, SampleName[]]>([
		['running', ['inQueue', 'generatingMinimal', 'submitOk']],
		['done', ['doneUrl', 'doneBase64', 'linksAsObjects']],
		['failed', ['noFace', 'textRisk', 'gatewayKey']],
		['askAgain', ['concurrencyLimit', 'gatewayNetwork']],
	])('is %s after any of %j', (state, names) => {
		for (const name of names) expect([name, stateOf(readSample(name))]).toEqual([name, state]);
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
		...['not_found', 'expired', 'failed', 'FAILED', 'error'],
		...['canceled', 'cancelled', 'rejected', 'Done'],
	])('with the status %s has ended', (status) => {
		expect(judge(read(answered({ status })), 'result')).toMatchObject({
			kind: status === 'not_found' ? 'unknownTask' : 'task',
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

it.each([
	[[200], undefined],
	[[300, 302, 304, 400, 401, 403, 404, 407, 451, 499], 'once'],
	[[204, 206, 299, 408, 425, 429, 500, 503], 'endless'],
])('the host of an image with HTTP status %j is asked so often: %s', (statuses, tries) => {
	for (const status of statuses) {
		const { kind = 'image', tries: found } = judge(read('', status), 'image') ?? {};
		expect([status, kind, found]).toEqual([status, 'image', tries]);
	}
});

describe('a proxy that may have answered in place of 302.AI', () => {
	const proxy = 'proxy.example:3128';

	it.each([
		['submit', 407, '', { kind: 'network', tries: 'once', taken: 'no' }],
		['submit', 403, '<html>', { kind: 'network', tries: 'once', taken: 'perhaps' }],
		['submit', 503, '', { kind: 'network', tries: 'few', taken: 'perhaps' }],
		['submit', 400, '{"message":"no"}', { kind: 'api', taken: 'no' }],
		['models', 503, '{"code":-1}', { kind: 'api', tries: 'endless' }],
		['submit', 400, '{"code":50411}', { kind: 'task', taken: 'no' }],
		['models', 503, '{"error":"down"}', { kind: 'network', tries: 'few' }],
		['models', 500, '{"code":50500}', { kind: 'api' }],
		['result', 429, '', { kind: 'api', limit: 'rate' }],
	] as const)('after %s, %i %s: %j', (call, status, text, verdict) => {
		expect(judge(read(text, status, { proxy }), call)).toMatchObject(verdict);
	});
});
