import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readCredential } from './credential';
import { failed, FailureError, sentence, type Failure } from './failure';
import { isRecord } from './parameters';
import { SUCCESS } from './portrait/codes';
import { readEnvelope } from './portrait/envelope';
import type { ApiResponse } from './portrait/refusal';
import { MODELS_PATH } from './portrait/modelsRequest';
import { CHECK_NETWORK, networkFailureOf, RAISE_TIMEOUT } from './transport/networkFailure';
import { bodyOf } from './transport/responseBody';
import { Secrets } from './transport/secrets';

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
		return await test(this, credential);
	} catch (error) {
		const message = error instanceof FailureError ? sentenceOf(error.failure) : String(error);
		return { status: 'Error', message };
	}
}

/** What the node would advise speaks of tasks and items; here only the credential's own fields can be wrong. */
function sentenceOf({ kind, message, remedy, httpStatus = 0 }: Failure): string {
	if (kind !== 'api' || httpStatus === 403 || httpStatus === 407) {
		return `${sentence(message)} ${remedy}`;
	}
	if (httpStatus >= 500 || PASSES_BY_ITSELF.includes(httpStatus))
		return `${sentence(message)} Try again in a while; if it stays like this, ${CHECK_BASE_URL}`;
	return `${sentence(message)} ${CHECK_BASE_URL.replace('check', 'Check')}`;
}

const PASSES_BY_ITSELF = [408, 425, 429];
const CHECK_BASE_URL =
	"check 'Base URL' for a typing error: use https://api.302.ai, or https://api.302ai.cn in mainland China.";

async function test(
	{ helpers }: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { apiKey, baseUrl } = readCredential(credential.data ?? {});
	const secrets = new Secrets(apiKey);
	const { host } = new URL(baseUrl);
	let answer: unknown;
	try {
		// The only request helper that n8n gives to a credential test.
		answer = await helpers.request({
			method: 'GET',
			uri: baseUrl + MODELS_PATH,
			headers: { Authorization: `Bearer ${apiKey}`, Accept: 'application/json' },
			simple: false,
			resolveWithFullResponse: true,
			followRedirect: false,
			timeout: TIMEOUT_MILLISECONDS,
		});
	} catch (error) {
		const { failure, cause } = networkFailureOf(error, host, secrets);
		// There is no such option here.
		const remedy = failure.remedy === RAISE_TIMEOUT ? CHECK_NETWORK : failure.remedy;
		throw failed({ ...failure, remedy }, cause);
	}
	const envelope = readEnvelope(responseOf(answer, secrets), SUCCESS);
	if (envelope.kind === 'refused') throw failed(envelope.failure);
	if (!Array.isArray(envelope.answer.data)) {
		throw failed({
			kind: 'api',
			message: `${host} answers, but not like the 302.AI API`,
			remedy: '',
		});
	}
	return { status: 'OK', message: 'The key is accepted by 302.AI' };
}

/** What n8n's helper hands over, which it promises nothing about. */
function responseOf(answer: unknown, secrets: Secrets): ApiResponse {
	const { statusCode, body } = isRecord(answer) ? answer : {};
	return {
		httpStatus: typeof statusCode === 'number' ? statusCode : 0,
		body: bodyOf(typeof body === 'string' ? body : '', secrets),
	};
}
