/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { setTimeout as pauseFor } from 'node:timers/promises';

import { MODELS_PATH, RESULT_PATH, SUBMIT_PATH, UPLOAD_PATH } from '../nodes/shared/api/calls';
import { drawPicture } from '../test/support/photo';
import { Differs, NotSeen, said, saysSuccess, type Asker, type Came } from './ask';
import { changedCorner, pictureOf, type Corner } from './picture';

type Picture = Awaited<ReturnType<typeof pictureOf>>;

export interface Plan {
	catalogue: string;
	/** Of the submit call. */
	apiPath: string;
	photo?: { link?: string; file?: Buffer; name?: string };
	/** A finished portrait, in place of a new one. */
	taskId?: string;
	/** Milliseconds before the portrait is asked for again. */
	pause: number;
}

/** What earlier checks leave for later ones. */
export interface Found {
	photoLink?: string;
	taskId?: string;
	/** Why there is no portrait. */
	nothing?: string;
	submitted?: Came;
	images?: Came['answer']['data']['images'];
	plain?: Picture;
	/** With a mark at bottom right. */
	marked?: Picture;
}

type Seen = [isAsExpected: boolean, came: string];

export interface Check {
	name: string;
	expects: string;
	/** @throws NotSeen, Differs, AccountRefused. */
	see(asker: Asker, found: Found, plan: Plan): Promise<Seen>;
}

const PRODUCER_ID = 'live-check-0042';
const MODELS = { call: 'models', path: MODELS_PATH } as const;

// prettier-ignore
export const FREE_CHECKS: readonly Check[] = [
	{ name: 'catalogue', expects: 'the catalogue lists the paths of submit and result', see: seeCatalogue },
	{ name: 'key', expects: 'GET /v1/models accepts the key, with a list', see: async (asker) => answered(await asker.ask(MODELS), ({ verdict }) => !verdict) },
	{ name: 'wrong-key', expects: 'a wrong key gets HTTP 401, code -10001', see: async (asker) => refusedWith(await asker.ask({ ...MODELS, otherKey: 'sk-test-nobody-has-this-key' }), 401, -10001) },
	{ name: 'unknown-task', expects: 'a task that nobody has is not_found', see: async (asker) => answered(await askForTask(asker, '8999999999999999999', LINKS), ({ answer }) => answer.data.status === 'not_found') },
	{ name: 'mangled-id', expects: 'a mangled task ID gets HTTP 400, code 50215', see: async (asker) => refusedWith(await askForTask(asker, 'not-a-task-id', LINKS), 400, 50215) },
];

/** Each uses what those before it found; the last two look back at all answers. */
// prettier-ignore
export const PAID_CHECKS: readonly Check[] = [
	{ name: 'upload', expects: 'a file becomes a link, code 200', see: seeUpload },
	{ name: 'submit', expects: `POST ${SUBMIT_PATH} makes a task`, see: seeSubmit },
	{ name: 'task-id', expects: 'its ID is in data.task_id, a text of 19 digits', see: seeTaskId },
	{ name: 'links', expects: 'links come with response_format=url and return_url', see: seeLinks },
	{ name: 'image-file', expects: 'a link gives the image without the key', see: seeImageFile },
	{ name: 'links-by-return-url', expects: 'links come with return_url alone', see: async (asker, found) => formOf(await askForTask(asker, taskIdOf(found), LINKS, ''), 'link') },
	{ name: 'base64', expects: 'base64 comes with neither', see: async (asker, found) => formOf(await askForTask(asker, taskIdOf(found), undefined, ''), 'base64') },
	{ name: 'same-task', expects: 'the same task comes with and without a watermark', see: seeSameTask },
	...watermarkChecks([[0, 'bottom right'], [1, 'bottom left'], [2, 'top left'], [3, 'top right']]),
	{ name: 'content-label', expects: "aigc_meta is in the image's bytes", see: seeContentLabel },
	{ name: 'refused-parameter', expects: 'a submit without a photo gets HTTP 400, code 50200', see: seeRefusedParameter },
	{ name: 'status-words', expects: 'data.status is one of the five documented words', see: seeStatusWords },
	{ name: 'retry-after', expects: 'a refusal for a limit has Retry-After', see: seeRetryAfter },
];

/** Its shape is not known, so its text is searched; the other path and the prices of a product stand behind its first path. */
async function seeCatalogue(asker: Asker, _found: Found, { catalogue }: Plan): Promise<Seen> {
	const text = (await asker.page(catalogue)).replaceAll('\\/', '/').replace(/\s+/g, ' ');
	const places = [SUBMIT_PATH, RESULT_PATH].map((path) => text.search(`${path}(?![\\w/-])`));
	const listed = places.filter((place) => place >= 0);
	if (listed.length === 0) return [false, 'it lists neither'];
	const from = Math.max(0, Math.min(...listed) - 100);
	const count = listed.length === places.length ? 'both' : 'only one';
	return [count === 'both', `it lists ${count}: … ${text.slice(from, from + 1000)} …`];
}

