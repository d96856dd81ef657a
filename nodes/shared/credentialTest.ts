import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { isRecord } from './api/isRecord';
import { readAnswer } from './api/answer';
import { MODELS_PATH } from './api/calls';
import { readNetworkError } from './api/networkError';
import { judge, type Fact } from './api/judge';
import type { Verdict } from './api/verdict';
import { withoutKey } from './apiKey';
import { readCredential } from './credential';
import { FailureError } from './failure';

import { failureOf, sentence } from './sentences';

const TIMEOUT_MILLISECONDS = 20_000;

/**
 * The test behind the credential's Save button. n8n's declarative test can only show bare codes such as ENOTFOUND for a wrong
 * host, so the test is a function: it says in words what to correct.
 */
export async function testAi302Api(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	try {
		const fact = await askForModels(this, credential);
		const verdict = judge(fact, 'models');
		if (!verdict) return { status: 'OK', message: 'The key is accepted by 302.AI' };
		const { message } = failureOf(fact, verdict);
		return { status: 'Error', message: `${sentence(message)} ${remedyOf(verdict)}` };
	} catch (error) {
		const message =
			error instanceof FailureError
				? `${sentence(error.failure.message)} ${error.failure.remedy}`
				: String(error);
		return { status: 'Error', message };
	}
}

const CHECK_BASE_URL =
	"check 'Base URL' for a typing error: use https://api.302.ai, or https://api.302ai.cn in mainland China.";

/** What the nodes would advise speaks of tasks and options; here only the credential's own fields can be wrong. */
function remedyOf({ kind, tries, taken, remedy }: Verdict): string {
	const isOfCredential = kind === 'account' || (kind === 'network' && taken === 'no');
	if (isOfCredential) return remedy;
	return tries === 'once'
		? CHECK_BASE_URL.replace('check', 'Check')
		: `Try again in a while; if it stays like this, ${CHECK_BASE_URL}`;
}

/** @throws FailureError when the credential cannot be used. */
async function askForModels(
	{ helpers }: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted,
): Promise<Fact> {
	const { apiKey, baseUrl } = readCredential(data);
	const hide = (text: string): string => withoutKey(text, apiKey);
	try {
		// The only request helper that n8n gives to a credential test.
		const answer: unknown = await helpers.request({
			method: 'GET',
			uri: baseUrl + MODELS_PATH,
			headers: { Authorization: `Bearer ${apiKey}`, Accept: 'application/json' },
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: TIMEOUT_MILLISECONDS,
		});
		// n8n promises nothing about what its helper hands over.
		const { statusCode, body } = isRecord(answer) ? answer : {};
		const httpStatus = typeof statusCode === 'number' ? statusCode : 0;
		return readAnswer({ httpStatus, text: hide(typeof body === 'string' ? body : '') }, Date.now());
	} catch (error) {
		return readNetworkError(error, { host: new URL(baseUrl).host, hide });
	}
}
