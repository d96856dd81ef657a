/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage } from 'node:http';

const LARGEST_JSON = 1024 * 1024;

/** Reads to the end, so that the connection stays usable, but keeps no more than a request can need. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let kept = 0;
	for await (const chunk of request) {
		if (!(chunk instanceof Buffer) || kept > LARGEST_JSON) continue;
		chunks.push(chunk);
		kept += chunk.length;
	}
	return Buffer.concat(chunks);
}

export interface UploadedFile {
	/** Absent when the request held none, or one that is too large. */
	file?: Buffer;
	problem?: 'not multipart' | 'no file' | 'too large';
	/** Bytes of the whole request. */
	bytes: number;
}

const LARGEST_FILE = 50 * 1024 * 1024;
const HEADERS_END = Buffer.from('\r\n\r\n');

/** Finds the multipart field `file` while the request comes in; of the other fields nothing is kept. */
class FileField {
	private pending = Buffer.from('\r\n');

	private state: 'boundary' | 'headers' | 'content' | 'over' = 'boundary';

	private wanted = false;

	private kept: Buffer[] = [];

	private size = 0;

	private complete = false;

	private readonly delimiter: Buffer;

	constructor(boundary: string) {
		this.delimiter = Buffer.from(`\r\n--${boundary}`);
	}

	take(chunk: Buffer): void {
		if (this.state === 'over') return;
		this.pending = Buffer.concat([this.pending, chunk]);
		while (this.step());
	}

	result(): Pick<UploadedFile, 'file' | 'problem'> {
		if (this.size > LARGEST_FILE) return { problem: 'too large' };
		return this.complete ? { file: Buffer.concat(this.kept) } : { problem: 'no file' };
	}

	/** Whether there may be more to do with what is pending. */
	private step(): boolean {
		if (this.state === 'headers') return this.readHeaders();
		if (this.state === 'over') return false;
		const at = this.pending.indexOf(this.delimiter);
		if (at < 0) {
			// The end of the chunk may be the beginning of the delimiter.
			const sure = Math.max(0, this.pending.length - this.delimiter.length);
			this.keep(this.pending.subarray(0, sure));
			this.pending = this.pending.subarray(sure);
			return false;
		}
		const after = at + this.delimiter.length;
		if (this.pending.length < after + 2) return false;
		this.keep(this.pending.subarray(0, at));
		if (this.state === 'content' && this.wanted) this.complete = true;
		const last = this.pending.toString('latin1', after, after + 2) === '--';
		this.state = last || this.complete ? 'over' : 'headers';
		this.pending = this.pending.subarray(after);
		return true;
	}

	private readHeaders(): boolean {
		const end = this.pending.indexOf(HEADERS_END);
		if (end < 0) return false;
		const headers = this.pending.toString('utf8', 0, end);
		this.wanted = /^content-disposition:.*[;\s]name="?file"?\s*(;|$)/im.test(headers);
		this.state = 'content';
		this.pending = this.pending.subarray(end + HEADERS_END.length);
		return true;
	}

	private keep(bytes: Buffer): void {
		if (this.state !== 'content' || !this.wanted) return;
		this.size += bytes.length;
		if (this.size > LARGEST_FILE) this.kept = [];
		else this.kept.push(Buffer.from(bytes));
	}
}

export async function readUpload(request: IncomingMessage): Promise<UploadedFile> {
	const type = request.headers['content-type'] ?? '';
	const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
	const field = boundary === undefined ? undefined : new FileField(boundary);
	let bytes = 0;
	for await (const chunk of request) {
		if (!(chunk instanceof Buffer)) continue;
		bytes += chunk.length;
		field?.take(chunk);
	}
	return field ? { bytes, ...field.result() } : { bytes, problem: 'not multipart' };
}
