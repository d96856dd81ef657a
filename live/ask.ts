/* eslint-disable @n8n/community-nodes/require-node-api-error -- never shipped */
import { readAnswer, type Answer } from '../nodes/shared/api/answer';
import { judge } from '../nodes/shared/api/judge';
import { withoutKey } from '../nodes/shared/apiKey';

export interface Question {
	call: 'models' | 'upload' | 'submit' | 'result';
	/** With its query. */
	path: string;
	/** Without one it is a GET. */
	body?: string | FormData;
	/** Another key than the user's, which may be refused. */
	otherKey?: string;
}

/** An answer as the nodes read it, and what they conclude; no verdict when it brings what was asked for, or the task still runs. */
export interface Came {
	answer: Answer;
	verdict?: ReturnType<typeof judge>;
}

/** Nothing can be concluded. */
export class NotSeen extends Error {}
/** It is not as expected. */
export class Differs extends Error {}
/** 302.AI refused the key or the account, after which nothing more may be sent. */
export class AccountRefused extends Error {}

/** Characters of an answer that are shown; a list of models has many more. */
const SHOWN = 200;
const LONG_BASE64 = /([A-Za-z0-9+/=]{40})[A-Za-z0-9+/=]{400,}/g;

export interface Settings {
	baseUrl: string;
	apiKey: string;
	say(line: string): void;
	/** Puts a file into the folder of this run. */
	keep(name: string, content: string | Buffer): void;
}

/** Sends the requests of a check, one after the other, and shows and keeps what comes. */
export class Asker {
	readonly came: Array<Came & { check: string }> = [];
	check = '';
	private files = 0;

	constructor(readonly settings: Settings) {}

	/** @throws AccountRefused, and NotSeen where no answer comes, or, but for a submit, one of a fault that passes by itself. */
	async ask(question: Question): Promise<Came> {
		const { call, otherKey } = question;
		const answer = await this.send(question);
		const came: Came = { answer, verdict: judge(answer, call) };
		this.came.push({ ...came, check: this.check });
		const { kind, tries = 'once' } = came.verdict ?? {};
		if (kind === 'account' && otherKey === undefined) throw new AccountRefused(said(came));
		if (tries !== 'once' && call !== 'submit' && !saysSuccess(answer))
			throw new NotSeen(said(came));
		return came;
	}

	private async send({ call, path, body, otherKey }: Question): Promise<Answer> {
		const { baseUrl, apiKey } = this.settings;
		const headers = {
			Accept: 'application/json',
			Authorization: `Bearer ${otherKey ?? apiKey}`,
			...(typeof body === 'string' && { 'Content-Type': 'application/json' }),
		};
		const method = body === undefined ? 'GET' : 'POST';
		const doubt = call === 'submit' ? '. It may have been taken, and was not sent again' : '';
		// The key would go along with a redirect.
		const options = { method, headers, body, redirect: 'manual' } as const;
		const { httpStatus, bytes, retryAfter } = await this.get(baseUrl + path, options, doubt);
		const text = this.show(`${method} ${path}`, httpStatus, bytes);
		return readAnswer({ httpStatus, text, retryAfter }, Date.now());
	}

	/** A page of another host than the API's, which must not see the key. @throws NotSeen unless it comes. */
	async page(link: string): Promise<string> {
		const { httpStatus, bytes } = await this.get(link);
		const text = this.show(`GET ${link}`, httpStatus, bytes);
		if (httpStatus !== 200) throw new NotSeen(`HTTP ${httpStatus}`);
		return text;
	}

	/** The file of an image, had without the key. @throws Differs when it is refused, NotSeen when it cannot be had now. */
	async file({ link, base64 = '' }: { link?: string; base64?: string }): Promise<Buffer> {
		const { httpStatus, bytes } =
			link === undefined
				? { httpStatus: 200, bytes: Buffer.from(base64, 'base64') }
				: await this.get(link);
		const words = `the host of the image answers HTTP ${httpStatus}`;
		if (httpStatus >= 500 || [408, 429].includes(httpStatus)) throw new NotSeen(words);
		if (httpStatus !== 200) throw new Differs(words);
		this.keep(bytes.at(0) === 0x89 ? 'png' : 'jpg', bytes);
		return bytes;
	}

	private async get(link: string, options: RequestInit = {}, doubt = '') {
		try {
			const signal = AbortSignal.timeout(120_000);
			const response = await fetch(link, { ...options, signal });
			const bytes = Buffer.from(await response.arrayBuffer());
			const retryAfter = response.headers.get('retry-after');
			return { httpStatus: response.status, bytes, retryAfter };
		} catch (error) {
			// What `fetch` throws says little; its cause says more.
			const cause = error instanceof Error ? (error.cause ?? error) : error;
			throw new NotSeen(`no answer: ${String(cause)}${doubt}`, { cause: error });
		}
	}

	/** An answer: its beginning on the screen, and all but its images in the folder. @returns its text without the key. */
	private show(request: string, httpStatus: number, bytes: Buffer): string {
		const text = withoutKey(bytes.toString(), this.settings.apiKey);
		const short = text.replace(LONG_BASE64, '$1…');
		const line = short.replace(/\s+/g, ' ');
		const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line;
		this.settings.say(`    ${request} -> ${httpStatus} ${shown}`);
		this.keep('txt', `${request}\nHTTP ${httpStatus}\n\n${short}\n`);
		return text;
	}

	private keep(extension: string, content: string | Buffer): void {
		this.files += 1;
		const number = String(this.files).padStart(2, '0');
		this.settings.keep(`${number}-${this.check}.${extension}`, content);
	}
}

/** Whether an answer says that all went well. If it does not bring what was asked for, the API differs from what is expected. */
export function saysSuccess({ httpStatus, form, code = 200, statesError }: Answer): boolean {
	const isOfSuccess = (code === 200 || code === 10000) && !statesError;
	return form === 'json' && isOfSuccess && httpStatus >= 200 && httpStatus < 300;
}

/** An answer in a few words. */
export function said({ answer, verdict }: Came): string {
	const { httpStatus, code, data, reason } = answer;
	const words = verdict && (reason ?? verdict.says);
	const parts = [
		`HTTP ${httpStatus}`,
		code !== undefined && `code ${code}`,
		data.status !== undefined && `status ${data.status}`,
		words !== undefined && `"${words}"`,
	];
	return parts.filter(Boolean).join(', ');
}
