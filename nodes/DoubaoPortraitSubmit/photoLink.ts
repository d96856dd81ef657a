import { refuse } from '../shared/failure';

/** Names that only a network of its own knows. Source: RFC 6761, 6762, 8375 and what routers and Docker give. */
const OWN_NAMES = /^[^.]+$|\.(localhost|local|internal|intranet|lan|home\.arpa|test|invalid)$/;

/** IPv4 networks that cannot be reached from outside, as the first bytes of their addresses. Source: RFC 6890. */
const OWN_NETWORKS =
	/^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** Whether an address is one of this machine or of a network of its own, which 302.AI cannot reach. */
export function isPrivate({ hostname }: URL): boolean {
	const host = hostname.replace(/^\[|\]$|\.$/g, '');
	if (!host.includes(':')) return OWN_NAMES.test(host) || OWN_NETWORKS.test(host);
	// An IPv4 address in an IPv6 one, which URLs write in hexadecimal.
	const [, high = '', low = ''] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(host) ?? [];
	const bytes = [high, low].flatMap((part) => {
		const number = parseInt(part, 16);
		return [number >> 8, number & 255];
	});
	return high === '' ? /^(::1?$|f[cd]|fe[89ab])/.test(host) : OWN_NETWORKS.test(bytes.join('.'));
}

/** Links that open a page with the photo on it, or nothing without a token. */
interface SharePage {
	service: string;
	/** Host and path of such a link. */
	page: RegExp;
	/** What such a link has when it leads to the file all the same. */
	unless?: RegExp;
	remedy: (link: URL) => string;
}

const SHARE_PAGES: SharePage[] = [
	{
		service: 'Google Drive',
		page: /^(drive|docs)\.google\.com\/(file\/|open|drive\/|folderview)/,
		remedy: ({ href }) => {
			const [, id = 'ID_OF_THE_FILE'] = /(?:\/d\/|[?&]id=)([\w-]{10,})/.exec(href) ?? [];
			return `Use https://drive.google.com/uc?export=download&id=${id} and share the file with anyone who has the link.`;
		},
	},
	{
		service: 'Google Photos',
		page: /^photos\.(google\.com|app\.goo\.gl)\//,
		remedy: () => 'Put the photo where a link opens nothing but the photo.',
	},
	{
		service: 'Dropbox',
		page: /^(www\.)?dropbox\.com\//,
		unless: /[?&](raw|dl)=1\b/,
		remedy: ({ href }) => {
			const direct = new URL(href);
			direct.searchParams.delete('dl');
			direct.searchParams.set('raw', '1');
			return `Use ${direct.href} in its place.`;
		},
	},
	{
		service: 'OneDrive',
		page: /^(1drv\.ms|onedrive\.live\.com|[\w-]+\.sharepoint\.com)\//,
		unless:
			/^https?:\/\/onedrive\.live\.com\/download|[?&]download=1\b|\/_layouts\/15\/download\.aspx\?/,
		remedy: () => 'Put the photo where a link opens nothing but the photo.',
	},
	{
		service: 'Slack',
		page: /^files\.slack\.com\/|^[\w-]+\.slack\.com\/files\//,
		remedy: ofChat,
	},
	{
		service: 'WhatsApp',
		page: /^(lookaside\.fbsbx\.com\/whatsapp_business|mmg\.whatsapp\.net)\//,
		remedy: ofChat,
	},
	{ service: 'Twilio', page: /^api\.twilio\.com\/.*\/Media\//, remedy: ofChat },
	{ service: 'Microsoft Teams', page: /^graph\.microsoft\.com\//, remedy: ofChat },
];

/** Such links open with the token of the chat only. Source: the documentation of the services. */
function ofChat(): string {
	return 'It opens only with a token, which 302.AI does not have.';
}

/** @throws FailureError of kind `parameter` for a link that opens no photo, which 302.AI would take for a broken photo. */
export function refuseSharePage(link: string): void {
	const url = new URL(link);
	const found = SHARE_PAGES.find(
		({ page, unless }) => page.test(url.hostname + url.pathname) && !unless?.test(url.href),
	);
	if (!found) return;
	refuse(
		`'Photo Link' leads to a page of ${found.service}, and not to the photo itself`,
		`${found.remedy(url)} You can also download it with n8n's node for ${found.service}, where there is one, and set 'Photo From' to Incoming File.`,
	);
}
