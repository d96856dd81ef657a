/** n8n's internal REST API, as the editor uses it. */
import { isRecord } from '../../test/support/isRecord';

export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

export class RestClient {
	private cookie = '';

	constructor(readonly baseUrl: string) {}

	/** True once n8n serves its REST routes (`/healthz` answers earlier than they do). */
	async isUp(): Promise<boolean> {
		try {
			return isRecord(await this.get('/rest/settings'));
		} catch {
			return false;
		}
	}

	/** Makes the owner account where n8n still asks for one; newer n8n has made it from its environment. */
	async ensureOwner(owner: Owner): Promise<void> {
		const settings = await this.get('/rest/settings');
		const management = isRecord(settings) ? settings.userManagement : undefined;
		if (isRecord(management) && management.showSetupOnFirstLoad === true) {
			await this.post('/rest/owner/setup', { ...owner });
		}
	}

	async signIn(owner: Owner): Promise<void> {
		const { email, password } = owner;
		await this.post('/rest/login', { emailOrLdapLoginId: email, password });
	}

	async get(path: string): Promise<unknown> {
		return await this.request('GET', path);
	}

	async post(path: string, body: Record<string, unknown>): Promise<unknown> {
		return await this.request('POST', path, body);
	}

	/** The body's `data` where n8n wraps its answer in one, else the body. */
	private async request(
		method: string,
		path: string,
		body?: Record<string, unknown>,
	): Promise<unknown> {
		const response = await fetch(`${this.baseUrl}${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie: this.cookie },
			body: body && JSON.stringify(body),
		});
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		const text = await response.text();
		if (!response.ok)
			throw new Error(`${method} ${path}: HTTP ${response.status}: ${text.slice(0, 500)}`);
		const answer: unknown = JSON.parse(text);
		return isRecord(answer) && 'data' in answer ? answer.data : answer;
	}
}
