import type { IHttpRequestOptions } from 'n8n-workflow';

/** How requests of one item reach their host. */
export interface Connection {
	/** Milliseconds one request may take, from leaving to the last byte of the answer. */
	requestTimeout: number;
	proxy?: IHttpRequestOptions['proxy'];
	allowUnauthorizedCerts: boolean;
}

/** Host and port, as messages name a proxy: its user and password stay out of them. */
export function addressOf({ host, port }: NonNullable<Connection['proxy']>): string {
	return `${host}:${port}`;
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
