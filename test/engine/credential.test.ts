import { CredentialTestContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { testAi302Api } from '../../nodes/shared/credentialTest';
import { answer, htmlPage, redirectTo, resetBeforeAnswer } from '../../sandbox/faults/faults';
import { expectNoKey, useBench } from '../support/bench';

const OWN = 'sk-credential-test-0123456789';
const bench = useBench({ key: OWN });
const told: string[] = [];

function decrypted(given: ICredentialDataDecryptedObject = {}): ICredentialsDecrypted {
	const data = { apiKey: OWN, baseUrl: bench.sandbox.baseUrl, ...given };
	return { id: '1', name: '302.AI account', type: 'ai302Api', data };
}

/** n8n's own test of a credential, as its Save button starts it. */
async function test(
	given: Partial<{ apiKey: string; baseUrl: string }> = {},
): Promise<INodeCredentialTestResult> {
	const context = new CredentialTestContext({} as IWorkflowExecuteAdditionalData);
	const result = await testAi302Api.call(context, decrypted(given));
	told.push(result.message);
	return result;
}

const sentence = /^[A-Z0-9'].{15,400}\.$/;

describe('the test of the credential', () => {
	it('is the one that the node names', () => {
		const { credentials = [] } = new DoubaoPortraitResult().description;
		const methods: Record<string, unknown> = new DoubaoPortraitResult().methods.credentialTest;
		expect(methods[String(credentials[0].testedBy)]).toBe(testAi302Api);
	});

	it.each([
		['the right key', {}],
		['the right key with spaces around it', { apiKey: `  ${OWN}\n` }],
	])('accepts %s', async (_what, given) => {
		expect(await test(given)).toEqual({ status: 'OK', message: 'The key is accepted by 302.AI' });
		expect(bench.log().map(({ path, headers }) => [path, headers.authorization])).toEqual([
			['/v1/models', `Bearer ${OWN}`],
		]);
	});

	it('says of a wrong key what to do about it', async () => {
		const { status, message } = await test({ apiKey: 'sk-wrong' });
		expect(status).toBe('Error');
		expect(message).toMatch(/Invalid 302 Apikey.*API Key/);
		expect(bench.log()).toHaveLength(1);
	});

	it.each([
		['an empty key', { apiKey: ' ' }, /'API Key'.*is empty/],
		['a base URL that is none', { baseUrl: 'the API' }, /'Base URL'.*not a web address/],
		[
			'a host that does not exist',
			{ baseUrl: 'http://nowhere.invalid' },
			/nowhere\.invalid.*no host of this name.*'Base URL'/,
		],
		['a port where nobody listens', { baseUrl: 'http://127.0.0.1:1' }, /127\.0\.0\.1:1.*refused/],
	])('refuses %s in plain words', async (_what, given, says) => {
		const { status, message } = await test(given);
		expect(status).toBe('Error');
		expect(message).toMatch(says);
	});

	it.each([
		['an HTML page', htmlPage(200), /'Base URL'/],
		[
			'JSON of something else',
			answer(200, { hello: 'world' }),
			/not like the 302\.AI API.*'Base URL'/,
		],
		['nothing', answer(200), /'Base URL'/],
		['a redirect', redirectTo('https://example.com/login'), /redirect.*'Base URL'/],
		['500', answer(500, 'Internal Server Error'), /HTTP status 500/],
		['a reset', resetBeforeAnswer, /the connection was lost/],
		[
			'a balance that is empty',
			answer(402, { error: { err_code: -10004, message: 'Balance too low' } }),
			/Balance too low.*Top up/,
		],
		[
			'the key in its error',
			answer(401, { error: { err_code: -10001, message: `Bad key ${OWN}` } }),
			/Bad key \[API key hidden\]/,
		],
	])('refuses a server that answers with %s', async (_what, handle, says) => {
		bench.sandbox.inject({ endpoint: 'models', handle });
		const { status, message } = await test();
		expect(status).toBe('Error');
		expect(message).toMatch(says);
		expect(bench.log()).toHaveLength(1);
	});

	it('waits half a minute for the server at most', async () => {
		const context = new CredentialTestContext({} as IWorkflowExecuteAdditionalData);
		const request = jest.spyOn(context.helpers, 'request');
		await testAi302Api.call(context, decrypted());
		const [options] = request.mock.calls[0] as unknown as [{ timeout: number }];
		expect(options.timeout).toBeGreaterThan(1000);
		expect(options.timeout).toBeLessThanOrEqual(30_000);
	});

	it('speaks in sentences, and never of the key or of itself', () => {
		for (const message of told.filter((one) => one !== 'The key is accepted by 302.AI')) {
			expect(message).toMatch(sentence);
			expect(message).not.toMatch(
				/\bError:|ECONN|ENOTFOUND|undefined|\[object|[Tt]his (node|run)|[Tt]ask/,
			);
			expectNoKey(message, OWN);
		}
	});
});
