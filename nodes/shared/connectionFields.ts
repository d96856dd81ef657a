import type { INodeProperties } from 'n8n-workflow';

import { BOUNDS, hintOf } from './bounds';

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

/** The collection 'Options' of a node, by name, as n8n wants it. */
export function optionsOf(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: options.toSorted((one, other) => one.displayName.localeCompare(other.displayName)),
	};
}
