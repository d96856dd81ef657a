import { FaultStore } from './faults/faultStore';
import { ImageStore } from './endpoints/imageStore';
import { Limiter } from './server/limiter';
import { readLogo } from './endpoints/logo';
import { RequestLog } from './server/requestLog';
import { TaskStore } from './endpoints/taskStore';
import type { SubmittedTimes } from './endpoints/submit';
import type { Order, SandboxOptions, TaskSpec } from './types';
import { UploadStore } from './endpoints/uploadStore';

/** All that one sandbox knows. */
export class World {
	readonly key: string;

	readonly latency: { api: number; image: number };

	readonly submitted: SubmittedTimes;

	/** What the next orders become, one after the other, in place of what they say. */
	readonly coming: TaskSpec[] = [];

	readonly log = new RequestLog(performance.now());

	readonly orders: Order[] = [];

	readonly tasks = new TaskStore();

	readonly images = new ImageStore();

	readonly uploads = new UploadStore();

	readonly faults = new FaultStore();

	readonly limiter: Limiter;

	/** Known once the image host listens. */
	imageBaseUrl = '';

	constructor({ key, latency, limits, submitted }: SandboxOptions) {
		this.key = key ?? 'sk-test-302-sandbox';
		this.latency = { api: latency?.api ?? 0, image: latency?.image ?? 0 };
		this.submitted = {
			queuedFor: submitted?.queuedFor ?? 2000,
			generatingFor: submitted?.generatingFor ?? 4000,
		};
		this.limiter = new Limiter(limits);
	}

	async imageBytes(
		taskId: string,
		index = 0,
		logoInfo?: Record<string, unknown>,
		aigcMeta?: Record<string, string>,
	): Promise<Buffer> {
		const task = this.tasks.get(taskId);
		if (!task) throw new Error(`The sandbox has no task ${taskId}`);
		const label = aigcMeta && JSON.stringify(aigcMeta);
		return Buffer.concat(await this.images.file({ task, index, logo: readLogo(logoInfo), label }));
	}
}
