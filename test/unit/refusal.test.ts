import type { ResponseBody } from '../../nodes/shared/portrait/refusal';
import { meaningOfHttpStatus, meaningOfWords } from '../../nodes/shared/portrait/codes';
import { failureIn, nextStep, read, stateIn } from './replies';

const after = (body: ResponseBody, httpStatus: number, retryAfter?: number) =>
	stateIn({ httpStatus, retryAfter, body });
const failureAfter = (body: ResponseBody, httpStatus: number) => failureIn(after(body, httpStatus));

describe('an HTTP status without a code', () => {
	it.each<[number, string, string, RegExp]>([
		[300, 'never', 'api', /redirects/],
		[399, 'never', 'api', /redirects/],
		[400, 'never', 'api', /^Check the parameters of this node\.$/],
		[401, 'never', 'account', /'API Key'/],
		[402, 'never', 'account', /balance/],
		[403, 'never', 'api', /may use .* firewall/],
		[404, 'never', 'api', /'Base URL'/],
		[405, 'never', 'api', /'Base URL'/],
		[406, 'never', 'api', /^Check the parameters of this node\.$/],
		[407, 'never', 'api', /proxy/],
		[408, 'untilDeadline', 'api', /later/],
		[413, 'never', 'api', /too large/],
		[425, 'untilDeadline', 'api', /later/],
		[429, 'rate', 'api', /later/],
		[499, 'never', 'api', /^Check the parameters of this node\.$/],
		[500, 'untilDeadline', 'api', /later/],
		[599, 'untilDeadline', 'api', /later/],
		[199, 'never', 'api', /^Check the parameters of this node\.$/],
	])('of %i leads to %s', (status, retry, kind, remedy) => {
		expect(meaningOfHttpStatus(status)).toMatchObject({ retry, kind });
		expect(meaningOfHttpStatus(status)?.remedy).toMatch(remedy);
	});

	it.each([200, 201, 299])('of %i is a success', (status) => {
		expect(meaningOfHttpStatus(status)).toBeUndefined();
	});
});

describe('words of an account that has run dry', () => {
	it.each([
		...['insufficient_quota', 'Insufficient balance', 'insufficient funds', 'insufficient credit'],
		...['insufficient credits', 'You are out of credits', 'no balance', 'not enough funds'],
		...['low balance', 'empty balance', 'zero credit', 'The quota is insufficient'],
		...['Your balance has been exceeded', 'credits exhausted', 'the quota of this key is used up'],
		...['the funds were reached', 'balance not enough', 'balance too low', 'credit is empty'],
		...['funds depleted', 'The balance is due', 'You exceeded your current quota', '账户余额不足'],
		...['额度已用完', '欠费'],
	])('are: %s', (words) => {
		for (const status of [402, 403, 429]) {
			expect(meaningOfWords(words, status)).toMatchObject({ kind: 'account', retry: 'never' });
		}
	});

	it.each([
		...['insufficient', 'quotas of nobody', 'white balance', 'a balanced exceeded', 'out of range'],
		...['exceededx your quota', 'no quotable words', 'unquota exceeded', 'unexceeded quota'],
	])('are not: %s', (words) => {
		expect(meaningOfWords(words, 429)).toBeUndefined();
	});

	it.each([
		...[
			'quota exceeded: rate limited',
			'quota exceeded for requests per minute',
			'qps quota reached',
		],
		...[
			'quota exceeded per second',
			'quota of 5 minutes exceeded',
			'quota exceeded by concurrency',
		],
		...[
			'Too many requests, quota exceeded',
			'额度频率',
			'额度并发',
			'insufficient quota of seconds',
		],
	])('are not those of a limit that passes: %s', (words) => {
		expect(meaningOfWords(words, 429)).toBeUndefined();
	});

	it.each(['separate quota exceeded', 'quota exceeded, xqpsx'])(
		'are not taken for a limit because of a word in another: %s',
		(words) => {
			expect(meaningOfWords(words, 429)?.kind).toBe('account');
		},
	);

	it('mean the same of a key whose quota is used up, which some gateways refuse as such', () => {
		expect(meaningOfWords('该令牌额度已用尽', 401)?.remedy).toContain('Raise it at 302.ai');
	});

	it.each([400, 404, 500])('mean nothing under HTTP status %i', (status) => {
		expect(meaningOfWords('insufficient balance', status)).toBeUndefined();
	});

	it('tell a quota, which is raised, from a balance, which is topped up', () => {
		expect(meaningOfWords('insufficient_quota', 429)?.remedy).toContain('Raise it at 302.ai');
		expect(meaningOfWords('额度已用完', 429)?.remedy).toContain('Raise it at 302.ai');
		expect(meaningOfWords('insufficient balance', 429)?.remedy).toContain('Top up');
	});
});

