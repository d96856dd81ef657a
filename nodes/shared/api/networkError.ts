import { isRecord } from './isRecord';

/** A request that got no answer: what the errors of n8n, axios and Node.js say of it. */
export interface NetworkError {
	kind: 'networkError';
	/** Who was asked, for messages: a host, or the proxy before it where that could not be reached. */
	host: string;
	/** `host` is the proxy. */
	isProxy: boolean;
	/** Codes of Node.js, OpenSSL and axios, of the error and of those behind it. */
	errnos: string[];
	/** Of the innermost error, uncut. */
	words: string;
	/** Not a byte of the request has left: a name was looked up, or the connection was being made or secured. */
	unsent: boolean;
	/** Seconds that the request had, where it was ended because they were over. */
	timedOut?: number;
	/** The words and the stack of the error, without the API key. */
	cause: Error;
}

/** What {@link readNetworkError} has to know of the request beside its error. */
interface Sent {
	host: string;
	/** Host and port. */
	proxy?: string;
	timedOut?: number;
	/** Takes the API key out of a text. */
	hide: (text: string) => string;
}

/** Calls of the system that come before a request: looking a name up, and connecting. */
const CONNECTING = /^(connect|getaddrinfo|query\w*)( |$)/;
/** Node.js's words for a connection that ends while it is being secured. */
const SECURING = /before secure TLS connection was established/i;
/** Most errors that are looked at behind one. */
const MOST_LINKS = 12;

/**
 * Reads what n8n's request helpers threw. n8n wraps errors, so it is looked for along the chain of causes; n8n 1 has no causes, but
 * notes code and words in its own error. A host of several addresses fails with an error that holds those of its addresses.
 */
export function readNetworkError(
	error: unknown,
	{ host, proxy, timedOut, hide }: Sent,
): NetworkError {
	const errnos: string[] = [];
	let words = '';
	let connecting = false;
	let securing = false;
	const links: unknown[] = [error];
	// By what it has, not by its class: errors of streams may come from another realm.
	for (let count = 0; count < MOST_LINKS && links.length > 0; count += 1) {
		const link = links.shift();
		if (!isRecord(link)) continue;
		errnos.push(...[link.code, link.httpCode].filter((code) => typeof code === 'string'));
		connecting ||= CONNECTING.test(String(link.syscall));
		const noted: unknown = Array.isArray(link.messages) ? link.messages[0] : undefined;
		for (const said of [link.message, noted]) {
			if (typeof said !== 'string' || said === '') continue;
			words = said;
			connecting ||= CONNECTING.test(said);
			securing ||= SECURING.test(said);
		}
		securing ||= isHeldBack(link.request);
		links.push(link.cause, ...(Array.isArray(link.errors) ? link.errors : []));
	}
	const isProxy = connecting && proxy !== undefined;
	return {
		kind: 'networkError',
		host: isProxy ? proxy : host,
		isProxy,
		errnos,
		words: hide(words),
		unsent: connecting || securing,
		timedOut,
		cause: causeOf(error, hide(words), hide),
	};
}

/**
 * Whether Node.js had no connection yet to write a request to, or was still securing it: what is written meanwhile is held back.
 * axios notes the request in its errors, which n8n from 2.0 on keeps as the cause of its own.
 */
function isHeldBack(request: unknown): boolean {
	if (!isRecord(request) || !('socket' in request)) return false;
	const { socket } = request;
	if (!isRecord(socket)) return socket === null;
	return socket.connecting === true || socket.secureConnecting === true;
}

/** Nothing else of the error: n8n's errors hold the request, and with it the key. */
function causeOf(error: unknown, words: string, hide: Sent['hide']): Error {
	const cause = new Error(words);
	if (error instanceof Error && typeof error.stack === 'string') cause.stack = hide(error.stack);
	return cause;
}
