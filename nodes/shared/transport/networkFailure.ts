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
	codes: RegExp;
	words?: RegExp;
	said: string;
	/** By default to look at the address and the network. */
	remedy?: string;
	/** By default `untilDeadline`. */
	retry?: NetworkFailure['retry'];
	/** By default it may have arrived. Some errors come while connecting, but also when a connection that stands breaks. */
	neverArrived?: true | 'whileConnecting';
}

const CHECK_NETWORK =
	"Check 'Base URL' in the 302.AI credential and the network between n8n and this host.";
const CHECK_SPELLING =
	"Check 'Base URL' in the 302.AI credential for a typing error, and that n8n can reach the internet.";
const CHECK_CERTIFICATE =
	"Correct the address or the certificate. Only if you trust this host, turn on 'Ignore SSL Issues (Insecure)' in the options.";
const CHECK_SCHEME = 'Check whether the address must begin with http:// instead of https://.';
const ALLOW_HOST =
	'Ask the administrator of this n8n to allow the host (N8N_SSRF_ALLOWED_HOSTNAMES).';
const ASK_SUPPORT = 'Try again later, or ask the support of 302.AI.';
const RAISE_TIMEOUT = "If it happens often, raise 'Request Timeout' in the options.";

/** Errors of Node.js, OpenSSL, axios and n8n, by what they mean here; the first row that fits counts. */
// prettier-ignore
const MEANINGS: readonly Meaning[] = [
	{ codes: /^ENOTFOUND$/, said: 'there is no host of this name', remedy: CHECK_SPELLING, retry: 'fewTimes', neverArrived: true },
	{ codes: /^EAI_AGAIN$/, said: 'the name of the host could not be looked up', neverArrived: true },
	{ codes: /^ECONNREFUSED$/, said: 'the connection was refused', neverArrived: true },
	{ codes: /^EHOSTUNREACH$/, said: 'the host cannot be reached', neverArrived: 'whileConnecting' },
	{ codes: /^ENETUNREACH$/, said: 'the network cannot be reached', neverArrived: 'whileConnecting' },
	{ codes: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/, said: 'its TLS certificate is not trusted', remedy: CHECK_CERTIFICATE, retry: 'never', neverArrived: true },
	{ codes: /^ERR_SSL_WRONG_VERSION_NUMBER$/, words: /wrong version number/i, said: 'it does not speak TLS', remedy: CHECK_SCHEME, retry: 'never', neverArrived: true },
	{ codes: /^(EPROTO$|ERR_SSL_)/, said: 'it does not speak TLS', remedy: CHECK_SCHEME, retry: 'never' },
	{ codes: /^ERR_SSRF/, words: /ssrf|blocked ip|blocked host/i, said: "this n8n's protection against requests to internal addresses does not allow the host", remedy: ALLOW_HOST, retry: 'never', neverArrived: true },
	{ codes: /^ERR_FR_TOO_MANY_REDIRECTS$/, words: /maximum number of redirects/i, said: 'it redirects without end', remedy: ASK_SUPPORT, retry: 'never' },
	{ codes: /^ERR_FR_REDIRECTION_FAILURE$/, words: /unsupported protocol/i, said: 'it redirects to an address that cannot be followed', remedy: ASK_SUPPORT, retry: 'never' },
	{ codes: /^(Z_|ERR__ERROR_)/, said: 'its answer could not be unpacked', retry: 'fewTimes' },
	{ codes: /^HPE_/, said: 'its answer is not valid HTTP', retry: 'fewTimes' },
	{ codes: /^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)$/, said: 'it was not complete in time', remedy: RAISE_TIMEOUT },
	{ codes: /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ERR_BAD_RESPONSE|UND_ERR_SOCKET)$/, words: /socket hang up|aborted|premature/i, said: 'the connection was lost' },
];

/** What an error of n8n's request helpers means. @param host the host asked, for the message. */
export function networkFailureOf(error: unknown, host: string, secrets: Secrets): NetworkFailure {
	const { codes, message, connecting } = chainOf(error);
	const words = quotable(secrets.hide(message));
	const known = MEANINGS.find(
		(row) => codes.some((code) => row.codes.test(code)) || row.words?.test(message) === true,
	);
	const said = known?.said ?? (words === '' ? 'the request could not be made' : words);
	return {
		kind: 'networkFailure',
		retry: known ? (known.retry ?? 'untilDeadline') : 'fewTimes',
		neverArrived:
			known?.neverArrived === true || (known?.neverArrived === 'whileConnecting' && connecting),
		failure: {
			kind: 'network',
			message: `No answer from ${host}: ${said}`,
			remedy: known?.remedy ?? CHECK_NETWORK,
		},
		cause: causeOf(error, words, secrets),
	};
}

/** A request that was ended because its time was up. @param seconds how long it had. */
export function timedOut(host: string, seconds: number): NetworkFailure {
	return {
		kind: 'networkFailure',
		retry: 'untilDeadline',
		neverArrived: false,
		failure: {
			kind: 'network',
			message: `No answer from ${host}: it was not complete within ${Number(seconds.toFixed(1))} seconds`,
			remedy: RAISE_TIMEOUT,
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

/**
 * n8n wraps errors, so codes and the first words are looked for along the chain of causes. n8n 1 has none, but notes both in its
 * own error.
 */
function chainOf(error: unknown): { codes: string[]; message: string; connecting: boolean } {
	const codes: string[] = [];
	let message = '';
	let connecting = false;
	let link: unknown = error;
	// By what it has, not by its class: errors of streams may come from another realm.
	for (let depth = 0; depth < 8 && typeof link === 'object' && link !== null; depth += 1) {
		if ('code' in link && typeof link.code === 'string') codes.push(link.code);
		if ('httpCode' in link && typeof link.httpCode === 'string') codes.push(link.httpCode);
		connecting ||= 'syscall' in link && link.syscall === 'connect';
		if ('message' in link && typeof link.message === 'string' && link.message !== '') {
			message = link.message;
		}
		if ('messages' in link && Array.isArray(link.messages)) {
			const [said]: unknown[] = link.messages;
			if (typeof said === 'string' && said !== '') message = said;
		}
		link = 'cause' in link ? link.cause : undefined;
	}
	return { codes, message, connecting: connecting || message.startsWith('connect ') };
}
