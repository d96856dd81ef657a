import { isRecord } from '../parameters';
import type { Retry } from '../portrait/codes';
import { quotable, type Failure } from '../failure';
import type { Secrets } from './secrets';

/** A request that got no answer. */
export interface NetworkFailure {
	kind: 'networkFailure';
	retry: Exclude<Retry, 'rate' | 'concurrency'>;
	/** The request surely never reached the other side, so nothing can have been submitted by it. */
	neverArrived: boolean;
	failure: Failure;
	/** What was thrown, without the key. */
	cause?: Error;
}

/** What an error means that has one of these `codes`, or these `words` in its message. */
interface Meaning {
	codes?: RegExp;
	words?: RegExp;
	/** Only for errors that came while connecting. */
	connecting?: true;
	said: string;
	/** By default to look at the address and the network. */
	remedy?: string;
	/** By default `untilDeadline`. */
	retry?: NetworkFailure['retry'];
	/** By default it may have arrived. */
	neverArrived?: true;
}

/** For what may be in the way of any host. */
export const CHECK_NETWORK =
	"Check 'Base URL' in the 302.AI credential and the network between n8n and this host.";
const CHECK_SPELLING =
	"Check 'Base URL' in the 302.AI credential for a typing error, and that n8n can reach the internet.";
const CHECK_CERTIFICATE =
	"Correct the address or the certificate. Only if you trust this host, turn on 'Ignore SSL Issues (Insecure)' in the options of the node.";
const CHECK_SCHEME = 'Check whether the address must begin with http:// instead of https://.';
const CHECK_TLS =
	'The two do not agree on how to secure the connection. Check for a proxy or a firewall on the way that opens TLS.';
/** For what a proxy answers in place of 302.AI. */
export const CHECK_PROXY =
	"Check the option 'Proxy', or the proxy that the administrator has set for this n8n.";
const ALLOW_HOST =
	'Ask the administrator of this n8n to allow the host (N8N_SSRF_ALLOWED_HOSTNAMES).';
const ASK_SUPPORT = 'Try again later, or ask the support of 302.AI.';
/** For what may be complete when it gets more time. */
export const RAISE_TIMEOUT = "If it happens often, raise 'Request Timeout' in the options.";
const CHECK_KEY = "Check 'API Key' in the 302.AI credential: it holds a character that no key has.";
const OPEN_FILES =
	"Ask the administrator of this n8n for a higher limit of open files (ulimit -n), or set 'Max Concurrency' lower.";

