import type { IHttpRequestOptions } from 'n8n-workflow';

import { failed } from '../failure';

/** How requests of one item reach their host. */
export interface Connection {
	/** Milliseconds one request may take, from leaving to the last byte of the answer. */
	requestTimeout: number;
	proxy?: IHttpRequestOptions['proxy'];
	allowUnauthorizedCerts: boolean;
}

/** What every request has in common: nothing follows a key, errors are read from answers and bodies are streamed. */
export function requestOptions(connection: Connection): Partial<IHttpRequestOptions> {
	return {
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		sendCredentialsOnCrossOriginRedirect: false,
		timeout: connection.requestTimeout,
		skipSslCertificateValidation: connection.allowUnauthorizedCerts,
		...(connection.proxy ? { proxy: connection.proxy } : {}),
	};
}

/**
 * 'Proxy' as n8n's helpers want it.
 *
 * @throws FailureError of kind `parameter` when it is no address of an HTTP proxy.
 */
export function readProxy(value: string): IHttpRequestOptions['proxy'] {
	const text = value.trim();
	if (text === '') return undefined;
	const address = text.includes('://') ? text : `http://${text}`;
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const username = decoded(url?.username);
	const password = decoded(url?.password);
	if (
		!url ||
		!/^https?:$/.test(url.protocol) ||
		url.hostname === '' ||
		username === undefined ||
		password === undefined
	) {
		throw failed({
			kind: 'parameter',
			message: "'Proxy' is not the address of an HTTP proxy",
			remedy:
				'Give it as http://host:port, with user:password@ before the host when it asks for them.',
		});
	}
	const byDefault = url.protocol === 'https:' ? 443 : 80;
	return {
		host: url.hostname,
		port: url.port === '' ? byDefault : Number(url.port),
		protocol: url.protocol.slice(0, -1),
		...(username === '' ? {} : { auth: { username, password } }),
	};
}

/** Undefined when it is not encoded as it must be in a URL. */
function decoded(part = ''): string | undefined {
	try {
		return decodeURIComponent(part);
	} catch {
		return undefined;
	}
}
