/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The environment of an n8n that keeps to itself: own home, loopback only, nothing sent anywhere, no set-up form. */
import path from 'node:path';

import type { InstalledN8n } from './install';
import type { Owner } from './rest';

/** The account of every n8n started here. It is reachable on this machine only. */
export const OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Portrait302',
	firstName: 'Demo',
	lastName: 'Owner',
};
/** bcrypt of the password above: n8n takes a hash, never the password. */
const OWNER_PASSWORD_HASH = '$2a$10$9rG9d526cOF62L4Hm9pORegnn1UynqEDyKRDUKBdxKn/.dvrnIUca';

/** What n8n may see of this process's environment; above all no N8N_*, NODE_OPTIONS or API key of the person. */
const INHERITED =
	/^(LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|SystemRoot|SYSTEMROOT|ComSpec|HTTPS?_PROXY|ALL_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/i;

export interface EnvironmentOptions {
	n8n: InstalledN8n;
	/** Its user folder, and its home folder too, so that `~/.n8n-files` is inside. */
	userFolder: string;
	port: number;
	/** Every n8n process of a machine needs its own: with a taken one it ends without a word. */
	brokerPort: number;
	/** Added last. */
	extra?: Record<string, string>;
}

export function environment(options: EnvironmentOptions): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
	const noProxy = [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'];
	return {
		...Object.fromEntries(inherited),
		PATH: [path.dirname(options.n8n.node), process.env.PATH].join(path.delimiter),
		NO_PROXY: noProxy.filter(Boolean).join(','),
		NO_COLOR: '1',
		HOME: options.userFolder,
		USERPROFILE: options.userFolder,
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(options.port),
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		// The editor is served over plain http here.
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_LEVEL: 'info',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: OWNER.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: OWNER.firstName,
		N8N_INSTANCE_OWNER_LAST_NAME: OWNER.lastName,
		N8N_INSTANCE_OWNER_PASSWORD_HASH: OWNER_PASSWORD_HASH,
		...options.extra,
	};
}
