import { createHash } from 'node:crypto';

import type { Answer } from '../server/answers';
import type { Logo } from '../pictures/watermark';
import { padded } from '../pictures/padding';
import { drawPicture } from '../pictures/picture';
import type { Task } from './taskStore';

/** Pictures that are kept. */
const MOST_DRAWN = 200;

/** A picture of a task, as a link to it shows it. */
export interface Picture {
	task: Task;
	index: number;
	logo?: Logo;
	/** Text that is written into the file beside the picture. */
	label?: string;
}

/** Draws each picture once, and knows the links to them. */
export class ImageStore {
	private readonly links = new Map<string, Picture>();

	private readonly drawn = new Map<string, Promise<Buffer>>();

	/** The path of a picture at the image host: always the same for the same picture. */
	linkTo(picture: Picture): string {
		const { task, index, logo, label } = picture;
		const day = new Date().toISOString().slice(0, 10).replace(/-/g, '');
		const look = createHash('sha256').update(JSON.stringify({ logo, label })).digest('hex');
		const name = `${encodeURIComponent(task.id)}_${index}.${task.format}`;
		const path = `/gpt/imgs/${day}/${look.slice(0, 16)}/${name}`;
		this.links.set(path, picture);
		return path;
	}

	/** What a link leads to. */
	at(path: string): Picture | undefined {
		return this.links.get(path);
	}

	async answer(picture: Picture): Promise<Answer> {
		const headers = { 'content-type': `image/${picture.task.format}` };
		return { status: 200, headers, parts: await this.file(picture) };
	}

	/** The file in parts; put together they are what the image host serves. */
	async file({ task, index, logo, label }: Picture): Promise<Buffer[]> {
		const { id, width, height, format, bytes } = task;
		// With `bytes` the size is what matters: such tasks share one picture, so that a benchmark measures no drawing.
		const spec =
			bytes === undefined
				? { ...task, index }
				: { width, height, format, index: 0, seed: 1, id: '', prompt: '' };
		const key = JSON.stringify({ id: spec.id, index: spec.index, width, height, format, logo });
		const picture = this.drawn.get(key) ?? drawPicture(spec, logo);
		this.drawn.set(key, picture);
		const [oldest] = this.drawn.keys();
		if (this.drawn.size > MOST_DRAWN) this.drawn.delete(oldest);
		const name = `${id}/${index}`;
		return padded(await picture, label === undefined ? name : `${name} ${label}`, bytes);
	}
}