function answered(came: Came, isAsExpected: (came: Came) => boolean): Seen {
	return [isAsExpected(came), said(came)];
}

function refusedWith(came: Came, status: number, code: number): Seen {
	return answered(came, ({ answer }) => answer.httpStatus === status && answer.code === code);
}

async function seeUpload(asker: Asker, found: Found, { photo = {} }: Plan): Promise<Seen> {
	// Where there is no photo to upload, a drawn picture does as well.
	const { file = drawPicture(), name = 'drawn.png' } = photo;
	const type = /\.png$/i.test(name) ? 'image/png' : 'image/jpeg';
	const body = new FormData();
	body.append('file', new Blob([new Uint8Array(file)], { type }), name);
	const came = await asker.ask({ call: 'upload', path: UPLOAD_PATH, body });
	const { code, data } = came.answer;
	found.photoLink = data.link;
	return [code === 200 && data.link !== undefined, `${said(came)}, link ${data.link ?? 'none'}`];
}

async function seeSubmit(asker: Asker, found: Found, plan: Plan): Promise<Seen> {
	if (plan.taskId !== undefined) throw new NotSeen('the task was given');
	found.nothing = 'no portrait was made: see submit';
	const link = plan.photo?.link ?? found.photoLink;
	if (link === undefined) throw new NotSeen('the photo has no link: see upload');
	const came = await submit(asker, plan, { image_input: link, prompt: 'Studio portrait' });
	const { answer, verdict } = came;
	const { taskId } = answer.data;
	const what = `${plan.apiPath}: ${said(came)}, task ${taskId ?? 'none'}`;
	if (taskId !== undefined) {
		Object.assign(found, { taskId, nothing: undefined, submitted: came });
		return [plan.apiPath === SUBMIT_PATH, what];
	}
	// Any other refusal is one of this portrait, and does not speak against the path. -10010 is "not found".
	const isOfPath = [404, 405].includes(answer.httpStatus) || answer.code === -10010;
	if (isOfPath || saysSuccess(answer)) return [false, what];
	const isRefused = verdict?.taken === 'no';
	const doubt = 'it may have been taken, and was not sent again';
	throw new NotSeen(`${isRefused ? 'it was refused, and surely not taken' : doubt}. ${what}`);
}

async function submit(asker: Asker, { apiPath: path }: Plan, fields: object): Promise<Came> {
	return await asker.ask({ call: 'submit', path, body: JSON.stringify(fields) });
}

async function seeTaskId(_asker: Asker, { submitted }: Found): Promise<Seen> {
	if (!submitted) throw new NotSeen('no submit brought a task');
	const data = JSON.stringify(submitted.answer.body.data ?? 'no data');
	return [/"task_id":"\d{19}"/.test(data), data];
}

/** What `req_json` holds for links. */
const LINKS = { return_url: true };

/** @param query the documented request asks for links here as well. */
async function askForTask(
	asker: Asker,
	taskId: string,
	settings?: object,
	query = '?response_format=url',
): Promise<Came> {
	const reqJson = settings && { req_json: JSON.stringify(settings) };
	const body = JSON.stringify({ task_id: taskId, ...reqJson });
	return await asker.ask({ call: 'result', path: RESULT_PATH + query, body });
}

function taskIdOf({ taskId, nothing }: Found): string {
	if (taskId === undefined || nothing !== undefined) throw new NotSeen(nothing ?? 'no task');
	return taskId;
}

async function seeLinks(asker: Asker, found: Found, { pause }: Plan): Promise<Seen> {
	const taskId = taskIdOf(found);
	found.nothing = 'there is no portrait: see links';
	// With a pause of three seconds this takes five minutes.
	for (let count = 1; count <= 100; count += 1) {
		const came = await askForTask(asker, taskId, LINKS).catch((error: unknown) => {
			// The task goes on, and may be asked for as often as one likes.
			if (!(error instanceof NotSeen)) throw error;
		});
		const { images = [], status } = came?.answer.data ?? {};
		if (came && (images.length > 0 || came.verdict?.tries === 'once')) {
			// What is refused for the way it was asked may come when it is asked in another way.
			const isOfRequest = came.verdict?.kind === 'api' || status === 'done';
			if (images.length === 0 && !isOfRequest) throw new NotSeen(`no portrait: ${said(came)}`);
			Object.assign(found, { images, nothing: undefined });
			return formOf(came, 'link');
		}
		await pauseFor(pause);
	}
	throw new NotSeen(`the portrait is not ready yet. Try again later with --task-id ${taskId}`);
}

function formOf(came: Came, wanted: 'link' | 'base64'): Seen {
	const { images } = came.answer.data;
	if (images.length === 0 && !came.verdict) throw new NotSeen(`not ready: ${said(came)}`);
	const forms = [...new Set(images.flatMap((image) => Object.keys(image)))].join(' and ');
	return [forms === wanted, `${said(came)}, images: ${images.length} as ${forms}`];
}

