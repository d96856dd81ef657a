import { randomBytes } from 'node:crypto';

import { gatewayError, json, type Answer } from '../server/answers';
import { imageTypeOf } from '../../test/support/imageType';

const LARGEST_FILE = 50 * 1024 * 1024;

/** The multipart field `file` of a request. */
async function fileIn(body: Buffer, contentType: string): Promise<Buffer | undefined> {
	try {
		const headers = { 'content-type': contentType };
		const field = (await new Response(body, { headers }).formData()).get('file');
		return field instanceof Blob ? Buffer.from(await field.arrayBuffer()) : undefined;
	} catch {
		// It is not multipart.
		return undefined;
	}
}

/** Uploaded files, by their path at the image host. */
export class UploadStore {
	private readonly files = new Map<string, Answer>();

	/** `POST /302/upload-file` */
	async answer(body: Buffer, contentType: string, imageBaseUrl: string): Promise<Answer> {
		const file = await fileIn(body, contentType);
		if (!file) {
			return gatewayError(400, -10011, 'The request needs a multipart field named file');
		}
		if (file.length > LARGEST_FILE) {
			return gatewayError(400, -10017, 'The file is larger than 50 MB');
		}
		const type = imageTypeOf(file);
		if (!type) return gatewayError(400, -10009, 'The file is not a PNG, JPEG or WebP image');
		const name = `${randomBytes(12).toString('hex')}.${type === 'jpeg' ? 'jpg' : type}`;
		const path = `/uploads/${name}`;
		const headers = { 'content-type': `image/${type}` };
		this.files.set(path, { status: 200, headers, parts: [file] });
		return json(200, { code: 200, data: imageBaseUrl + path, message: 'success' });
	}

	at(path: string): Answer | undefined {
		return this.files.get(path);
	}
}
