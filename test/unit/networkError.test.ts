import { NodeApiError, type JsonObject } from 'n8n-workflow';

import { judge } from '../../nodes/shared/api/judge';
import { readNetworkError, type NetworkError } from '../../nodes/shared/api/networkError';
import { withoutKey } from '../../nodes/shared/apiKey';
import { failureOf } from '../../nodes/shared/sentences';
import { node } from '../support/context';

const KEY = ['sk-test', '0123456789abcdef'].join('-');
function read(error: unknown, rest: object = {}): NetworkError {
	const hide = (text: string): string => withoutKey(text, KEY);
	return readNetworkError(error, { host: 'api.302.ai', hide, ...rest });
}

/** As axios throws it. */
function axiosError(code: string | undefined, message: string): Error {
	if (code === undefined) return new Error(message);
	const cause = Object.assign(new Error(message), { code });
	return Object.assign(new Error(message, { cause }), { code, name: 'AxiosError' });
}

/** As n8n's authenticated helper throws it. */
const wrapped = (error: Error): Error =>
	new NodeApiError(node, Object.assign(error) as unknown as JsonObject);

type Row = [code: string | undefined, message: string, tries: string, taken: 'no' | 'perhaps'];
const ROWS: Row[] = [
	['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', 'endless', 'no'],
	['ENOTFOUND', 'getaddrinfo ENOTFOUND api.302.example', 'few', 'no'],
	['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.302.ai', 'endless', 'no'],
	['EHOSTUNREACH', 'connect EHOSTUNREACH', 'endless', 'no'],
	['ETIMEDOUT', 'read ETIMEDOUT', 'endless', 'perhaps'],
	['ECONNRESET', 'socket hang up', 'endless', 'perhaps'],
	['ESERVFAIL', 'queryA ESERVFAIL api.302.ai', 'endless', 'no'],
	[
		'ECONNRESET',
		'Client network socket disconnected before secure TLS connection was established',
		'endless',
		'no',
	],
	['EPIPE', 'write EPIPE', 'endless', 'perhaps'],
	['EMFILE', 'connect EMFILE 203.0.113.1:443', 'endless', 'no'],
	['ECONNABORTED', 'timeout of 1000ms exceeded', 'endless', 'perhaps'],
	['ERR_STREAM_PREMATURE_CLOSE', 'Premature close', 'endless', 'perhaps'],
	[undefined, 'socket hang up', 'endless', 'perhaps'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'once', 'no'],
	['CERT_HAS_EXPIRED', 'certificate has expired', 'once', 'no'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'altnames', 'once', 'no'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify', 'once', 'no'],
	['EPROTO', 'wrong version number', 'once', 'perhaps'],
	['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'handshake failure', 'few', 'perhaps'],
	['ERR_FR_TOO_MANY_REDIRECTS', 'Maximum number of redirects exceeded', 'once', 'perhaps'],
	['Z_DATA_ERROR', 'incorrect header check', 'few', 'perhaps'],
	['ERR_FR_REDIRECTION_FAILURE', 'Redirected request failed', 'once', 'perhaps'],
	['ERR_SSL_X_BAD_RECORD_MAC', 'bad record mac', 'endless', 'perhaps'],
	['ERR_INVALID_CHAR', 'Invalid character in header', 'once', 'no'],
	['HPE_INVALID_CONSTANT', 'Parse Error', 'few', 'perhaps'],
	[undefined, 'Proxy connection ended before receiving CONNECT response', 'few', 'no'],
	[undefined, 'The request was blocked: SSRF protection', 'once', 'no'],
	[undefined, 'something nobody knows', 'few', 'perhaps'],
];

describe('a request without an answer', () => {
	it.each(ROWS)('because of %s (%s): tries %s, taken %s', (code, message, tries, taken) => {
		const error = axiosError(code, message);
		const fact = read(error);
		expect(judge(fact, 'submit')).toMatchObject({ kind: 'network', tries, taken });
		const failure = failureOf(fact, judge(fact, 'submit'));
		expect(failure.message).toMatch(/^No answer from api\.302\.ai: \S/);
		expect(failure.remedy).not.toBe('');
		if (code === undefined) return;
		const ofN8n = wrapped(error);
		expect(judge(read(ofN8n), 'submit')).toMatchObject({ tries, taken });
		// n8n 1 knows no cause, but notes code and words.
		delete ofN8n.cause;
		expect(judge(read(ofN8n), 'submit')).toMatchObject({ tries, taken });
	});

	it('of a code that only resembles a known one is of a kind nobody knows', () => {
		const whole = ['ENOTFOUND', 'ECONNREFUSED', 'EMFILE', 'ETIMEDOUT', 'ECONNRESET'];
		whole.push('ERR_FR_TOO_MANY_REDIRECTS', 'ERR_FR_REDIRECTION_FAILURE');
		const begins = ['EAI_AGAIN', 'EPROTO', 'ERR_SSL_X', 'Z_X', 'HPE_X', 'ERR_INVALID_X'];
		const others = [...whole, ...begins].map((code) => `X${code}`);
		for (const code of [...others, ...whole.map((known) => `${known}X`), 'EPROTOTYPE', 'EXFILE']) {
			expect([code, judge(read(axiosError(code, 'words')), 'submit').says]).toEqual([
				code,
				undefined,
			]);
		}
	});

	it('of a host of several addresses never left', () => {
		const errors = ['ETIMEDOUT', 'ENETUNREACH'].map((code) =>
			Object.assign(new Error(`connect ${code} 203.0.113.1:443`), { code, syscall: 'connect' }),
		);
		const several = Object.assign(new AggregateError(errors, ''), { code: 'ETIMEDOUT' });
		expect(judge(read(wrapped(several)), 'submit')).toMatchObject({
			taken: 'no',
			says: 'the host cannot be reached',
		});
	});

	it.each([
		['has no connection yet', { socket: null }, 'no'],
		['is still being secured', { socket: { secureConnecting: true } }, 'no'],
		['was under way', { socket: { secureConnecting: false } }, 'perhaps'],
	])('whose request %s is told apart, by its time too', (_name, request, taken) => {
		const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', request });
		const error = new Error('canceled', { cause });
		expect(judge(read(error), 'submit')).toMatchObject({ taken });
		const late = read(error, { timedOut: 60 });
		const says = taken === 'no' ? 'no connection could be made' : 'it was not complete';
		expect(judge(late, 'submit')).toMatchObject({ taken, tries: 'endless', says });
		expect(failureOf(late, judge(late, 'submit')).message).toMatch(/within 60 seconds$/);
	});

	it('while connecting is about the proxy where there is one', () => {
		const message = 'getaddrinfo ENOTFOUND no-such-proxy.example';
		const error = read(axiosError('ENOTFOUND', message), { proxy: 'no-such-proxy.example:3128' });
		const { message: said, remedy } = failureOf(error, judge(error, 'submit'));
		expect(said).toContain('the proxy no-such-proxy.example:3128');
		expect(remedy).toContain("'Proxy'");
	});

	it('of a kind nobody knows says what the error says, without the key', () => {
		const error = read(new Error(`Request with Bearer ${KEY} broke ${encodeURIComponent(KEY)}`));
		const said = failureOf(error, judge(error, 'submit')).message;
		expect(said).toContain('broke');
		expect(said + error.cause.stack).not.toContain(KEY);
	});

	it.each([undefined, null, 'text', 7, {}])('is understood even when %p was thrown', (thrown) => {
		const error = read(thrown);
		expect(judge(error, 'submit')).toMatchObject({ taken: 'perhaps', tries: 'few' });
		expect(failureOf(error, judge(error, 'submit')).message).toContain('could not be made');
	});

	it('ends when the chain of causes has no end', () => {
		const error: Error & { cause?: unknown } = new Error('round and round');
		error.cause = error;
		expect(judge(read(error), 'submit').tries).toBe('few');
	});
});
