import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutKey } from '../../nodes/shared/apiKey';
import { credentialOf, readCredential } from '../../nodes/shared/credential';

/** What a key is once it is cleaned. */
const CLEAN = 'sk-test-0123456789abcdef';
const HOST = 'https://api.302.ai';

describe('the base URL', () => {
	it.each([
		[HOST, HOST],
		[`${HOST}/`, HOST],
		[' https://api.302ai.cn/// ', 'https://api.302ai.cn'],
		['http://127.0.0.1:4000/proxy/', 'http://127.0.0.1:4000/proxy'],
		[`${HOST}/v1`, HOST],
		[`${HOST}/v1/`, HOST],
		[`${HOST}/v1/chat/completions`, HOST],
		[`${HOST}/v1/models`, HOST],
		[`${HOST}/doubao/drawing/portrait_result`, HOST],
		[`${HOST}/302/upload-file`, HOST],
		[`${HOST}/v2`, HOST],
		[`${HOST}/v12/models`, HOST],
		[`${HOST}/doubao`, HOST],
		[`${HOST}?`, HOST],
		[`${HOST}#`, HOST],
		['https:/api.302.ai', HOST],
		['https:api.302.ai', HOST],
		['https://gateway.example/302', 'https://gateway.example/302'],
		['api.302.ai', HOST],
		['api.302.ai/v1', HOST],
		['localhost.example:8302', 'https://localhost.example:8302'],
		[`"${HOST}"`, HOST],
		[` ""${HOST}"" `, HOST],
		['http://api.302.ai/"b"/c', 'http://api.302.ai/%22b%22/c'],
		[`\u200b${HOST}\ufeff`, HOST],
	])('%j is understood', (baseUrl, taken) => {
		expect(readCredential({ apiKey: CLEAN, baseUrl }).baseUrl).toBe(taken);
	});

	it.each([
		'',
		'api',
		'ftp://api.302.ai',
		'https://',
		`${HOST}?x=1`,
		`${HOST}#x`,
		'shttp://api.302.ai',
		'api.302.ai,api.302ai.cn',
		`https://user:pw@api.302.ai`,
		7,
		undefined,
	])('%j is refused by its name', (baseUrl) => {
		expect(() => readCredential({ apiKey: CLEAN, baseUrl })).toThrow("'Base URL'");
	});
});

describe('the credential of a run', () => {
	it('is fetched once, however many requests want it', async () => {
		const getCredentials = jest.fn(async () => ({ apiKey: CLEAN, baseUrl: HOST }));
		const run = { context: { getCredentials } as unknown as IExecuteFunctions };
		const [one, other] = await Promise.all([credentialOf(run), credentialOf(run)]);
		expect(one).toBe(other);
		expect(getCredentials.mock.calls).toEqual([['ai302Api']]);
		const data = { apiKey: CLEAN, baseUrl: HOST };
		expect(one.decrypted).toEqual({ id: '', name: '', type: 'ai302Api', data });
		expect(one.baseUrl).toBe(HOST);
		expect(one.hide(`Bearer ${CLEAN}`)).toBe('Bearer [API key hidden]');
	});

	it('that n8n does not hand out fails in the words of n8n', async () => {
		const cause = Object.assign(new Error('No access'), { description: 'Ask the owner' });
		const getCredentials = async () => {
			throw cause;
		};
		const run = { context: { getCredentials } as unknown as IExecuteFunctions };
		await expect(credentialOf(run)).rejects.toMatchObject({
			failure: { kind: 'parameter', message: 'No access', remedy: 'Ask the owner' },
			cause,
		});
	});
});

describe('the API key', () => {
	it.each([
		CLEAN,
		` ${CLEAN}\n`,
		`Bearer ${CLEAN}`,
		`Bearer: ${CLEAN}`,
		`Bearer  "${CLEAN}"`,
		`Authorization: Bearer ${CLEAN}`,
		`Authorization:Bearer ${CLEAN}`,
		`""${CLEAN}""`,
		` "${CLEAN}" `,
		`Bearer Bearer "${CLEAN}"`,
		`<${CLEAN}>`,
		`API Key: ${CLEAN}`,
		`OPENAI_API_KEY=${CLEAN}`,
		`"${CLEAN}",`,
		`{"Authorization":"Bearer ${CLEAN}"}`,
		`"${CLEAN}"`,
		'sk-test-0123\u200b456789abcdef',
		'\ufeffsk-test-0123456789abcdef\u00a0',
		'sk-test-0123456789\u00adabcdef',
		'sk-test-01234567\n89abcdef',
		'sk-test-0123456789abcdef\u2028',
	])('%j is cleaned of what came along with it', (apiKey) => {
		expect(readCredential({ apiKey, baseUrl: HOST }).apiKey).toBe(CLEAN);
	});

	it.each(['sk-abc…', 'sk-abcäöü', 'sk-abс', 'sk-abc•••', 'sk-****abcd', '{{ $env.KEY }}'])(
		'%j is refused with the character that no key has',
		(apiKey) => {
			expect(() => readCredential({ apiKey, baseUrl: HOST })).toThrow(
				/'API Key' .* holds ".", which no key has/u,
			);
		},
	);

	it.each(['', '  ', '\u200b', undefined, 7])('%j is refused as empty', (apiKey) => {
		expect(() => readCredential({ apiKey, baseUrl: HOST })).toThrow(
			"'API Key' in the 302.AI credential is empty",
		);
	});

	it.each([
		'Bearer  "key-of-a-gateway"',
		'Bearer: key-of-a-gateway',
		'Authorization:Bearer key-of-a-gateway',
		'Authorization: Bearer key-of-a-gateway',
		'""key-of-a-gateway"",',
		"'<key-of-a-gateway>'",
	])('%j is cleaned where the key is of another form too', (apiKey) => {
		expect(readCredential({ apiKey, baseUrl: HOST }).apiKey).toBe('key-of-a-gateway');
	});

	it.each(['sk-bearer:test"0<1>2', 'sk-authorization:0'])(
		'%j keeps what stands in the middle of it',
		(apiKey) => {
			expect(readCredential({ apiKey, baseUrl: HOST }).apiKey).toBe(apiKey);
		},
	);
});

describe('the key in a text from outside', () => {
	const key = ['sk-test', '0123+456=789'].join('/');

	it('is hidden as it is and as a part of a URL, wherever it stands, and nothing else is', () => {
		expect(withoutKey(`${key}, Bearer ${key}, no sk-test`, key)).toBe(
			'[API key hidden], Bearer [API key hidden], no sk-test',
		);
		const link = `https://h.example/?k=${encodeURIComponent(key)}&a=1`;
		expect(withoutKey(link, key)).toBe('https://h.example/?k=[API key hidden]&a=1');
	});

	it('is not looked for when it is so short that it would hide words', () => {
		expect(withoutKey('{"code":1}', 'code')).toBe('{"code":1}');
	});
});
