import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';

import { readRetryAfter } from '../../nodes/shared/transport/request';
import { readProxy } from '../../nodes/shared/parameters';
import { networkFailureOf, timedOut } from '../../nodes/shared/transport/networkFailure';
import { Secrets } from '../../nodes/shared/transport/secrets';

const KEY = `sk-${'0123456789abcdefABCDEF'}`;
const secrets = new Secrets(KEY);
const node: INode = {
	id: '1',
	name: 'Result',
	type: 'doubaoPortraitResult',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

function networkError(code: string | undefined, message: string): Error {
	const error = new Error(message, { cause: Object.assign(new Error(message), { code }) });
	return code === undefined
		? new Error(message)
		: Object.assign(error, { code, name: 'AxiosError' });
}

/** As n8n's authenticated helper throws it. */
const wrapped = (error: Error): Error =>
	new NodeApiError(node, Object.assign(error) as unknown as JsonObject);

type Row = [code: string | undefined, message: string, retry: string, neverArrived: boolean];

const rows: Row[] = [
	['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'untilDeadline', true],
	['ENOTFOUND', 'getaddrinfo ENOTFOUND api.302.example', 'fewTimes', true],
	['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.302.ai', 'untilDeadline', true],
	['EHOSTUNREACH', 'connect EHOSTUNREACH', 'untilDeadline', true],
	['ENETUNREACH', 'connect ENETUNREACH', 'untilDeadline', true],
	['ECONNRESET', 'socket hang up', 'untilDeadline', false],
	['EPIPE', 'write EPIPE', 'untilDeadline', false],
	['ETIMEDOUT', 'connect ETIMEDOUT 203.0.113.1:443', 'untilDeadline', true],
	['ETIMEDOUT', 'read ETIMEDOUT', 'untilDeadline', false],
	['ECONNRESET', 'connect ECONNRESET 203.0.113.1:443', 'untilDeadline', true],
	['EACCES', 'connect EACCES 203.0.113.1:443', 'untilDeadline', true],
	['ENOBUFS', 'connect ENOBUFS 203.0.113.1:443', 'untilDeadline', true],
	['ESERVFAIL', 'queryA ESERVFAIL api.302.ai', 'untilDeadline', true],
	['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error', 'untilDeadline', true],
	['UNABLE_TO_GET_CRL', 'unable to get certificate CRL', 'never', true],
	['ERR_INVALID_URL', 'Invalid URL', 'never', true],
	['EMFILE', 'connect EMFILE 203.0.113.1:443', 'untilDeadline', true],
	[
		'ECONNRESET',
		'Client network socket disconnected before secure TLS connection was established',
		'untilDeadline',
		true,
	],
	['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'handshake failure', 'fewTimes', false],
	['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'alert protocol version', 'fewTimes', false],
	['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'unrecognized name', 'fewTimes', false],
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate required', 'never', true],
	['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'bad record mac', 'untilDeadline', false],
	['ERR_SSL_UNEXPECTED_EOF_WHILE_READING', 'unexpected eof', 'untilDeadline', false],
	['EPROTO', 'write EPROTO: unexpected eof while reading', 'untilDeadline', false],
	['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'bad certificate', 'never', true],
	['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unknown ca', 'never', true],
	[undefined, 'Proxy connection ended before receiving CONNECT response', 'fewTimes', true],
	[undefined, 'Proxy connection reset while waiting for the response', 'fewTimes', false],
	[undefined, 'upstream disconnect timeout', 'fewTimes', false],
	['ERR_INVALID_CHAR', 'Invalid character in header content ["Authorization"]', 'never', true],
	['ECONNABORTED', 'timeout of 1000ms exceeded', 'untilDeadline', false],
	['ERR_STREAM_PREMATURE_CLOSE', 'Premature close', 'untilDeadline', false],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'never', true],
	['CERT_HAS_EXPIRED', 'certificate has expired', 'never', true],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'altnames', 'never', true],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify', 'never', true],
	['EPROTO', 'wrong version number', 'never', false],
	['ERR_FR_TOO_MANY_REDIRECTS', 'Maximum number of redirects exceeded', 'never', false],
	[undefined, 'socket hang up', 'untilDeadline', false],
	[undefined, 'something nobody knows', 'fewTimes', false],
];

describe('a request without an answer', () => {
	it.each(rows)('because of %s (%s) is retried: %s', (code, message, retry, neverArrived) => {
		const found = networkFailureOf(networkError(code, message), 'api.302.ai', secrets);
		expect(found).toMatchObject({ kind: 'networkFailure', retry, neverArrived });
		expect(found.failure).toMatchObject({ kind: 'network' });
		expect(found.failure.message).toContain('No answer from api.302.ai');
		expect(found.failure.remedy).not.toBe('');
	});

	it.each(rows.filter(([code]) => code !== undefined))(
		'because of %s is understood through the error that n8n makes of it',
		(code, message, retry, neverArrived) => {
			const found = networkFailureOf(wrapped(networkError(code, message)), 'api.302.ai', secrets);
			expect(found).toMatchObject({ retry, neverArrived });
		},
	);

	it.each(rows.filter(([code]) => code !== undefined))(
		'because of %s is understood through the error of n8n 1, which knows no cause',
		(code, message, retry, neverArrived) => {
			const error = wrapped(networkError(code, message));
			delete error.cause;
			expect(networkFailureOf(error, 'api.302.ai', secrets)).toMatchObject({ retry, neverArrived });
		},
	);

	it.each([
		[['ETIMEDOUT', 'ENETUNREACH'], 'ETIMEDOUT', 'the host cannot be reached'],
		[['ENETUNREACH', 'ETIMEDOUT'], 'ENETUNREACH', 'cannot be reached'],
		[['ECONNREFUSED', 'ECONNREFUSED'], 'ECONNREFUSED', 'the connection was refused'],
		[['EHOSTUNREACH', 'ECONNREFUSED'], 'EHOSTUNREACH', 'the connection was refused'],
	])('of a host of several addresses (%j) never left', (codes, code, said) => {
		const errors = codes.map((one) =>
			Object.assign(new Error(`connect ${one} 203.0.113.1:443`), { code: one, syscall: 'connect' }),
		);
		const several = Object.assign(new AggregateError(errors, ''), { code });
		for (const error of [
			several,
			wrapped(Object.assign(new Error('', { cause: several }), { code })),
		]) {
			const found = networkFailureOf(error, 'api.302.ai', secrets);
			expect(found).toMatchObject({ retry: 'untilDeadline', neverArrived: true });
			expect(found.failure.message).toContain(said);
			expect(found.failure.remedy).not.toContain("'Request Timeout'");
		}
	});

	it.each([
		['has no connection yet', { socket: null }, true],
		['is still being secured', { socket: { secureConnecting: true } }, true],
		['was under way', { socket: { secureConnecting: false } }, false],
		['was under way without TLS', { socket: {} }, false],
	])('whose request %s is told apart', (_name, request, neverLeft) => {
		const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', request });
		const error = new Error('canceled', { cause });
		expect(networkFailureOf(error, 'api.302.ai', secrets).neverArrived).toBe(neverLeft);
		const late = timedOut(error, 'api.302.ai', 60);
		expect(late.neverArrived).toBe(neverLeft);
		expect(late.failure.message).toContain('60 seconds');
		expect(/'Request Timeout'/.test(late.failure.remedy)).toBe(!neverLeft);
	});

	it.each(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR'])(
		'because of %s never left only while the connection was still being secured',
		(code) => {
			for (const secureConnecting of [true, false]) {
				const request = { socket: { secureConnecting } };
				const error = Object.assign(new Error(`write EPROTO ${code}`), { code, request });
				const found = networkFailureOf(error, 'api.302.ai', secrets);
				expect(found.neverArrived).toBe(secureConnecting);
			}
		},
	);

	it('while connecting is about the proxy where there is one', () => {
		const error = networkError('ENOTFOUND', 'getaddrinfo ENOTFOUND no-such-proxy.example');
		const { failure } = networkFailureOf(
			error,
			'api.302.ai',
			secrets,
			'no-such-proxy.example:3128',
		);
		expect(failure.message).toContain('the proxy no-such-proxy.example:3128');
		expect(failure.remedy).toContain("'Proxy'");
	});

	it('of a kind nobody knows says what the error says, without the key', () => {
		const error = new Error(`Request with Bearer ${KEY} broke`);
		const { message } = networkFailureOf(error, 'api.302.ai', secrets).failure;
		expect(message).toContain('broke');
		expect(message).not.toContain(KEY);
	});

	it.each([undefined, null, 'text', 7, {}])('is understood even when %p was thrown', (thrown) => {
		const found = networkFailureOf(thrown, 'api.302.ai', secrets);
		expect(found.failure.message).toContain('No answer from api.302.ai');
		expect(found.neverArrived).toBe(false);
	});

	it('ends when the chain of causes has no end', () => {
		const error: Error & { cause?: unknown } = new Error('round and round');
		error.cause = error;
		expect(networkFailureOf(error, 'api.302.ai', secrets).retry).toBe('fewTimes');
	});

	it('because of n8n\u2019s protection of internal addresses is final and says so', () => {
		const error = new Error('The request was blocked: SSRF protection');
		const found = networkFailureOf(error, '10.0.0.1', secrets);
		expect(found.retry).toBe('never');
		expect(found.failure.message).toContain('protection');
	});

	it('because its time was up says how long it had', () => {
		const { failure, retry, neverArrived } = timedOut(new Error('canceled'), 'api.302.ai', 60);
		expect(failure.message).toContain('60 seconds');
		expect(failure.remedy).toContain("'Request Timeout'");
		expect({ retry, neverArrived }).toEqual({ retry: 'untilDeadline', neverArrived: false });
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-01-02T03:04:05Z');

	it.each([
		['7', 7000],
		['0', 0],
		['1.5', 1500],
		[' 3 ', 3000],
		['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
		['Fri, 02 Jan 2026 03:04:00 GMT', 0],
		['', undefined],
		['   ', undefined],
		['soon', undefined],
		['soon 3', undefined],
		['1 apple', undefined],
		['2026', 2_026_000],
		['2026-01-02T03:05:05Z', undefined],
		['-5', undefined],
		['Infinity', undefined],
		[undefined, undefined],
		[null, undefined],
		[['7'], undefined],
	])('%j is read as %j ms', (header, milliseconds) => {
		expect(readRetryAfter(header, now)).toBe(milliseconds);
	});
});

describe('the proxy', () => {
	it.each([
		['', undefined],
		['  ', undefined],
		['127.0.0.1:3128', { host: '127.0.0.1', port: 3128, protocol: 'http' }],
		['http://proxy.example', { host: 'proxy.example', port: 80, protocol: 'http' }],
		['https://proxy.example', { host: 'proxy.example', port: 443, protocol: 'https' }],
		['http://proxy.example:8080/', { host: 'proxy.example', port: 8080, protocol: 'http' }],
		[
			'http://user:p%40ss@proxy.example:8080',
			{
				host: 'proxy.example',
				port: 8080,
				protocol: 'http',
				auth: { username: 'user', password: 'p@ss' },
			},
		],
	])('%j is read', (text, proxy) => {
		expect(readProxy(text)).toEqual(proxy);
	});

	it.each([
		'socks5://127.0.0.1:1080',
		'ftp://x',
		'http://',
		'://',
		'a b c',
		'http://user:%@host:1',
		'http://user:12#4@proxy.example:8080',
		'http://user:12/4@proxy.example:8080',
	])('%j is refused by its name in the panel', (text) => {
		expect(() => readProxy(text)).toThrow("'Proxy'");
	});
});
