import type { IHttpRequestOptions } from 'n8n-workflow';

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
