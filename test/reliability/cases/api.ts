import {
	answer,
	hang,
	redirectTo,
	resetBeforeAnswer,
	resetMidAnswer,
	slowDrip,
	wrongContentLength,
} from '../../../sandbox/faults/faults';
import { gateway, inSeconds, page, raw, refusal, text, under } from '../handles';
import { bodyCases } from './bodies';
import { stranger } from '../stranger';
import { casesAt, ECHO, type Case, type Handle } from '../types';

const { recovers, fails } = casesAt('api');
const AFTER = { fault: { after: true } };
const ALWAYS = { fault: { after: true, times: Infinity } };
const QUICK = { options: { maxWait: 2 } };
const HANGING = { options: { requestTimeout: 0.5, maxWait: 2 } };
const LATER = /Doubao Portrait Result fetches it/;
const LOST = /connection was lost/;
const SLOW = /not complete within 0\.5 seconds/;
const NO_HOST = /no host of this name|could not be looked up/;
const UNTRUSTED = /certificate is not trusted/;
const TLS = { sandbox: { tls: true } };
const SAYS_NO = /^302\.AI answered: No, /;
const KEY_REMEDY = /Check 'API Key'/;

const lost: Case[] = [
	recovers('a reset before the answer', resetBeforeAnswer),
	recovers('three resets before the answer', resetBeforeAnswer, { fault: { times: 3 } }),
	recovers('a reset in the middle of the answer', resetMidAnswer(), AFTER),
	recovers('an answer shorter than its length', wrongContentLength, AFTER),
	recovers('a hang', hang, { options: { requestTimeout: 0.5 } }),
	recovers('an answer that drips too slowly', slowDrip('{"code":10000}', 200), {
		options: { requestTimeout: 0.5 },
	}),
	recovers(
		'an answer that drips in time',
		slowDrip('{"code":10000,"data":{"status":"in_queue"}}', 5),
	),
	recovers('bytes that are no HTTP', raw('SSH-2.0-OpenSSH_9.2\r\n')),
	recovers('headers without an end', raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)),
	recovers('a body longer than its length', under({ 'content-length': '10' }), AFTER),
	fails('resets without an end', LOST, LATER, resetBeforeAnswer, QUICK),
	fails('resets in mid-answer without an end', LOST, LATER, resetMidAnswer(), {
		...QUICK,
		...ALWAYS,
	}),
	fails('hangs without an end', SLOW, /Request Timeout/, hang, HANGING),
	fails(
		'drips without an end',
		SLOW,
		/Request Timeout/,
		slowDrip(`{"code":"${ECHO}`, 100),
		HANGING,
	),
	fails(
		'no HTTP, ever',
		/not( valid)? HTTP|connection was lost/,
		/Base URL/,
		raw('SSH-2.0-x\r\n'),
		QUICK,
	),
	fails('a refused connection', /connection was refused/, /Base URL/, undefined, {
		...QUICK,
		baseUrl: () => 'http://127.0.0.1:1',
	}),
	fails('an unknown host', NO_HOST, /Base URL|network/, undefined, {
		...QUICK,
		baseUrl: () => 'http://nowhere.invalid',
	}),
	fails('a self-signed certificate', UNTRUSTED, /Ignore SSL Issues/, undefined, TLS),
	recovers('a self-signed certificate that the user trusts', undefined, {
		...TLS,
		options: { allowUnauthorizedCerts: true },
	}),
	fails('TLS asked of a host without it', /does not speak TLS/, /http:\/\//, undefined, {
		baseUrl: ({ baseUrl }) => baseUrl.replace('http:', 'https:'),
	}),
];