/** Errors of Node.js, OpenSSL, proxies, axios and n8n, by what they mean here; the first row that fits counts. */
// prettier-ignore
const MEANINGS: readonly Meaning[] = [
	{ codes: /^ENOTFOUND$/, said: 'there is no host of this name', remedy: CHECK_SPELLING, retry: 'fewTimes', neverArrived: true },
	{ codes: /^EAI_/, said: 'the name of the host could not be looked up', neverArrived: true },
	{ codes: /^ECONNREFUSED$/, said: 'the connection was refused', neverArrived: true },
	{ codes: /^(ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|EADDRNOTAVAIL|EACCES|EPERM|EINVAL)$/, connecting: true, said: 'the host cannot be reached', neverArrived: true },
	{ codes: /^(ENETUNREACH|ENETDOWN)$/, connecting: true, said: 'the network cannot be reached', neverArrived: true },
	{ codes: /^(ECONNRESET|EPIPE)$/, connecting: true, said: 'the connection was closed before it stood', neverArrived: true },
	{ codes: /^(UND_ERR_CONNECT_TIMEOUT|ERR_SOCKET_CONNECTION_TIMEOUT)$/, words: /TLS handshake timeout|\bconnect timeout/i, said: 'the host cannot be reached', neverArrived: true },
	{ codes: /^ERR_INVALID_URL$/, words: /invalid url/i, said: 'the address is not one', remedy: CHECK_SPELLING, retry: 'never', neverArrived: true },
	{ codes: /^(EMFILE|ENFILE)$/, said: 'this n8n has too many files and connections open', remedy: OPEN_FILES, neverArrived: true },
	{ codes: /./, connecting: true, said: 'the host cannot be reached', neverArrived: true },
	{ codes: /^EHOSTUNREACH$/, said: 'the host cannot be reached' },
	{ codes: /^ENETUNREACH$/, said: 'the network cannot be reached' },
	{ codes: /^ERR_SSL_.*(ALERT_\w*CERTIFICATE\w*|ALERT_UNKNOWN_CA|CERTIFICATE_REQUIRED|CERTIFICATE_UNKNOWN)$/, said: 'it wants a certificate of this n8n', remedy: CHECK_TLS, retry: 'never', neverArrived: true },
	{ codes: /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|KEY_TOO_SMALL|HOSTNAME_MISMATCH/, words: /self[- ]signed certificate|unable to verify the first certificate|certificate has expired|does not match certificate/i, said: 'its TLS certificate is not trusted', remedy: CHECK_CERTIFICATE, retry: 'never', neverArrived: true },
	{ words: /before secure TLS connection was established/i, said: 'the connection was closed before it was secured', neverArrived: true },
	{ codes: /^ERR_SSL_.*(UNEXPECTED_EOF|BAD_RECORD_MAC|BAD_DECRYPT|AFTER_CLOSE_NOTIFY)/, words: /unexpected eof/i, said: 'the connection was lost' },
	{ codes: /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, words: /wrong version number|packet length too long/i, said: 'it does not speak TLS', remedy: CHECK_SCHEME, retry: 'never' },
	{ codes: /^ERR_SSL_.*(HANDSHAKE|PROTOCOL|CIPHER|UNRECOGNIZED_NAME|INTERNAL_ERROR|LEGACY|DH_KEY|VERSION)/, words: /handshake failure|alert protocol version|unsupported protocol|unrecognized name|no shared cipher/i, said: 'no secure connection could be agreed on', remedy: CHECK_TLS, retry: 'fewTimes' },
	{ codes: /^(EPROTO$|ERR_SSL_)/, said: 'no secure connection could be agreed on', remedy: CHECK_TLS, retry: 'never' },
	{ codes: /^ERR_(SOCKS|PROXY)|^ERR_TUNNEL/, words: /proxy connection (ended before|timed out|refused)|proxy connect\b|tunneling socket/i, said: 'the proxy did not let the connection through', remedy: CHECK_PROXY, retry: 'fewTimes', neverArrived: true },
	{ codes: /^ERR_INVALID_CHAR$/, words: /invalid character in header/i, said: 'the key cannot be sent', remedy: CHECK_KEY, retry: 'never', neverArrived: true },
	{ codes: /^ERR_SSRF/, words: /ssrf|blocked ip|blocked host/i, said: "this n8n's protection against requests to internal addresses does not allow the host", remedy: ALLOW_HOST, retry: 'never', neverArrived: true },
	{ codes: /^ERR_FR_TOO_MANY_REDIRECTS$/, words: /maximum number of redirects/i, said: 'it redirects without end', remedy: ASK_SUPPORT, retry: 'never' },
	{ codes: /^ERR_FR_REDIRECTION_FAILURE$/, words: /unsupported protocol/i, said: 'it redirects to an address that cannot be followed', remedy: ASK_SUPPORT, retry: 'never' },
	{ codes: /^(Z_|ERR__ERROR_)/, said: 'its answer could not be unpacked', retry: 'fewTimes' },
	{ codes: /^HPE_/, said: 'its answer is not valid HTTP', retry: 'fewTimes' },
	{ codes: /^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)$/, said: 'it was not complete in time', remedy: RAISE_TIMEOUT },
	{ codes: /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ERR_BAD_RESPONSE|UND_ERR_SOCKET)$/, words: /socket hang up|aborted|premature/i, said: 'the connection was lost' },
];

/**
 * What an error of n8n's request helpers means.
 *
 * @param host the host asked, for the message.
 * @param proxy host and port of the proxy in between: whatever fails while connecting is about it.
 */
export function networkFailureOf(
	error: unknown,
	host: string,
	secrets: Secrets,
	proxy?: string,
): NetworkFailure {
	const { codes, message, connecting, neverLeft } = chainOf(error);
	const words = quotable(secrets.hide(message));
	const known = MEANINGS.find(
		(row) =>
			(connecting || !row.connecting) &&
			(codes.some((code) => row.codes?.test(code)) || row.words?.test(message) === true),
	);
	const atProxy = proxy !== undefined && connecting;
	const said = known?.said ?? (words === '' ? 'the request could not be made' : words);
	return {
		kind: 'networkFailure',
		retry: known ? (known.retry ?? 'untilDeadline') : 'fewTimes',
		neverArrived: neverLeft || known?.neverArrived === true,
		failure: {
			kind: 'network',
			message: `No answer from ${atProxy ? `the proxy ${proxy}` : host}: ${said}`,
			remedy: atProxy ? CHECK_PROXY : (known?.remedy ?? CHECK_NETWORK),
		},
		cause: causeOf(error, words, secrets),
	};
}

