import {
	answer,
	endlessBody,
	gzipBomb,
	halfWithoutLength,
	hang,
	redirectTo,
	resetBeforeAnswer,
	resetMidAnswer,
	slowDrip,
	wrongContentLength,
} from '../../../sandbox/faults/faults';
import { drawPicture } from '../../support/photo';
import { doneWith } from '../../support/bench';
import {
	firstHalf,
	inSeconds,
	noise,
	packed,
	page,
	PNG_START,
	raw,
	refusal,
	stopsHalfway,
	text,
	under,
} from '../handles';
import { stranger } from '../stranger';
import { casesAt, ECHO, type Case, type Handle } from '../types';

const { recovers, fails } = casesAt('image');
const AFTER = { fault: { after: true } };
const ALWAYS = { fault: { after: true, times: Infinity } };
const SHORT = { options: { requestTimeout: 0.5 } };
const status = (code: number): RegExp => new RegExp(`answered with HTTP status ${code}`);
const CUT = /was cut short/;
const LOST = /connection was lost|cut short/;
const SLOW = /not complete within 0\.5 seconds/;
const NONE = /is not an image/;
const LARGE = /larger than 1 MB/;
const PACKED = /could not be unpacked/;
const AT_RESULT = { fault: { endpoint: 'result' } } as const;
const KEPT = /The portrait is finished and not lost/;

const PNG = { 'content-type': 'image/png' };
const BIG = { task: { bytes: 1_500_000 } };
const UNSIZED = { 'content-type': 'image/png', 'transfer-encoding': 'chunked' };
/** The real file under these headers alone. */
const unnamed =
	(headers: Record<string, string>): Handle =>
	(_request, response, real) =>
		response.writeHead(200, headers).end(real?.body);

const passing: Case[] = [
	recovers('a reset before the file', resetBeforeAnswer),
	recovers('three resets before the file', resetBeforeAnswer, { fault: { times: 3 } }),
	recovers('a reset in the middle of the file', resetMidAnswer(), AFTER),
	recovers('a file shorter than its length', wrongContentLength, AFTER),
	recovers('half a file of unknown length', halfWithoutLength, AFTER),
	recovers('a file without its last byte', under({ 'content-length': '' }), AFTER),
	recovers('a hang', hang, SHORT),
	recovers('a file that drips too slowly', slowDrip(drawPicture(), 100, 'image/png'), SHORT),
	recovers('a file that stops halfway', stopsHalfway, { ...SHORT, ...AFTER }),
	recovers('bytes that are no HTTP', raw('SSH-2.0-x\r\n')),
	recovers('500 with nothing', answer(500)),
	recovers('503 with HTML', page(503)),
	recovers('502 with JSON', refusal(502, 5)),
	recovers('599 with text', text(599)),
	recovers('408', answer(408)),
	recovers('429 without a word', answer(429)),
	recovers('429 with Retry-After in seconds', answer(429, '', { 'retry-after': '1' })),
	recovers('429 with Retry-After as a date', (request, response) =>
		answer(429, '', { 'retry-after': inSeconds(2) })(request, response),
	),
	recovers('503 with a Retry-After that is no time', answer(503, '', { 'retry-after': 'soon' })),
	recovers('204 once', answer(204)),
	recovers('206 once', under({}, 206), AFTER),
	recovers('a wrong content type', under({ 'content-type': 'text/html' }), ALWAYS),
	recovers('a content type that is no type', under({ 'content-type': ';;' }), ALWAYS),
	recovers('no content type', unnamed({}), ALWAYS),
	recovers('no content length', unnamed({ 'transfer-encoding': 'chunked' }), ALWAYS),
	...(['gzip', 'deflate', 'br'] as const).map((encoding) =>
		recovers(`${encoding}, which was not asked for, once`, packed(encoding), AFTER),
	),
	recovers('half of a gzip file', packed('gzip', firstHalf), AFTER),
	recovers('half of a brotli file', packed('br', firstHalf), AFTER),
	recovers('gzip that is none, once', packed('gzip', noise), AFTER),
	recovers('a redirect on the same host', (request, response) =>
		redirectTo(request.url ?? '/')(request, response),
	),
	...[301, 302, 303, 307, 308].map((status) =>
		recovers(
			`a redirect to another host (${status})`,
			(request, response) => redirectTo(stranger.url, status)(request, response),
			{ fault: { times: Infinity } },
		),
	),
	recovers(
		'a link on another host',
		(request, response) => doneWith({ links: [stranger.url] })(request, response),
		AT_RESULT,
	),
];