describe('an error that the API states', () => {
	it('without a reason says its code and its status', () => {
		const failure = failureIn(read({ code: 50200 }, 400));
		expect(failure?.message).toBe(
			'302.AI answered: refused without a reason (code 50200, HTTP status 400)',
		);
	});

	it('without a code and a reason says so', () => {
		const failure = failureIn(read({ ResponseMetadata: { Error: {} } }, 400));
		expect(failure?.message).toBe(
			'302.AI answered: refused without a reason (code none, HTTP status 400)',
		);
		expect(failure?.code).toBeUndefined();
	});

	it('about the key says so before the words of the API', () => {
		const error = { err_code: -10001, message: 'invalid' };
		expect(failureIn(read({ error }, 400))?.message).toBe(
			'302.AI does not accept this key: invalid',
		);
	});

	it('is of the account where its code and its words say so together', () => {
		const failure = failureIn(read({ code: 'quota', message: 'exceeded' }, 429));
		expect(failure).toMatchObject({ kind: 'account', message: '302.AI answered: exceeded' });
	});

	it('with a code in words is made fit for one line', () => {
		expect(failureIn(read({ code: 'Some\nThing', message: 'x' }, 400))?.code).toBe('Some Thing');
	});

	it.each<[number | string, number, string, string]>([
		[60000, 401, 'never', 'account'],
		[60000, 402, 'never', 'account'],
		[60000, 408, 'untilDeadline', 'api'],
		[60000, 425, 'untilDeadline', 'api'],
		[60000, 429, 'rate', 'api'],
		[60000, 500, 'untilDeadline', 'api'],
		[399, 200, 'never', 'api'],
		[401, 200, 'never', 'account'],
		[429, 200, 'rate', 'api'],
		[599, 200, 'untilDeadline', 'api'],
		[600, 200, 'never', 'api'],
		['odd', 503, 'untilDeadline', 'api'],
		['odd', 403, 'never', 'api'],
	])('with the unknown code %j under HTTP status %i leads to %s', (code, status, next, kind) => {
		const state = read({ code, message: 'odd' }, status);
		expect(nextStep(state)).toBe(next);
		expect(failureIn(state)?.kind).toBe(kind);
	});

	it.each<[number | string, number, RegExp]>([
		[60000, 400, /^This code is not documented\./],
		[60000, 404, /^This code is not documented\./],
		[399, 200, /^This code is not documented\./],
		[600, 200, /^This code is not documented\./],
		[400, 200, /^Check the parameters/],
		['odd', 400, /^Check the parameters/],
		['odd', 404, /'Base URL'/],
		['odd', 200, /^This code is not documented\./],
	])('with the unknown code %j under HTTP status %i has its remedy', (code, status, remedy) => {
		expect(failureIn(read({ code, message: 'odd' }, status))?.remedy).toMatch(remedy);
	});

	it('says in its code that the quota is used up, whatever its words say', () => {
		const state = read({ error: { code: 'insufficient_quota', message: 'sorry' } }, 429);
		expect(failureIn(state)).toMatchObject({ kind: 'account' });
	});
});

