import { randomBytes } from 'node:crypto';

import type { AnswerBody } from '../types';

/** What a handler gives back. The body is in parts so that images of one size can share their padding. */
export interface Answer {
	status: number;
	headers: Record<string, string>;
	parts: Buffer[];
	/** The `data.status` inside, for the log. */
	taskStatus?: string;
}

export function wholeAnswer(answer: Answer): AnswerBody {
	return { status: answer.status, headers: answer.headers, body: Buffer.concat(answer.parts) };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
	return {
		status,
		headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
		parts: [Buffer.from(JSON.stringify(body))],
	};
}

function requestId(): string {
	const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
	return stamp + randomBytes(10).toString('hex').toUpperCase();
}

/** The envelope around every answer of the upstream API; `since` is when the request came. */
export function envelope(code: number, message: string, data: unknown, since: number): object {
	return {
		code,
		data,
		message,
		request_id: requestId(),
		status: code,
		time_elapsed: `${(performance.now() - since).toFixed(6)}ms`,
	};
}

export function success(data: object, since: number): Answer {
	return json(200, envelope(10000, 'Success', data, since));
}

export function refusal(httpStatus: number, code: number, message: string, since: number): Answer {
	return json(httpStatus, envelope(code, message, null, since));
}

/** An error in the form of 302.AI's own gateway. */
export function gatewayError(
	httpStatus: number,
	errCode: number,
	message: string,
	translated: { cn?: string; jp?: string } = {},
): Answer {
	return json(httpStatus, {
		error: {
			err_code: errCode,
			message,
			message_cn: translated.cn ?? message,
			message_jp: translated.jp ?? message,
			type: 'api_error',
		},
	});
}

/** 302.AI documents one code for both; that it has other words for a wrong key than for none is made up here. */
export function keyError(isMissing: boolean): Answer {
	if (!isMissing) return gatewayError(401, -10001, 'Invalid 302 Apikey');
	return gatewayError(401, -10001, 'Missing 302 Apikey', {
		cn: '缺少 302 API 密钥',
		jp: '302 APIキーがありません',
	});
}

export function nothingHere(method: string, path: string): Answer {
	return gatewayError(404, -10010, `Nothing answers ${method} ${path}`);
}
