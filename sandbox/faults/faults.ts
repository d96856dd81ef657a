/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';

import { whileOpen } from '../server/send';
import type { Fault } from '../types';

type Handle = Fault['handle'];
type Headers = Record<string, string>;

const JSON_TYPE = 'application/json; charset=utf-8';
const SAMPLE_JSON = JSON.stringify({
	code: 10000,
	data: { binary_data_base64: null, image_urls: null, status: 'generating' },
	message: 'Success',
});
const SAMPLE_PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
	'base64',
);

/** A reset (RST), as from a crashed proxy. Over TLS Node can only close, which the other side sees as hanging up. */
function cut(response: ServerResponse): void {
	const { socket } = response;
	if (!socket) return;
	if ('encrypted' in socket) socket.destroy();
	else socket.resetAndDestroy();
}

/** Cuts once what was written has left, or nothing of it would arrive. */
function writeThenCut(response: ServerResponse, part: Buffer, graceful: boolean): void {
	response.write(part, () => {
		if (graceful) response.socket?.end();
		else whileOpen(response, () => cut(response), 20);
	});
}

function half(body: Buffer): Buffer {
	return body.subarray(0, Math.ceil(body.length / 2));
}

/** The connection is reset before a byte of the answer is out. */
export const resetBeforeAnswer: Handle = (_request, response) => cut(response);

/** The headers and half of the body, then a reset. Without a body: the answer's own (`after`). */
export function resetMidAnswer(body?: string | Buffer, contentType = JSON_TYPE): Handle {
	return (_request, response, answer) => {
		const whole =
			body === undefined ? (answer?.body ?? Buffer.from(SAMPLE_JSON)) : Buffer.from(body);
		const headers = answer?.headers ?? { 'content-type': contentType };
		response.writeHead(200, { ...headers, 'content-length': String(whole.length) });
		writeThenCut(response, half(whole), false);
	};
}

/** Never an answer; the connection stays open until the client goes. */
export const hang: Handle = () => {};

/** One byte at a time; with `Content-Length`, so that the client knows what is still to come. */
export function slowDrip(
	body: string | Buffer,
	msPerByte: number,
	contentType = JSON_TYPE,
): Handle {
	const whole = Buffer.from(body);
	return (_request, response) => {
		response.writeHead(200, {
			'content-type': contentType,
			'content-length': String(whole.length),
		});
		response.flushHeaders();
		const drip = (at: number): void => {
			if (at >= whole.length) {
				response.end();
				return;
			}
			response.write(whole.subarray(at, at + 1));
			whileOpen(response, () => drip(at + 1), msPerByte);
		};
		whileOpen(response, () => drip(0), msPerByte);
	};
}

/** Any whole answer: an object becomes JSON, a text beginning with `<` is called HTML, '' is an empty body. */
export function answer(
	status: number,
	body: object | string | Buffer = '',
	headers: Headers = {},
): Handle {
	const isData = typeof body === 'object' && !Buffer.isBuffer(body);
	const bytes = isData ? Buffer.from(JSON.stringify(body)) : Buffer.from(body);
	const looksHtml = typeof body === 'string' && body.trimStart().startsWith('<');
	const type: Headers =
		bytes.length === 0
			? {}
			: { 'content-type': looksHtml ? 'text/html; charset=utf-8' : JSON_TYPE };
	return (_request, response) => {
		response.writeHead(status, { ...type, 'content-length': String(bytes.length), ...headers });
		response.end(bytes);
	};
}

/** A page as proxies and wrong addresses send it. */
export function htmlPage(status: number): Handle {
	const title = status < 400 ? 'Welcome' : `${status} Error`;
	return answer(
		status,
		`<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
	);
}

/** A whole HTTP answer whose JSON ends in the middle. */
export const truncatedJson: Handle = (request, response, real) =>
	answer(200, half(real?.body ?? Buffer.from(SAMPLE_JSON)), { 'content-type': JSON_TYPE })(
		request,
		response,
	);

/** The first half of an image, of which HTTP does not say where it ends: only the image itself shows that it is not whole. */
export const halfWithoutLength: Handle = (_request, response, real) => {
	const head = 'HTTP/1.0 200 OK\r\nContent-Type: image/png\r\n\r\n';
	response.socket?.end(Buffer.concat([Buffer.from(head), half(real?.body ?? SAMPLE_PNG)]));
};

/** Promises twice what it sends, then hangs up politely. */
export const wrongContentLength: Handle = (_request, response, real) => {
	const body = real?.body ?? Buffer.from(SAMPLE_JSON);
	const headers = real?.headers ?? { 'content-type': JSON_TYPE };
	response.writeHead(200, { ...headers, 'content-length': String(body.length * 2) });
	writeThenCut(response, body, true);
};

/** Bytes without an end and without `Content-Length`, as fast as they are read. Begins with `start`. */
export function endlessBody(contentType: string, start: string | Buffer = ''): Handle {
	const block = Buffer.alloc(64 * 1024, 0x20);
	return (_request, response) => {
		response.writeHead(200, { 'content-type': contentType });
		response.write(Buffer.from(start));
		const pour = (): void => {
			while (!response.destroyed && response.write(block));
		};
		response.on('drain', pour);
		pour();
	};
}

export function redirectTo(location: string, status = 302): Handle {
	return answer(status, '', { location });
}

/** The body compressed, and said to be. */
export function compressed(
	body: object | string | Buffer,
	encoding: 'gzip' | 'deflate' | 'br',
	contentType = JSON_TYPE,
): Handle {
	const isData = typeof body === 'object' && !Buffer.isBuffer(body);
	const bytes = isData ? Buffer.from(JSON.stringify(body)) : Buffer.from(body);
	const compress = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[encoding];
	return answer(200, compress(bytes), {
		'content-type': contentType,
		'content-encoding': encoding,
	});
}

/** A few megabytes on the wire that unpack to `megabytes` of spaces; made while it is read. */
export function gzipBomb(megabytes = 4096, contentType = JSON_TYPE): Handle {
	return (_request, response) => {
		response.writeHead(200, { 'content-type': contentType, 'content-encoding': 'gzip' });
		const gzip = createGzip({ level: 9 });
		const block = Buffer.alloc(1024 * 1024, 0x20);
		let left = megabytes;
		const pack = (): void => {
			while (left > 0 && !gzip.destroyed) {
				left -= 1;
				if (!gzip.write(block)) return;
			}
			if (!gzip.writableEnded) gzip.end();
		};
		gzip.on('drain', pack);
		response.on('close', () => gzip.destroy());
		gzip.pipe(response);
		pack();
	};
}