async function seeImageFile(asker: Asker, found: Found): Promise<Seen> {
	taskIdOf(found);
	const [image] = found.images ?? [];
	if (!image) throw new NotSeen('there is no image: see links');
	const file = await asker.file(image);
	found.plain = await pictureOf(file);
	if (image.link === undefined) throw new NotSeen('there was no link');
	return [true, `${found.plain.width} × ${found.plain.height}, ${file.length} bytes`];
}

function plainOf(found: Found): Picture {
	taskIdOf(found);
	if (!found.plain) throw new NotSeen('no image to compare with: see links and image-file');
	return found.plain;
}

/** The first image of the task, fetched with these settings beside that for links. @throws Differs when none comes. */
async function fileWith(asker: Asker, found: Found, settings: object): Promise<Buffer> {
	const came = await askForTask(asker, taskIdOf(found), { ...LINKS, ...settings });
	const [image] = came.answer.data.images;
	if (!image) throw new Differs(`no image: ${said(came)}`);
	return await asker.file(image);
}

async function pictureAt(asker: Asker, found: Found, position: number): Promise<Picture> {
	const mark = {
		add_logo: true,
		position,
		language: 1,
		opacity: 1,
		logo_text_content: 'LIVE CHECK',
	};
	return await pictureOf(await fileWith(asker, found, { logo_info: mark }));
}

async function seeSameTask(asker: Asker, found: Found): Promise<Seen> {
	const plain = plainOf(found);
	const marked = await pictureAt(asker, found, 0);
	if (changedCorner(plain, marked) === 'nowhere') return [false, 'no mark is drawn'];
	found.marked = marked;
	const again = await pictureOf(await fileWith(asker, found, {}));
	return changedCorner(plain, again) === 'nowhere'
		? [true, 'the mark is in one image and not in the others']
		: [false, 'fetched without a watermark afterwards, the image is not what it was'];
}

function watermarkChecks(corners: Array<[position: number, corner: Corner]>): Check[] {
	return corners.map(([position, corner]) => ({
		name: `watermark-${corner.replace(' ', '-')}`,
		expects: `watermark position ${position} is ${corner}`,
		async see(asker, found) {
			const plain = plainOf(found);
			if (!found.marked) throw new NotSeen('no mark was seen: see same-task');
			const marked = position === 0 ? found.marked : await pictureAt(asker, found, position);
			const at = changedCorner(plain, marked);
			return [at === corner, `the mark is ${at}`];
		},
	}));
}

async function seeContentLabel(asker: Asker, found: Found): Promise<Seen> {
	plainOf(found);
	const label = { producer_id: PRODUCER_ID, content_producer: 'Live check' };
	const file = await fileWith(asker, found, { aigc_meta: label });
	const encodings = ['utf8', 'utf16le'] as const;
	const isIn = encodings.some((encoding) => file.includes(Buffer.from(PRODUCER_ID, encoding)));
	return [isIn, `the producer ID is ${isIn ? '' : 'not '}in the ${file.length} bytes of the file`];
}

async function seeRefusedParameter(asker: Asker, found: Found, plan: Plan): Promise<Seen> {
	if (found.taskId === undefined) throw new NotSeen(found.nothing ?? 'no task');
	// Without a photo there is no portrait, so this is the surest to be refused.
	const came = await submit(asker, plan, { image_input: '' });
	if (!came.verdict) return [false, `it was taken, and may be billed: ${said(came)}`];
	const { taken, limit } = came.verdict;
	if (taken === 'no' && limit === undefined) return refusedWith(came, 400, 50200);
	throw new NotSeen(`whether it was refused is not known: ${said(came)}`);
}

/** Source: Volcengine's documents of the same actions. */
const STATUS_WORDS = ['in_queue', 'generating', 'done', 'not_found', 'expired'];

async function seeStatusWords({ came }: Asker): Promise<Seen> {
	// The free checks ask for tasks that nobody has, which says nothing of a real one.
	const ofTask = came.filter(({ check }) => FREE_CHECKS.every(({ name }) => name !== check));
	const words = ofTask.flatMap(({ answer }) => answer.data.status ?? []);
	if (words.length === 0) throw new NotSeen('no answer about a task had a data.status');
	return [words.every((word) => STATUS_WORDS.includes(word)), [...new Set(words)].join(', ')];
}

async function seeRetryAfter({ came }: Asker): Promise<Seen> {
	const refused = came.filter(({ verdict }) => verdict?.limit !== undefined);
	if (refused.length === 0) throw new NotSeen('nothing was refused for a limit');
	const pauses = refused.flatMap(({ answer }) => answer.retryAfter ?? []);
	return [pauses.length > 0, `${refused.length} refused, with a pause in ms: ${pauses.join(', ')}`];
}
