import type { ICredentialsDecrypted, IExecuteFunctions } from 'n8n-workflow';

import { cleanKey, strangeCharacterIn, withoutKey } from './apiKey';
import { refuse } from './failure';
import { refusedByN8n } from './parameters';

export const CREDENTIAL = 'ai302Api';

/** Where the API is, and the key to it. */
export interface Access {
	/** No trailing slash. */
	baseUrl: string;
	/** Tells one key at one host from others. */
	account: string;
	/** Takes the key out of a text from outside. */
	hide: (text: string) => string;
	/** As n8n's authenticated request helper takes it. */
	decrypted: ICredentialsDecrypted;
}

/**
 * The credential for one item: its fields may hold expressions.
 *
 * @throws FailureError of kind `parameter` when it cannot be used.
 */
export async function accessOf(context: IExecuteFunctions, itemIndex: number): Promise<Access> {
	const data = await context.getCredentials(CREDENTIAL, itemIndex).catch((error: unknown) => {
		throw refusedByN8n(error);
	});
	const { apiKey, baseUrl } = readCredential(data);
	return {
		baseUrl,
		account: `${baseUrl} ${apiKey}`,
		hide: (text) => withoutKey(text, apiKey),
		decrypted: { id: '', name: '', type: CREDENTIAL, data },
	};
}

/** The credential's fields, cleaned and checked. @throws FailureError of kind `parameter`. */
export function readCredential(data: { apiKey?: unknown; baseUrl?: unknown }): {
	apiKey: string;
	baseUrl: string;
} {
	const apiKey = typeof data.apiKey === 'string' ? cleanKey(data.apiKey) : '';
	if (apiKey === '') refuse("'API Key' in the 302.AI credential is empty", COPY_KEY);
	const strange = strangeCharacterIn(apiKey);
	if (strange !== undefined) {
		refuse(`'API Key' in the 302.AI credential holds "${strange}", which no key has`, COPY_KEY);
	}
	const baseUrl = typeof data.baseUrl === 'string' ? baseUrlOf(data.baseUrl) : undefined;
	if (baseUrl === undefined) {
		refuse(
			"'Base URL' in the 302.AI credential is not a web address",
			'Use https://api.302.ai, or https://api.302ai.cn in mainland China.',
		);
	}
	return { apiKey, baseUrl };
}

const COPY_KEY =
	'Log in at 302.ai, then API > API Keys, copy the whole key with its copy button and paste it there.';

/** Paths of calls, which other tools want behind the address of the API, and people paste. */
const CALL = /\/+(v\d+(\/.*)?|doubao(\/.*)?|302\/upload-file\/?)?$/i;

/** The address of the API without the path of a call; undefined when it is no web address. */
function baseUrlOf(given: string): string | undefined {
	const text = given
		.replace(/\p{C}/gu, '')
		.trim()
		.replace(/^["'`<]+|["'`>]+$/g, '');
	const address = /^[\w-]+(\.[\w-]+)+([:/]|$)/.test(text) ? `https://${text}` : text;
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const isUsable =
		url &&
		['http:', 'https:'].includes(url.protocol) &&
		url.search === '' &&
		url.hash === '' &&
		!url.username;
	return isUsable ? url.origin + url.pathname.replace(CALL, '') : undefined;
}
