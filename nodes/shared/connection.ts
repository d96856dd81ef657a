import type { IHttpRequestOptions, INodeProperties } from 'n8n-workflow';

import { BOUNDS, hintOf } from './bounds';
import { refuse } from './failure';
import { readBoolean, readNumber, readText, type Options } from './parameters';

/** How requests of one item reach their host. */
export interface Connection {
	/** Milliseconds one request may take, from leaving to the last byte of the answer. */
	requestTimeout: number;
	proxy?: IHttpRequestOptions['proxy'];
	allowUnauthorizedCerts: boolean;
}

/** The options of both nodes for reaching their hosts. */
export const connectionOptions: INodeProperties[] = [
	{
		displayName: 'Ignore SSL Issues (Insecure)',
		name: 'allowUnauthorizedCerts',
		type: 'boolean',
		default: false,
		description: 'Whether to connect even if SSL certificate validation is not possible',
	},
	{
		displayName: 'Proxy',
		name: 'proxy',
		type: 'string',
		default: '',
		placeholder: 'e.g. http://user:password@127.0.0.1:3128',
		description: 'HTTP proxy to send the requests through',
	},
	{
		displayName: 'Request Timeout',
		name: 'requestTimeout',
		type: 'number',
		default: 60,
		hint: hintOf(BOUNDS.requestTimeout),
		description: 'Longest time that one request may take until its last byte, in seconds',
	},
];

/** @throws FailureError of kind `parameter`. */
export function readConnection(options: Options): Connection {
	return {
		requestTimeout:
			1000 * readNumber(options.requestTimeout ?? 60, 'Request Timeout', BOUNDS.requestTimeout),
		proxy: readProxy(readText(options.proxy, 'Proxy')),
		allowUnauthorizedCerts: readBoolean(
			options.allowUnauthorizedCerts ?? false,
			'Ignore SSL Issues (Insecure)',
		),
	};
}

/** 'Proxy' as n8n's helpers want it. @throws FailureError of kind `parameter` when it is no address of an HTTP proxy. */
function readProxy(value: string): IHttpRequestOptions['proxy'] {
	const text = value.trim();
	if (text === '') return undefined;
	const address = text.includes('://') ? text : `http://${text}`;
	const url = URL.canParse(address) ? new URL(address) : undefined;
	const username = decoded(url?.username);
	const password = decoded(url?.password);
	if (
		!url ||
		!['http:', 'https:'].includes(url.protocol) ||
		url.hostname === '' ||
		// A password with one of / ? # in it would be taken for the port.
		/@/.test(url.pathname + url.search + url.hash) ||
		username === undefined ||
		password === undefined
	) {
		refuse(
			"'Proxy' is not the address of an HTTP proxy",
			'Give it as http://host:port, with user:password@ before the host when it asks for them.',
		);
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