describe('an answer that is no JSON', () => {
	const page: ResponseBody = { kind: 'html', title: '' };
	const PAGE = /proxy or a sign-in page stands between/;
	const FIREWALL = /^A firewall, a proxy or a sign-in page answers in place/;

	it.each<[number, RegExp, string]>([
		[200, PAGE, 'never'],
		[400, PAGE, 'never'],
		[401, FIREWALL, 'never'],
		[403, FIREWALL, 'never'],
		[404, /must be the address of the 302\.AI API/, 'never'],
		[406, PAGE, 'never'],
		[421, PAGE, 'never'],
		[451, PAGE, 'never'],
		[402, /Top up/, 'never'],
		[410, /^Check the parameters/, 'never'],
		[503, /later/, 'untilDeadline'],
	])('but a web page under HTTP status %i says what to do', (status, remedy, next) => {
		expect(failureAfter(page, status)?.remedy).toMatch(remedy);
		expect(failureAfter(page, status)?.kind).toBe('api');
		expect(nextStep(after(page, status))).toBe(next);
	});

	it('but a web page is named by its title', () => {
		expect(failureAfter({ kind: 'html', title: 'Sign\nin' }, 200)?.message).toBe(
			'A web page came back instead of an answer of the 302.AI API: "Sign in" (HTTP status 200)',
		);
		expect(failureAfter(page, 200)?.message).toBe(
			'A web page came back instead of an answer of the 302.AI API (HTTP status 200)',
		);
	});

	it.each<[ResponseBody, string]>([
		[{ kind: 'text', text: 'a\nb' }, 'The API answered with text that is not JSON: a b'],
		[{ kind: 'empty' }, 'The API sent an empty answer'],
		[{ kind: 'cutShort', text: '{' }, "The API's answer was cut short"],
	])('says what came: %j', (body, said) => {
		expect(failureAfter(body, 200)?.message).toBe(`${said} (HTTP status 200)`);
	});

	it.each<[ResponseBody, string]>([
		[{ kind: 'text', text: 'x' }, 'fewTimes'],
		[{ kind: 'empty' }, 'untilDeadline'],
		[{ kind: 'cutShort', text: '' }, 'untilDeadline'],
	])('is asked about again under a status of success: %j', (body, next) => {
		expect(nextStep(after(body, 200))).toBe(next);
		expect(failureAfter(body, 200)?.remedy).toMatch(/^The task itself is not affected\. .*later/);
		expect(after(body, 200, 3000)).toMatchObject({ retryAfter: 3000, failure: { kind: 'api' } });
	});

	it.each([300, 301, 399])('under HTTP status %i is a redirect, whatever it holds', (status) => {
		const said = `The address answers with a redirect (HTTP status ${status})`;
		expect(failureAfter({ kind: 'empty' }, status)?.message).toBe(said);
	});

	it('under HTTP status 407 is of a proxy, whatever it holds', () => {
		expect(failureAfter({ kind: 'empty' }, 407)?.message).toBe(
			'A proxy on the way refused the request (HTTP status 407)',
		);
	});

	it('under HTTP status 401 is no word of 302.AI about the key', () => {
		const failure = failureAfter({ kind: 'empty' }, 401);
		expect(failure?.kind).toBe('api');
		expect(failure?.message).toBe('The API sent an empty answer (HTTP status 401)');
	});

	it('but larger than allowed is final, whatever its status', () => {
		const body: ResponseBody = { kind: 'tooLarge', limit: 67.6e6 };
		expect(failureAfter(body, 503)).toMatchObject({
			kind: 'image',
			message: "The API's answer is larger than 68 MB",
		});
		expect(nextStep(after(body, 503))).toBe('never');
	});
});

describe('a refusal by its status alone', () => {
	it('of the key is one where JSON says so, and where it says nothing', () => {
		for (const body of [{}, { message: 'Invalid token' }, { message: '密钥错误' }]) {
			expect(failureIn(read(body, 401))).toMatchObject({
				kind: 'account',
				message: expect.stringMatching(
					/^302\.AI does not accept this key: .*\(?HTTP status 401\)?$/,
				),
			});
		}
	});

	it.each([
		...['key', 'token', 'Authentication', 'credential', 'balance', 'quota', 'payment', 'funds'],
		...['credits', 'permission', '密', '余', '额', '权'],
	])('is of the account when it speaks of %s', (word) => {
		expect(failureIn(read({ message: `no ${word}` }, 401))?.kind).toBe('account');
	});

	it('is not of the account when it speaks of something else', () => {
		const failure = failureIn(read({ message: 'Please sign in to the hotel' }, 401));
		expect(failure).toMatchObject({
			kind: 'api',
			message: '302.AI answered: Please sign in to the hotel (HTTP status 401)',
		});
	});

	it('names its status once', () => {
		expect(failureIn(read({}, 503))?.message).toBe('302.AI answered: HTTP status 503');
	});

	it('names its request ID', () => {
		const answer = { message: 'no', request_id: 'REQUEST-1' };
		expect(failureIn(read(answer, 503))?.requestId).toBe('REQUEST-1');
	});
});
