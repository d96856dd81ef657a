import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutKey } from '../../nodes/shared/apiKey';
import { accessOf, readCredential } from '../../nodes/shared/credential';

/** What a key is once it is cleaned. */
const CLEAN = 'sk-test-0123456789abcdef';
const HOST = 'https://api.302.ai';

describe('the base URL', () => {
	it.each([
		...['', '/', '/v1', '/v1/', '/v1/chat/completions', '/v12/models', '/v2', '/doubao'],
		...['/doubao/drawing/portrait_result', '/302/upload-file', '?', '#', '\ufeff', '"" '],
	])('%j behind the host is left out', (rest) => {
		expect(readCredential({ apiKey: CLEAN, baseUrl: HOST + rest }).baseUrl).toBe(HOST);
	});

	it.each([
		...['https:/api.302.ai', 'https:api.302.ai', 'api.302.ai', 'api.302.ai/v1'].map((given) => [
			given,
			HOST,
		]),
		[` ""\u200b${HOST}"" `, HOST],
		[' https://api.302ai.cn/// ', 'https://api.302ai.cn'],
		['http://127.0.0.1:4000/proxy/', 'http://127.0.0.1:4000/proxy'],
		['https://gateway.example/302', 'https://gateway.example/302'],
		['localhost.example:8302', 'https://localhost.example:8302'],
		['http://api.302.ai/"b"/c', 'http://api.302.ai/%22b%22/c'],
	])('%j is understood', (baseUrl, taken) => {
		expect(readCredential({ apiKey: CLEAN, baseUrl }).baseUrl).toBe(taken);
	});

	it.each([
		...['', 'api', 'ftp://api.302.ai', 'https://', `${HOST}?x=1`, `${HOST}#x`, 7, undefined],
		...['shttp://api.302.ai', 'api.302.ai,api.302ai.cn', 'https://user:pw@api.302.ai'],
	])('%j is refused by its name', (baseUrl) => {
		expect(() => readCredential({ apiKey: CLEAN, baseUrl })).toThrow("'Base URL'");
	});
});

describe('the credential of an item', () => {
	it('is read for that item, and told from those of others', async () => {
		const getCredentials = jest.fn(async (_name: string, itemIndex: number) => ({
			apiKey: `${CLEAN}${itemIndex}`,
			baseUrl: HOST,
		}));
		const context = { getCredentials } as unknown as IExecuteFunctions;
		const [one, other] = await Promise.all([accessOf(context, 0), accessOf(context, 1)]);
		expect(getCredentials.mock.calls).toEqual([
			['ai302Api', 0],
			['ai302Api', 1],
		]);
		expect(one.account).not.toBe(other.account);
		expect(one.decrypted.data).toEqual({ apiKey: `${CLEAN}0`, baseUrl: HOST });
		expect(one.hide(`Bearer ${CLEAN}0`)).toBe('Bearer [API key hidden]');
	});

	it('that n8n does not hand out fails in the words of n8n', async () => {
		const cause = Object.assign(new Error('No access'), { description: 'Ask the owner' });
		const getCredentials = async () => {
			throw cause;
		};
		const context = { getCredentials } as unknown as IExecuteFunctions;
		await expect(accessOf(context, 0)).rejects.toMatchObject({
			failure: { kind: 'parameter', message: 'No access', remedy: 'Ask the owner' },
			cause,
		});
	});
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
