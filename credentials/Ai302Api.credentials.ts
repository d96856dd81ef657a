import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { cleanKey } from '../nodes/shared/apiKey';

/** One key for all of 302.AI. Its test is `testAi302Api` in nodes/shared, which the nodes name. */
export class Ai302Api implements ICredentialType {
	name = 'ai302Api';

	displayName = '302.AI API';

	icon: Icon = { light: 'file:../icons/302ai.svg', dark: 'file:../icons/302ai.dark.svg' };

	documentationUrl =
		'https://github.com/302ai-community/n8n-nodes-302ai-doubao-portrait/blob/main/docs/credential.md';

	httpRequestNode: ICredentialType['httpRequestNode'] = {
		name: '302.AI',
		docsUrl: 'https://doc-en.302.ai',
		apiBaseUrl: 'https://api.302.ai/',
	};

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. sk-…',
			hint: 'Log in at 302.ai, then API > API Keys',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://api.302.ai',
			placeholder: 'e.g. https://api.302.ai',
			hint: 'In mainland China: https://api.302ai.cn',
			description: 'Address of the API. In mainland China use https://api.302ai.cn.',
		},
		// Named as n8n names them, which adds them to credentials that lack them, and then allows all domains.
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'options',
			options: [
				{ name: 'All', value: 'all', description: 'Any domain' },
				{ name: 'None', value: 'none', description: 'Not usable in the HTTP Request node' },
				{ name: 'Specific Domains', value: 'domains', description: 'Those below' },
			],
			default: 'domains',
			description:
				'Where the HTTP Request node may send this key. The nodes of this package send it to Base URL only.',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'string',
			default: 'api.302.ai, api.302ai.cn, api.302ai.com',
			description: 'Domains that the HTTP Request node may send this key to, separated by commas',
			displayOptions: { show: { allowedHttpRequestDomains: ['domains'] } },
		},
	];

	/** A function, because n8n takes two milliseconds to evaluate an expression for each request. */
	authenticate: ICredentialType['authenticate'] = async ({ apiKey }, request) => ({
		...request,
		headers: { ...request.headers, Authorization: `Bearer ${cleanKey(String(apiKey))}` },
	});
}
