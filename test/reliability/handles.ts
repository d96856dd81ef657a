/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { answer } from '../../sandbox/faults/faults';
import { ECHO, ECHO_HEADERS, type Handle } from './types';

/** Changes the real answer before it is sent. Use with `after: true`. */
export function changed(change: (answer: Record<string, unknown>) => unknown): Handle {
	return (request, response, real) => {
		const parsed: Record<string, unknown> = JSON.parse(real?.body.toString() ?? '{}');
		answer(200, JSON.stringify(change(parsed) ?? null), ECHO_HEADERS)(request, response);
	};
}

/** The real answer with another `data`. */
export function withData(change: (data: Record<string, unknown>) => unknown): Handle {
	return changed((real) => ({ ...real, data: change(real.data as Record<string, unknown>) }));
}

/** A refusal of the API that gives the key back. */
export function refusal(httpStatus: number, code: unknown, headers = {}): Handle {
	const body = { code, data: null, message: `No, ${ECHO}`, request_id: 'REQUEST-1', status: code };
	return answer(httpStatus, body, { ...ECHO_HEADERS, ...headers });
}

/** A refusal of 302.AI's gateway that gives the key back. */
export function gateway(httpStatus: number, code: unknown): Handle {
	const error = { err_code: code, message: `Denied ${ECHO}`, type: 'api_error' };
	return answer(httpStatus, { error }, ECHO_HEADERS);
}

/** A page that gives the key back. */
export function page(httpStatus: number): Handle {
	return answer(httpStatus, `<html><body>${ECHO}</body></html>`, ECHO_HEADERS);
}

/** Text that gives the key back. */
export function text(httpStatus: number): Handle {
	return answer(httpStatus, `upstream said ${ECHO}`, ECHO_HEADERS);
}

const PACK = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** The real answer, compressed. Use with `after: true`. */
export function packed(
	encoding: keyof typeof PACK,
	spoil = (bytes: Buffer): Buffer => bytes,
): Handle {
	return (request, response, real) => {
		const bytes = spoil(PACK[encoding](real?.body ?? Buffer.alloc(0)));
		answer(200, bytes, {
			...real?.headers,
			'content-encoding': encoding,
			'content-length': String(bytes.length),
		})(request, response);
	};
}

export const firstHalf = (bytes: Buffer): Buffer => bytes.subarray(0, Math.ceil(bytes.length / 2));
export const noise = (bytes: Buffer): Buffer => Buffer.alloc(bytes.length, 0xa5);

/** The real answer under other headers or another status. Use with `after: true`. */
export function under(headers: Record<string, string>, status = 200): Handle {
	return (request, response, real) =>
		answer(status, real?.body, { ...real?.headers, ...headers })(request, response);
}

/** Half of the real answer, and then nothing more. Use with `after: true`. */
export const stopsHalfway: Handle = (_request, response, real) => {
	response.writeHead(200, real?.headers).write(firstHalf(real?.body ?? Buffer.alloc(0)));
};

/** Bytes that are no HTTP. */
export function raw(bytes: string): Handle {
	return (_request, response) => {
		response.socket?.end(bytes);
	};
}

/** An image of the right kind that is something else after its first bytes. */
export const PNG_START = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

export const inSeconds = (seconds: number): string =>
	new Date(Date.now() + seconds * 1000).toUTCString();

/** So many megabytes behind `start`, as fast as they are read. */
export function pouring(status: number, start: string, megabytes: number): Handle {
	return (_request, response) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		const parts = (function* () {
			yield Buffer.from(start);
			for (let sent = 0; sent < megabytes * 10; sent += 1) yield Buffer.alloc(100_000, 0x20);
		})();
		Readable.from(parts).pipe(response);
	};
}