/**
 * A request that was ended because its time was up.
 *
 * @param error what it threw then.
 * @param seconds how long it had.
 */
export function timedOut(error: unknown, host: string, seconds: number): NetworkFailure {
	const { neverLeft } = chainOf(error);
	const time = `within ${Number(seconds.toFixed(1))} seconds`;
	return {
		kind: 'networkFailure',
		retry: 'untilDeadline',
		neverArrived: neverLeft,
		failure: {
			kind: 'network',
			message: neverLeft
				? `No answer from ${host}: no connection could be made ${time}`
				: `No answer from ${host}: it was not complete ${time}`,
			remedy: neverLeft ? CHECK_NETWORK : RAISE_TIMEOUT,
		},
	};
}

/**
 * An answer that is not one of the 302.AI API, through a proxy that was to open a tunnel to it. Mostly it is the proxy that
 * answers, instead of opening the tunnel.
 *
 * @param proxy host and port.
 */
export function refusedByProxy(proxy: string, host: string, httpStatus: number): NetworkFailure {
	const isFinal = httpStatus < 500 && httpStatus !== 408 && httpStatus !== 429;
	return {
		kind: 'networkFailure',
		retry: isFinal ? 'never' : 'fewTimes',
		neverArrived: httpStatus === 407,
		failure: {
			kind: 'network',
			message: `The proxy ${proxy} did not let the request through to ${host} (HTTP status ${httpStatus})`,
			remedy:
				httpStatus === 407
					? "The proxy wants another user or password: give them in the option 'Proxy' as http://user:password@host:port."
					: CHECK_PROXY,
			httpStatus,
		},
	};
}

/** The words and the stack of an error, and nothing else of it: n8n's errors hold the request, and with it the key. */
function causeOf(error: unknown, words: string, secrets: Secrets): Error {
	const cause = new Error(words);
	if (error instanceof Error && typeof error.stack === 'string') {
		cause.stack = secrets.hide(error.stack);
	}
	return cause;
}

/** Calls of the system that come before a request: looking a name up, and connecting. */
const CONNECTING = /^(connect|getaddrinfo|query\w*)( |$)/;
/** Most errors that are looked at behind one. */
const MOST_LINKS = 12;

/**
 * n8n wraps errors, so codes and the first words are looked for along the chain of causes. n8n 1 has none, but notes both in its
 * own error. A host of several addresses fails with an error that holds those of its addresses, and has no words of its own.
 */
function chainOf(error: unknown): {
	codes: string[];
	message: string;
	/** It came while the connection was being made. */
	connecting: boolean;
	/** Not a byte of the request has left. */
	neverLeft: boolean;
} {
	const codes: string[] = [];
	let message = '';
	let connecting = false;
	let neverLeft = false;
	const links: unknown[] = [error];
	// By what it has, not by its class: errors of streams may come from another realm.
	for (let count = 0; count < MOST_LINKS && links.length > 0; count += 1) {
		const link = links.shift();
		if (typeof link !== 'object' || link === null) continue;
		if ('code' in link && typeof link.code === 'string') codes.push(link.code);
		if ('httpCode' in link && typeof link.httpCode === 'string') codes.push(link.httpCode);
		connecting ||= 'syscall' in link && CONNECTING.test(String(link.syscall));
		for (const said of saidBy(link)) {
			message = said;
			connecting ||= CONNECTING.test(said);
		}
		neverLeft ||= 'request' in link && isUnsent(link.request);
		if ('cause' in link) links.push(link.cause);
		if ('errors' in link && Array.isArray(link.errors)) links.push(...link.errors);
	}
	return { codes, message, connecting, neverLeft };
}

/**
 * Whether Node.js had no connection yet to write a request to, or was still securing it: what is written meanwhile is held back.
 * axios notes the request in its errors, which n8n from 2.0 on keeps as the cause of its own.
 */
function isUnsent(request: unknown): boolean {
	if (!isRecord(request) || !('socket' in request)) return false;
	const { socket } = request;
	return socket === null || (isRecord(socket) && socket.secureConnecting === true);
}

/** The words of one error, the most telling last. */
function saidBy(error: object): string[] {
	const noted = 'messages' in error && Array.isArray(error.messages) ? error.messages : [];
	const [first]: unknown[] = noted;
	const own = 'message' in error ? error.message : undefined;
	return [own, first].filter((said): said is string => typeof said === 'string' && said !== '');
}
