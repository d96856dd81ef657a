import { randomBytes } from 'node:crypto';

import { gatewayError, json, nothingHere, type Answer } from '../server/answers';
import { imageTypeOf, type ImageType } from '../../test/support/imageType';
import type { UploadedFile } from '../server/bodies';
import type { ImageStore } from './imageStore';
import { unsealLogo } from './logo';
import type { TaskStore } from './taskStore';

const KEPT_BYTES = 128 * 1024 * 1024;

/** Uploaded files by name; the oldest go when there are too many. */
export class UploadStore {
	private readonly files = new Map<string, { type: ImageType; file: Buffer }>();

	private bytes = 0;

	/** `POST /302/upload-file` */
	answer(upload: UploadedFile, imageBaseUrl: string): Answer {
		if (upload.problem === 'too large') {
			return gatewayError(400, -10017, 'The file is larger than 50 MB');
		}
		if (!upload.file) {
			return gatewayError(400, -10011, 'The request needs a multipart field named file');
		}
		const type = imageTypeOf(upload.file);
		if (!type) return gatewayError(400, -10009, 'The file is not a PNG, JPEG or WebP image');
		const name = `${randomBytes(12).toString('hex')}.${type === 'jpeg' ? 'jpg' : type}`;
		this.keep(name, type, upload.file);
		const link = `${imageBaseUrl}/uploads/${name}`;
		return json(200, { code: 200, data: link, message: 'success' });
	}

	get(name: string): { type: ImageType; file: Buffer } | undefined {
		return this.files.get(name);
	}

	clear(): void {
		this.files.clear();
		this.bytes = 0;
	}

	private keep(name: string, type: ImageType, file: Buffer): void {
		this.files.set(name, { type, file });
		this.bytes += file.length;
		for (const [oldest, kept] of this.files) {
			if (this.bytes <= KEPT_BYTES) break;
			this.files.delete(oldest);
			this.bytes -= kept.file.length;
		}
	}
}

interface ImageAddress {
	taskId: string;
	index: number;
	seal: string;
}

const IMAGE_PATH = /^\/gpt\/imgs\/\d{8}\/([\w~-]+)\/([^/]+)_(\d+)\.(?:png|jpeg)$/;

export function readImagePath(path: string): ImageAddress | undefined {
	const [, seal, id, index] = IMAGE_PATH.exec(path) ?? [];
	if (seal === undefined) return undefined;
	return { taskId: decodeURIComponent(id), index: Number(index), seal };
}

function file(type: ImageType, parts: Buffer[]): Answer {
	return { status: 200, headers: { 'content-type': `image/${type}` }, parts };
}

/** `GET` on the image host: pictures of tasks, and what was uploaded. */
export async function answerImage(
	path: string,
	tasks: TaskStore,
	images: ImageStore,
	uploads: UploadStore,
): Promise<Answer> {
	const upload = uploads.get(path.replace('/uploads/', ''));
	if (upload) return file(upload.type, [upload.file]);

	const address = readImagePath(path);
	const task = address && tasks.get(address.taskId);
	if (!task || address.index >= task.images) return nothingHere('GET', path);
	const unsealed = unsealLogo(address.seal);
	if (!unsealed) return json(403, { error: 'The link was changed' });
	const { logo, label } = unsealed;
	return file(task.format, await images.file(task, address.index, logo, label));
}