const DAY = { 'retry-after': '86400' };
const statuses: Case[] = [
	recovers('500 with JSON', refusal(500, 50500)),
	recovers('500 with HTML', page(500)),
	recovers('500 with nothing', answer(500)),
	recovers('502 with HTML', page(502)),
	recovers('503 with text', text(503)),
	recovers('503 with Retry-After', answer(503, '', { 'retry-after': '1' })),
	recovers('504 with nothing', answer(504)),
	recovers("520, which is nobody's standard", page(520)),
	recovers('599', text(599)),
	recovers('999', answer(999)),
	recovers('408', answer(408)),
	recovers('425', answer(425)),
	recovers('204 once', answer(204)),
	recovers('a network error inside 302.AI', gateway(200, -10003)),
	recovers('50501 under HTTP 200', refusal(200, 50501)),
	recovers('the real answer under 206', under({}, 206), AFTER),
	recovers('the real answer under 299', under({}, 299), AFTER),
	fails('500 with JSON without an end', SAYS_NO, LATER, refusal(500, 50500)),
	fails('502 with HTML without an end', /web page.*HTTP status 502/, LATER, page(502), QUICK),
	fails('503 with nothing without an end', /empty answer.*503/, LATER, answer(503), QUICK),
	fails('503, Retry-After of a day', /empty answer.*503/, LATER, answer(503, '', DAY), QUICK),
	fails('400 with JSON', SAYS_NO, /not accept the input/, refusal(400, 50215)),
	fails('400 with HTML', /web page.*400/, /Base URL.*proxy/, page(400)),
	fails('400 with nothing', /empty answer.*400/, /parameters of this node/, answer(400)),
	fails('401 with JSON', /does not accept this key: Denied /, KEY_REMEDY, gateway(401, -10001)),
	fails('401 with nothing', /empty answer.*401/, KEY_REMEDY, answer(401)),
	fails('402', /empty answer.*402/, /Top up/, answer(402)),
	fails('403 with HTML', /web page.*403/, /firewall, a proxy/, page(403)),
	fails('404 with text', /text that is not JSON: upstream said .*404/, /Base URL/, text(404)),
	fails('405', /empty answer.*405/, /Base URL/, answer(405)),
	fails('418', /text that is not JSON.*418/, /parameters/, text(418)),
	fails('451', /^302\.AI answered: Gone/, /parameters/, answer(451, { message: `Gone ${ECHO}` })),
	fails('204 without an end', /empty answer.*204/, LATER, answer(204)),
	fails('an HTML page under 200', /web page/, /Base URL/, page(200)),
	fails('text under 200 without an end', /text that is not JSON/, LATER, text(200)),
	...[
		['an unknown code', refusal(400, 59999)] as const,
		['an unknown code in words', refusal(200, 'MoonPhase')] as const,
		['a code that is the key', refusal(200, ECHO)] as const,
	].map(([name, handle]) => fails(name, SAYS_NO, /not documented/, handle)),
];

const limits: Case[] = [
	recovers('429 without a word', answer(429)),
	recovers('429 with HTML', page(429)),
	recovers('50429 without Retry-After', refusal(429, 50429)),
	recovers('50429 under HTTP 200', refusal(200, 50429)),
	recovers('50430', refusal(429, 50430), { fault: { times: 3 } }),
	recovers('50429 with Retry-After in seconds', refusal(429, 50429, { 'retry-after': '1' })),
	recovers('50430 with Retry-After in seconds', refusal(429, 50430, { 'retry-after': '1' })),
	...['a date', 'a date that has passed'].map((name) =>
		recovers(`429 with Retry-After as ${name}`, (request, response) => {
			const seconds = name === 'a date' ? 2 : -1e9;
			answer(429, '', { 'retry-after': inSeconds(seconds) })(request, response);
		}),
	),
	recovers('Retry-After of soon', refusal(429, 50429, { 'retry-after': 'soon' })),
	fails('Retry-After of a day', SAYS_NO, LATER, refusal(429, 50429, DAY), QUICK),
	fails('refusals without an end', SAYS_NO, LATER, refusal(429, 50429), QUICK),
	fails('50430 without an end', SAYS_NO, LATER, refusal(200, 50430), QUICK),
];

const redirect =
	(to: () => string, status: number): Handle =>
	(request, response) =>
		redirectTo(to(), status)(request, response);
const redirects: Case[] = [
	...[301, 302, 303, 307, 308].map((status) =>
		fails(
			`a redirect to another host (${status})`,
			new RegExp(`redirect.*${status}`),
			/key is never sent along/,
			redirect(() => stranger.url, status),
		),
	),
	fails('a redirect to itself', /redirect/, /never sent along/, (request, response) =>
		redirectTo(request.url ?? '', 307)(request, response),
	),
	fails('a redirect to nowhere', /redirect/, /never sent along/, answer(302)),
	recovers('a redirect that carries the portrait itself', under({ location: '/' }, 302), ALWAYS),
	fails('304', /redirect/, /never sent along/, answer(304)),
];

export const apiCases: Case[] = [...lost, ...statuses, ...limits, ...redirects, ...bodyCases];
