import type { ICredentialsDecrypted, IExecuteFunctions } from 'n8n-workflow';

import { failed, type Failure, type FailureError } from './failure';
import { systemClock, type Clock } from './transport/clock';
import { Flight, type Limits } from './transport/queue';
import { Secrets } from './transport/secrets';

export const CREDENTIAL = 'ai302Api';

/** One execution of one node: what all its items share. */
export interface Run {
	context: IExecuteFunctions;
	clock: Clock;
	/** Aborted when n8n cancels the execution or the run is stopped; its reason is what everything under way rejects with. */
	signal: AbortSignal;
	flight: Flight;
	secrets: Secrets;
	/** No trailing slash. */
	baseUrl: string;
	/** Fetched once for all requests: n8n would read it from its database for each. */
	credential: ICredentialsDecrypted;
}

/**
 * @param stopping ends the run; a cancel of the execution does so by itself.
 * @param remedyWhenCancelled what the user should know after stopping the execution.
 * @throws FailureError of kind `parameter` when the credential cannot be used.
 */
export async function startRun(
	context: IExecuteFunctions,
	stopping: AbortController,
	limits: Limits,
	remedyWhenCancelled: string,
): Promise<Run> {
	const cancelled = context.getExecutionCancelSignal?.();
	const onCancel = (): void => stopping.abort(executionCancelled(remedyWhenCancelled));
	if (cancelled?.aborted) onCancel();
	cancelled?.addEventListener('abort', onCancel, { once: true, signal: stopping.signal });
	const data = await context.getCredentials(CREDENTIAL);
	const { apiKey, baseUrl } = readCredential(data);
	return {
		context,
		clock: systemClock,
		signal: stopping.signal,
		flight: new Flight(systemClock, stopping.signal, limits),
		secrets: new Secrets(apiKey),
		baseUrl,
		credential: { id: '', name: '', type: CREDENTIAL, data },
	};
}

/** After a failure of the account no other call can succeed: none is sent any more, and the items left say why. */
export function closeAfterAccountFailure({ flight }: Run, failure: Failure): void {
	if (failure.kind !== 'account') return;
	flight.closeApi(
		failed({ ...failure, remedy: `${failure.remedy} Nothing more was sent for this item.` }),
	);
}

/** n8n takes an execution for canceled, rather than failed, by this very word in the message. */
function executionCancelled(remedy: string): FailureError {
	return failed({ kind: 'cancelled', message: 'The execution was canceled', remedy });
}

/**
 * The credential's fields, checked. Trailing slashes of the base URL are harmless.
 *
 * @throws FailureError of kind `parameter`.
 */
export function readCredential(data: { apiKey?: unknown; baseUrl?: unknown }): {
	apiKey: string;
	baseUrl: string;
} {
	const apiKey = typeof data.apiKey === 'string' ? data.apiKey.trim() : '';
	if (apiKey === '') {
		refuse(
			"'API Key' in the 302.AI credential is empty",
			'Log in at 302.ai, then API > API Keys, and paste the key there.',
		);
	}
	const address = typeof data.baseUrl === 'string' ? data.baseUrl.trim() : '';
	const url = URL.canParse(address) ? new URL(address) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
		refuse(
			"'Base URL' in the 302.AI credential is not a web address",
			'Use https://api.302.ai, or https://api.302ai.cn in mainland China.',
		);
	}
	return { apiKey, baseUrl: address.replace(/\/+$/, '') };
}

function refuse(message: string, remedy: string): never {
	throw failed({ kind: 'parameter', message, remedy });
}
