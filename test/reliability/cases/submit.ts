import {
	answer,
	endlessBody,
	gzipBomb,
	hang,
	redirectTo,
	resetBeforeAnswer,
	resetMidAnswer,
	slowDrip,
	truncatedJson,
	wrongContentLength,
} from '../../../sandbox/faults/faults';
import {
	changed,
	gateway,
	noise,
	packed,
	page,
	raw,
	refusal,
	text,
	under,
	withData,
} from '../handles';
import { stranger } from '../stranger';
import { casesAt, ECHO, type Case, type Handle } from '../types';

const { recovers, fails } = casesAt('submit');
const AFTER = { fault: { after: true } };
const TAKEN = { ...AFTER, orders: 1 };
const SHORT = { options: { requestTimeout: 0.5 } };
const doubt = (name: string, handle: Handle, extra = {}): Case =>
	fails(name, /may have been taken/, /may have been billed/, handle, extra);

/** Faults after which the order may or does exist. */
const lost: Case[] = [
	doubt('a reset after the order was taken', resetBeforeAnswer, TAKEN),
	doubt('a reset before the order was taken', resetBeforeAnswer),
	doubt('a reset in mid-answer', resetMidAnswer(), TAKEN),
	doubt('an answer shorter than its length', wrongContentLength, TAKEN),
	// The task ID stands before the middle, and is what was paid for.
	recovers('JSON that ends in the middle', truncatedJson, TAKEN),
	doubt('a hang after the order was taken', hang, { ...TAKEN, ...SHORT }),
	doubt('a hang before the order was taken', hang, SHORT),
	doubt('an answer that drips', slowDrip('{"code":10000}', 200), { ...TAKEN, ...SHORT }),
	doubt('bytes that are no HTTP', raw('SSH-2.0-x\r\n'), TAKEN),
	doubt('500 with JSON', refusal(500, 50500), TAKEN),
	doubt('502 with HTML', page(502), TAKEN),
	doubt('503 with text', text(503), TAKEN),
	doubt('504 with nothing', answer(504), TAKEN),
	doubt('an empty answer', answer(200), TAKEN),
	doubt('an HTML page under 200', page(200), TAKEN),
	doubt('text under 200', text(200), TAKEN),
	...[null, []].map((body) =>
		doubt(
			`an answer that is ${JSON.stringify(body)}`,
			changed(() => body),
			TAKEN,
		),
	),
	...[null, 5, 'moon', [], {}, { task_id: null }, { task_id: {} }, { task_id: '' }].map((data) =>
		doubt(
			`data that is ${JSON.stringify(data)}`,
			withData(() => data),
			TAKEN,
		),
	),
	doubt('gzip that is none', packed('gzip', noise), TAKEN),
	doubt('JSON without an end', endlessBody('application/json', `{"a":"${ECHO}`), TAKEN),
	doubt('a gzip bomb', gzipBomb(64), TAKEN),
];

const UNBILLED = /No portrait was billed/;
/** Faults after which surely no order exists. */
const refused: Case[] = [
	fails('400 for the photo', /^302\.AI answered: No, /, /different photo/, refusal(400, 50411)),
	fails('400 for a parameter', /^302\.AI answered: No, /, /parameter/i, refusal(400, 50200)),
	fails('401', /does not accept this key: Denied /, /Check 'API Key'/, gateway(401, -10001)),
	fails('402', /^302\.AI answered: Denied /, /Top up/, gateway(402, -10004)),
	fails('403 with HTML', /web page.*403/, /firewall, a proxy/, page(403)),
	fails('404 with nothing', /404/, /'API Path'/, answer(404)),
	...[301, 302, 307, 308].map((status) =>
		fails(
			`a redirect to another host (${status})`,
			/redirect/,
			/never sent along/,
			(request, response) => redirectTo(stranger.url, status)(request, response),
		),
	),
	fails('a self-signed certificate', /certificate is not trusted/, UNBILLED, undefined, {
		sandbox: { tls: true },
	}),
	fails('TLS asked of a host without it', /does not speak TLS/, UNBILLED, undefined, {
		baseUrl: ({ baseUrl }) => baseUrl.replace('http:', 'https:'),
	}),
];

const taken: Case[] = [
	recovers('429 without a word', answer(429)),
	recovers('429 with HTML', page(429)),
	recovers('50429 with Retry-After in seconds', refusal(429, 50429, { 'retry-after': '1' })),
	recovers('50430 twice', refusal(429, 50430), { fault: { times: 2 } }),
	recovers('50429 under HTTP 200', refusal(200, 50429)),
	recovers('gzip', packed('gzip'), AFTER),
	recovers('brotli', packed('br'), AFTER),
	recovers('a wrong content type', under({ 'content-type': 'text/html' }), AFTER),
	recovers(
		'a request ID of the wrong type',
		changed((real) => ({ ...real, request_id: { a: ECHO } })),
		AFTER,
	),
	recovers('the answer under 201', under({}, 201), AFTER),
];

const at = casesAt('upload');
const file = { parameters: { imageSource: 'binary' } };
const upload: Case[] = [
	at.fails('a reset', /./, /./, resetBeforeAnswer, file),
	at.fails('500 with HTML', /./, /./, page(500), file),
	at.fails('an empty answer', /./, /./, answer(200), file),
	at.fails(
		'a link of the wrong type',
		/./,
		/./,
		answer(200, { code: 200, data: { a: ECHO } }),
		file,
	),
	at.fails('401', /Denied/, /Check 'API Key'/, gateway(401, -10001), file),
	at.recovers('429', answer(429), file),
];

export const submitCases: Case[] = [...lost, ...refused, ...taken, ...upload];