const cannot = (name: string, says: RegExp, handle: Case['handle'], extra = {}): Case =>
	fails(name, says, KEPT, handle, { ...extra });
const final: Case[] = [
	cannot('400', status(400), refusal(400, 5)),
	cannot('401', status(401), text(401)),
	cannot('403 with XML', status(403), answer(403, `<?xml?>${ECHO}`)),
	cannot('404 with JSON', status(404), refusal(404, 5)),
	cannot('410 with HTML', status(410), page(410)),
	cannot('304', status(304), answer(304)),
	cannot('302 without a place', status(302), answer(302)),
	cannot('an HTML page', NONE, page(200)),
	cannot('an HTML page that is called an image', NONE, answer(200, `<html>${ECHO}`, PNG)),
	cannot('JSON', NONE, refusal(200, 5)),
	cannot('text', NONE, text(200)),
	cannot('nothing', CUT, answer(200)),
	cannot('three bytes', NONE, answer(200, Buffer.from([0x89, 0x50, 0x4e]))),
	cannot('noise', NONE, answer(200, Buffer.alloc(5000, 0xa5))),
	cannot('a file that says it is too large', LARGE, undefined, BIG),
	cannot('a file that is too large without saying so', LARGE, unnamed(UNSIZED), {
		...ALWAYS,
		...BIG,
	}),
	cannot('a file without an end', LARGE, endlessBody('image/png', PNG_START)),
	cannot('text without an end', NONE, endlessBody('text/plain', ECHO)),
	cannot('a gzip bomb', NONE, gzipBomb(64, 'image/png')),
	cannot('a redirect in a circle', /redirects without end/, (request, response) =>
		redirectTo(request.url ?? '/')(request, response),
	),
	...['file:///etc/passwd', 'http://'].map((to) =>
		cannot(`a redirect to ${to}`, /redirects to|could not be downloaded/, redirectTo(to)),
	),
	cannot('a redirect to the API', /could not be downloaded|is not an image/, (request, response) =>
		redirectTo(apiOf(request.headers.host))(request, response),
	),
	cannot(
		'a link to the API itself',
		/could not be downloaded|is not an image/,
		(request, response) =>
			doneWith({ links: [`http://${request.headers.host}/v1/models`] })(request, response),
		AT_RESULT,
	),
	...[
		{ host: '127.0.0.1:1', says: /connection was refused/ },
		{ host: 'nowhere.invalid', says: /no host of this name|could not be looked up/ },
	].map(({ host, says }) =>
		cannot(`a link to ${host}`, says, doneWith({ links: [`http://${host}/x.png`] }), AT_RESULT),
	),
	cannot('resets without an end', /connection was lost/, resetBeforeAnswer),
	cannot('resets in the middle without an end', LOST, resetMidAnswer(), ALWAYS),
	cannot('half a file of unknown length without an end', CUT, halfWithoutLength, ALWAYS),
	cannot('files shorter than their length without an end', LOST, wrongContentLength, ALWAYS),
	cannot('hangs without an end', SLOW, hang, SHORT),
	cannot('files that stop halfway', SLOW, stopsHalfway, {
		...SHORT,
		...ALWAYS,
	}),
	cannot('drips without an end', SLOW, slowDrip(drawPicture(), 100, 'image/png'), SHORT),
	cannot('500 without an end', status(500), answer(500)),
	cannot('429, Retry-After of a day', status(429), answer(429, '', { 'retry-after': '86400' })),
	cannot('gzip that is none', PACKED, packed('gzip', noise), ALWAYS),
	cannot('brotli that is none', PACKED, packed('br', noise), ALWAYS),
	cannot('no HTTP, ever', /valid HTTP/, raw('SSH-2.0-x\r\n')),
];

/** Any address of the API will do: the redirect must not carry the key there. */
function apiOf(imageHost = ''): string {
	return `http://${imageHost}/v1/models`;
}

const asBase64: Case[] = [
	fails(
		'HTML as base64',
		/sent as an image is none/,
		KEPT,
		doneWith({ base64: [Buffer.from(`<html>${' '.repeat(60)}${ECHO}</html>`).toString('base64')] }),
		{ ...AT_RESULT, parameters: { output: 'binary' } },
	),
	fails('base64 that is too large', /larger than/, /Max File Size/, undefined, {
		task: { bytes: 3_000_000 },
		parameters: { output: 'binary' },
	}),
];

export const imageCases: Case[] = [...passing, ...final, ...asBase64];
