import type { Logo } from '../pictures/watermark';
import { padded } from '../pictures/padding';
import { drawPicture } from '../pictures/picture';
import type { Task } from './taskStore';

const KEPT_BYTES = 64 * 1024 * 1024;

/** Draws each picture once and keeps what fits. */
export class ImageStore {
	private readonly drawn = new Map<string, Buffer>();

	private readonly drawing = new Map<string, Promise<Buffer>>();

	private bytes = 0;

	/**
	 * The file in parts; put together they are what the image host serves.
	 *
	 * @param label text that is written into the file beside the picture.
	 */
	async file(task: Task, index: number, logo: Logo | undefined, label?: string): Promise<Buffer[]> {
		// With `bytes` the size is what matters: such tasks share one picture, so that a benchmark measures no drawing.
		const which =
			task.bytes === undefined
				? `${task.id}/${index}`
				: `${task.width}x${task.height}.${task.format}`;
		const key = `${which} ${JSON.stringify(logo ?? null)}`;
		const picture = this.drawn.get(key) ?? (await this.draw(key, task, index, logo));
		this.touch(key, picture);
		const name = `${task.id}/${index}`;
		return padded(picture, label === undefined ? name : `${name} ${label}`, task.bytes);
	}

	clear(): void {
		this.drawn.clear();
		this.bytes = 0;
	}

	private async draw(
		key: string,
		task: Task,
		index: number,
		logo: Logo | undefined,
	): Promise<Buffer> {
		const underway = this.drawing.get(key);
		if (underway) return await underway;
		const { width, height, format } = task;
		const work = drawPicture(
			task.bytes === undefined
				? { ...task, index }
				: { width, height, format, index: 0, seed: 1, id: '', prompt: '' },
			logo,
		).finally(() => this.drawing.delete(key));
		this.drawing.set(key, work);
		return await work;
	}

	private touch(key: string, picture: Buffer): void {
		if (this.drawn.delete(key)) this.bytes -= picture.length;
		this.drawn.set(key, picture);
		this.bytes += picture.length;
		for (const [oldest, buffer] of this.drawn) {
			if (this.bytes <= KEPT_BYTES) break;
			this.drawn.delete(oldest);
			this.bytes -= buffer.length;
		}
	}
}
