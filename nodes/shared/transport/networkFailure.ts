import type { Retry } from '../portrait/codes';
import { quotable, type Failure } from '../failure';
import type { Secrets } from './secrets';

/** A request that got no answer. */
export interface Fault {
	kind: 'fault';
	retry: Exclude<Retry, 'rate' | 'concurrency'>;
	/** The request surely never reached the other side, so nothing can have been ordered by it. */
	neverArrived: boolean;
	failure: Failure;
}

const NETWORK =
	"Check 'Base URL' in the 302.AI credential and the network between n8n and this host.";

/** Error codes of Node.js, OpenSSL and axios, by what they mean here. */
const NEVER_ARRIVED: Readonly<Record<string, string>> = {
	EAI_AGAIN: 'the name of the host could not be looked up',
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'there is no host of this name',
};
/** These come while connecting, but also when a connection that stands breaks. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
	EHOSTUNREACH: 'the host cannot be reached',
	ENETUNREACH: 'the network cannot be reached',
};
const CONNECTION_LOST = new Set([
	'ECONNRESET',
	'EPIPE',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ERR_BAD_RESPONSE',
	'UND_ERR_SOCKET',
]);
const TIMED_OUT = new Set(['ETIMEDOUT', 'ECONNABORTED', 'ESOCKETTIMEDOUT']);

/** What an error of n8n's request helpers means. @param host the host asked, for the message. */
export function faultOf(error: unknown, host: string, secrets: Secrets): Fault {
	const { codes, message, connecting } = chainOf(error);
	const fault = (
		retry: Fault['retry'],
		said: string,
		remedy: string,
		neverArrived = false,
	): Fault => ({
		kind: 'fault',
		retry,
		neverArrived,
		failure: { kind: 'network', message: `No answer from ${host}: ${said}`, remedy },
	});

	const unreachable = codes.find((code) => code in NEVER_ARRIVED);
	if (unreachable === 'ENOTFOUND') {
		return fault(
			'fewTimes',
			NEVER_ARRIVED[unreachable],
			"Check 'Base URL' in the 302.AI credential for a typing error, and that n8n can reach the internet.",
			true,
		);
	}
	if (unreachable) return fault('untilDeadline', NEVER_ARRIVED[unreachable], NETWORK, true);
	const outOfReach = codes.find((code) => code in OUT_OF_REACH);
	if (outOfReach) {
		return fault('untilDeadline', OUT_OF_REACH[outOfReach], NETWORK, connecting);
	}
	if (codes.some((code) => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))) {
		return fault(
			'never',
			'its TLS certificate is not trusted',
			"Correct the address or the certificate. Only if you trust this host, turn on 'Ignore SSL Issues (Insecure)' in the options.",
			true,
		);
	}
	if (codes.some((code) => /^(EPROTO|ERR_SSL_)/.test(code))) {
		return fault(
			'never',
			'it does not speak TLS',
			'Check whether the address must begin with http:// instead of https://.',
			codes.includes('ERR_SSL_WRONG_VERSION_NUMBER') || /wrong version number/i.test(message),
		);
	}
	if (/ssrf|blocked ip|blocked host/i.test(message)) {
		return fault(
			'never',
			"this n8n's protection against requests to internal addresses does not allow the host",
			'Ask the administrator of this n8n to allow the host (N8N_SSRF_ALLOWED_HOSTNAMES).',
			true,
		);
	}
	if (codes.includes('ERR_FR_TOO_MANY_REDIRECTS') || /maximum number of redirects/i.test(message)) {
		return fault(
			'never',
			'it redirects without end',
			'Try again later, or ask the support of 302.AI.',
		);
	}
	if (codes.includes('ERR_FR_REDIRECTION_FAILURE') || /unsupported protocol/i.test(message)) {
		return fault(
			'never',
			'it redirects to an address that cannot be followed',
			'Try again later, or ask the support of 302.AI.',
		);
	}
	if (codes.some((code) => /^(Z_|ERR__ERROR_)/.test(code))) {
		return fault('fewTimes', 'its answer could not be unpacked', NETWORK);
	}
	if (codes.some((code) => /^HPE_/.test(code))) {
		return fault('fewTimes', 'its answer is not valid HTTP', NETWORK);
	}
	if (codes.some((code) => TIMED_OUT.has(code))) return timedOut(host);
	if (
		codes.some((code) => CONNECTION_LOST.has(code)) ||
		/socket hang up|aborted|premature/i.test(message)
	) {
		return fault('untilDeadline', 'the connection was lost', NETWORK);
	}
	return fault(
		'fewTimes',
		quotable(secrets.hide(message)) || 'the request could not be made',
		NETWORK,
	);
}

/** A request that was ended because its time was up. @param seconds how long it had. */
export function timedOut(host: string, seconds?: number): Fault {
	const within = seconds === undefined ? 'in time' : `within ${Number(seconds.toFixed(1))} seconds`;
	return {
		kind: 'fault',
		retry: 'untilDeadline',
		neverArrived: false,
		failure: {
			kind: 'network',
			message: `No answer from ${host}: it was not complete ${within}`,
			remedy: "If it happens often, raise 'Request Timeout' in the options.",
		},
	};
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
