/* eslint-disable @n8n/community-nodes/require-node-api-error -- never shipped */
import { sleep } from 'n8n-workflow';

import { drawPicture } from '../test/support/photo';
import { AccountRefused, Asker, NoAnswer, Passing, saysSuccess, type Came } from './ask';
import {
	calls,
	failures,
	imageFormat,
	json,
	judges,
	sentences,
	tasks,
	type ImageFormat,
	type PortraitImage,
	type ResultRequest,
	type SubmitRequest,
	type TaskState,
} from './built';
import { changedCorner, pictureOf, type Corner, type Picture } from './picture';

export type Verdict = 'holds' | 'differs' | 'could not be seen';

/** What a check came to. */
export interface Result {
	name: string;
	/** What is assumed. */
	assumes: string;
	verdict: Verdict;
	/** What came, or why nothing could be seen. Not yet redacted. */
	came: string;
}

/** What to check with. */
export interface Plan {
	/** The photo of one real person. Absent where there is a task already. */
	photo?: { link: string } | { file: Buffer; format: ImageFormat };
	/** A finished portrait, in place of a new one. */
	taskId?: string;
	/** Of the submit call. */
	apiPath: string;
	/** Milliseconds between two questions for the portrait, and until it is no longer waited for. */
	pause: number;
	longestWait: number;
}

/** What the portrait is asked to look like. */
export const PROMPT = 'Studio portrait, soft light, plain background';
/** A key that nobody has. */
const WRONG_KEY = 'sk-test-a-key-that-nobody-has';
const NOBODYS_TASK = '8999999999999999999';
const MANGLED_ID = 'not-a-task-id';
const PRODUCER_ID = 'live-check-0042';

/** What earlier checks leave for later ones. */
interface Brought {
	/** Of the photo, where 302.AI can open it. */
	photoLink?: string;
	taskId?: string;
	/** Why there is no task, or no image of it. */
	nothing?: string;
	submitted?: Came;
	images?: PortraitImage[];
	plain?: Picture;
	/** The portrait with a mark at bottom right. */
	marked?: Picture;
	/** No mark was in it. */
	marksAreMissing?: boolean;
}

/** What one check saw, and what it leaves for later ones. */
interface Seen extends Pick<Result, 'verdict' | 'came'> {
	brings?: Brought;
}

interface Check {
	name: string;
	assumes: string;
	see(asker: Asker, brought: Brought, plan: Plan): Promise<Seen>;
}

const holds = (came: string, brings?: Brought): Seen => ({ verdict: 'holds', came, brings });
const differs = (came: string, brings?: Brought): Seen => ({ verdict: 'differs', came, brings });
const notSeen = (why: string, brings?: Brought): Seen => ({
	verdict: 'could not be seen',
	came: why,
	brings,
});

/** In the order in which they are made; what costs money comes after what is free. */
export const CHECKS: readonly Check[] = [
	{ name: 'key', assumes: 'GET /v1/models accepts the key, with a list', see: seeKey },
	{ name: 'wrong-key', assumes: 'It refuses a wrong key with HTTP 401', see: seeWrongKey },
	{
		name: 'unknown-task',
		assumes: 'A task that nobody has is not_found',
		see: seeUnknownTask,
	},
	{ name: 'mangled-id', assumes: 'A mangled task ID gets HTTP 400, code 50215', see: seeMangledId },
	{ name: 'upload', assumes: 'A file becomes a link, code 200', see: seeUpload },
	{ name: 'submit', assumes: 'The path of the call that submits a portrait', see: seeSubmit },
	{
		name: 'task-id',
		assumes: 'The task ID is in data.task_id and has 19 digits',
		see: seeTaskId,
	},
	{
		name: 'links',
		assumes: 'Links come with response_format=url and return_url',
		see: seeLinks,
	},
	{
		name: 'image-file',
		assumes: 'A link gives the image without the key',
		see: seeImageFile,
	},
	{
		name: 'links-by-return-url',
		assumes: 'Links come with return_url alone',
		see: seeLinksByReturnUrl,
	},
	{ name: 'base64', assumes: 'Base64 comes with neither', see: seeBase64 },
	{
		name: 'same-task',
		assumes: 'The same task is fetched with and without a watermark',
		see: seeSameTask,
	},
	markCheck('bottomRight', 'bottom right'),
	markCheck('bottomLeft', 'bottom left'),
	markCheck('topLeft', 'top left'),
	markCheck('topRight', 'top right'),
	{
		name: 'content-label',
		assumes: "aigc_meta is in the image's bytes",
		see: seeContentLabel,
	},
	{
		name: 'refused-parameter',
		assumes: 'A parameter that is wrong gets HTTP 400, code 50200',
		see: seeRefusedParameter,
	},
	{
		name: 'status-words',
		assumes: 'data.status is one of the five documented words',
		see: seeStatusWords,
	},
	{
		name: 'retry-after',
		assumes: 'A refusal for a limit says in Retry-After how long to wait',
		see: seeRetryAfter,
	},
];

/**
 * Makes all checks, one after the other. None hides another: what one throws is its own result. After the key or the account was
 * refused nothing more is sent.
 *
 * @param onResult is told each result as it comes.
 */
export async function runChecks(
	asker: Asker,
	plan: Plan,
	onResult: (result: Result) => void = () => {},
): Promise<{ results: Result[]; taskId?: string }> {
	const results: Result[] = [];
	let brought: Brought = { taskId: plan.taskId };
	let refused: string | undefined;
	for (const { name, assumes, see } of CHECKS) {
		asker.check = name;
		let seen: Seen;
		try {
			seen =
				refused === undefined
					? await see(asker, brought, plan)
					: notSeen(`Nothing more was sent after this: ${refused}`);
		} catch (error) {
			const said = error instanceof Error ? error.message : String(error);
			if (error instanceof AccountRefused) refused = said;
			seen = notSeen(said);
		}
		brought = { ...brought, ...seen.brings };
		const result = { name, assumes, verdict: seen.verdict, came: seen.came };
		results.push(result);
		onResult(result);
	}
	return { results, taskId: brought.taskId };
}

const models = { call: 'models', path: calls.MODELS_PATH } as const;

async function seeKey(asker: Asker): Promise<Seen> {
	const came = await asker.ask(models);
	const list = came.answer.body.data;
	return Array.isArray(list)
		? holds(`${said(came)}, a list of ${list.length}`)
		: differs(said(came));
}

async function seeWrongKey(asker: Asker): Promise<Seen> {
	const came = await asker.ask(models, WRONG_KEY);
	const { code, httpStatus } = came.answer;
	return code === -10001 && httpStatus === 401 ? holds(said(came)) : differs(said(came));
}

async function seeUnknownTask(asker: Asker): Promise<Seen> {
	const { came } = await askForTask(asker, { taskId: NOBODYS_TASK, form: 'links' });
	const { status } = came.answer.data;
	return status === 'not_found' ? holds(said(came)) : differs(said(came));
}

async function seeMangledId(asker: Asker): Promise<Seen> {
	const { came } = await askForTask(asker, { taskId: MANGLED_ID, form: 'links' });
	const { code, httpStatus } = came.answer;
	return code === 50215 && httpStatus === 400 ? holds(said(came)) : differs(said(came));
}

async function seeUpload(asker: Asker, _brought: Brought, { photo }: Plan): Promise<Seen> {
	const isFile = photo !== undefined && 'file' in photo;
	const file = isFile ? photo.file : drawPicture();
	const format = isFile ? photo.format : imageFormat.imageFormatOf(file);
	if (!format) throw new Error('The photo is no image');
	const came = await asker.ask({
		call: 'upload',
		path: calls.UPLOAD_PATH,
		body: {
			file: { data: file.toString('base64'), mimeType: format.mimeType },
			format,
			size: file.length,
		},
	});
	const { code, data } = came.answer;
	if (data.link === undefined) return differs(`${said(came)}, no link in data`);
	const brings = { photoLink: isFile ? data.link : undefined };
	const what = `${said(came)}, a link`;
	return code === 200 ? holds(what, brings) : differs(what, brings);
}

async function seeSubmit(asker: Asker, { photoLink }: Brought, plan: Plan): Promise<Seen> {
	if (plan.taskId !== undefined) {
		return notSeen('Nothing was submitted: the task was given with --task-id');
	}
	const imageInput = plan.photo && 'link' in plan.photo ? plan.photo.link : photoLink;
	if (imageInput === undefined) {
		const nothing = 'Nothing was submitted: the photo has no link, since its upload failed';
		return notSeen(nothing, { nothing });
	}
	const withoutTask = 'No portrait was made: see the check submit';
	const came = await submit(asker, plan.apiPath, { imageInput, prompt: PROMPT });
	if (typeof came === 'string') return notSeen(came, { nothing: withoutTask });
	const { answer, verdict } = came;
	const { taskId } = answer.data;
	const what = `${plan.apiPath}: ${said(came)}`;
	if (taskId !== undefined) {
		const isAsAssumed = plan.apiPath === calls.SUBMIT_PATH;
		const brings = { taskId, submitted: came };
		return (isAsAssumed ? holds : differs)(`${what}, task ${taskId}`, brings);
	}
	const brings = { nothing: withoutTask };
	if (saysSuccess(answer)) return differs(what, brings);
	if (verdict?.taken !== 'no') {
		return notSeen(`${what}. It was not sent again, since it may have been taken`, brings);
	}
	if (verdict.limit) {
		return notSeen(`Nothing was submitted, since a limit of the API was reached. ${what}`, brings);
	}
	// With any other refusal it is the portrait that is refused, and not the path.
	const isOfPath = [404, 405].includes(answer.httpStatus) || answer.code === NOT_FOUND;
	return isOfPath ? differs(what, brings) : notSeen(`The portrait was refused. ${what}`, brings);
}

/** The gateway's code for what it does not find. */
const NOT_FOUND = -10010;

/** One submit, which is never sent again when its answer is lost. @returns why there is no answer. */
async function submit(asker: Asker, path: string, request: SubmitRequest): Promise<Came | string> {
	const body = JSON.stringify(calls.submitBody(request));
	try {
		return await asker.ask({ call: 'submit', path, body });
	} catch (error) {
		if (!(error instanceof NoAnswer)) throw error;
		const message = sentences.sentence(sentences.messageOf(error.failure));
		return `${message} ${sentences.descriptionOf(error.failure, false)}`;
	}
}

async function seeTaskId(_asker: Asker, { submitted }: Brought): Promise<Seen> {
	if (!submitted) return notSeen('No answer to a submit was had');
	const { data } = submitted.answer.body;
	const taskId = json.isJsonObject(data) ? data.task_id : undefined;
	if (taskId === undefined) return differs(`${said(submitted)}, no data.task_id`);
	return typeof taskId === 'string' && /^\d{19}$/.test(taskId)
		? holds(taskId)
		: differs(`${said(submitted)}: ${String(taskId)}`);
}

async function seeLinks(asker: Asker, { taskId, nothing }: Brought, plan: Plan): Promise<Seen> {
	if (taskId === undefined) return notSeen(nothing ?? 'There is no task');
	const startedAt = Date.now();
	let last = 'no answer';
	while (Date.now() - startedAt < plan.longestWait) {
		try {
			const { came, state } = await askForTask(asker, { taskId, form: 'links' });
			const { images, status } = came.answer.data;
			last = said(came);
			if (state === 'done') return formOf(images, 'links', last, { images });
			if (state === 'failed') {
				// What is refused for the way it was asked may come when it is asked in another way.
				const isOfRequest = came.verdict?.kind === 'api' || status === 'done';
				return isOfRequest
					? differs(last)
					: notSeen(`There is no portrait: ${last}`, {
							nothing: 'There is no portrait: see the check links',
						});
			}
		} catch (error) {
			// The task goes on, and may be asked for as often as one likes.
			if (!(error instanceof NoAnswer || error instanceof Passing)) throw error;
			last = error.message;
		}
		await sleep(plan.pause);
	}
	return notSeen(
		`The portrait was not ready after ${plan.longestWait / 1000} seconds, and last: ${last}. Run it again later with --task-id`,
		{ nothing: 'There is no portrait yet: see the check links' },
	);
}

async function seeImageFile(asker: Asker, { images, nothing }: Brought): Promise<Seen> {
	const link = images?.find((image) => image.link !== undefined);
	const image = link ?? images?.[0];
	if (!image) return notSeen(nothing ?? NO_IMAGE);
	const file = await asker
		.fileOf(image.link === undefined ? image : { link: image.link })
		.catch((error: unknown) => failures.failureError(error));
	if (file instanceof Error) {
		const { kind, message, httpStatus = 0 } = file.failure;
		const isOfNetwork = httpStatus >= 500 || (httpStatus === 0 && /could not be/.test(message));
		return kind === 'image' && !isOfNetwork ? differs(message) : notSeen(message);
	}
	const plain = await pictureOf(file);
	const came = sizeOf(file, plain);
	return link ? holds(came, { plain }) : notSeen('There was no link', { plain });
}

const NO_IMAGE = 'There is no image to compare with: see the checks links and image-file';

async function seeLinksByReturnUrl(asker: Asker, brought: Brought): Promise<Seen> {
	return await seeForm(asker, brought, 'links', {});
}

async function seeBase64(asker: Asker, brought: Brought): Promise<Seen> {
	return await seeForm(asker, brought, 'base64');
}

/** @param query in place of the one that belongs to the form. */
async function seeForm(
	asker: Asker,
	{ taskId, nothing }: Brought,
	form: ResultRequest['form'],
	query?: Record<string, string>,
): Promise<Seen> {
	if (taskId === undefined || nothing !== undefined) return notSeen(nothing ?? 'There is no task');
	const { came, state } = await askForTask(asker, { taskId, form }, query);
	if (state === 'done') return formOf(came.answer.data.images, form, said(came));
	return state === 'failed'
		? differs(said(came))
		: notSeen(`The portrait is not ready: ${said(came)}`);
}

function formOf(
	images: PortraitImage[],
	wanted: ResultRequest['form'],
	came: string,
	brings?: Brought,
): Seen {
	const forms = images.map(({ link, base64 }) => [
		...(link === undefined ? [] : ['links']),
		...(base64 === undefined ? [] : ['base64']),
	]);
	const found = [...new Set(forms.flat())];
	const what = `${came}, ${images.length === 1 ? '1 image' : `${images.length} images`} as ${found.join(' and ')}`;
	return found.length === 1 && found[0] === wanted ? holds(what, brings) : differs(what, brings);
}

async function seeSameTask(asker: Asker, { taskId, plain, nothing }: Brought): Promise<Seen> {
	if (taskId === undefined || !plain) return notSeen(nothing ?? NO_IMAGE);
	const marked = await fetchPicture(asker, markedRequest(taskId, 'bottomRight'));
	if (typeof marked === 'string') return differs(`With a watermark: ${marked}`);
	if (changedCorner(plain, marked) === 'nowhere') {
		return differs('There is no mark in the image that was fetched with one', {
			marksAreMissing: true,
		});
	}
	const again = await fetchPicture(asker, { taskId, form: 'links' });
	if (typeof again === 'string') return differs(`Without a watermark again: ${again}`, { marked });
	return changedCorner(plain, again) === 'nowhere'
		? holds('The mark is in one image and not in the others', { marked })
		: differs('Fetched without a watermark afterwards, the image is not what it was', { marked });
}

type Position = keyof typeof calls.WATERMARK_POSITIONS;

function markedRequest(taskId: string, position: Position): ResultRequest {
	const watermark = {
		position: calls.WATERMARK_POSITIONS[position],
		language: 1,
		opacity: 1,
		text: 'LIVE CHECK',
	} as const;
	return { taskId, form: 'links', watermark };
}

function markCheck(position: Position, corner: Corner): Check {
	const number = calls.WATERMARK_POSITIONS[position];
	return {
		name: `watermark-${corner.replace(' ', '-')}`,
		assumes: `Watermark position ${number} is ${corner}`,
		async see(asker, { taskId, plain, marked, marksAreMissing, nothing }) {
			if (taskId === undefined || !plain) return notSeen(nothing ?? NO_IMAGE);
			if (marksAreMissing) return notSeen('No mark is drawn: see the check same-task');
			const here = position === 'bottomRight' ? marked : undefined;
			const picture = here ?? (await fetchPicture(asker, markedRequest(taskId, position)));
			if (typeof picture === 'string') return differs(picture);
			const found = changedCorner(plain, picture);
			return found === corner ? holds(`The mark is ${found}`) : differs(`The mark is ${found}`);
		},
	};
}

async function seeContentLabel(asker: Asker, { taskId, plain, nothing }: Brought): Promise<Seen> {
	if (taskId === undefined || !plain) return notSeen(nothing ?? NO_IMAGE);
	const contentLabel = {
		producerId: PRODUCER_ID,
		contentProducer: 'Live check',
		contentPropagator: '',
		propagateId: '',
	};
	const file = await fetchFile(asker, { taskId, form: 'links', contentLabel });
	if (typeof file === 'string') return differs(file);
	const isThere = (['utf8', 'utf16le'] as const).some((encoding) =>
		file.includes(Buffer.from(PRODUCER_ID, encoding)),
	);
	const size = sizeOf(file, await pictureOf(file));
	return isThere
		? holds(`The producer ID is in the file: ${size}`)
		: differs(`The producer ID is not in the file, as UTF-8 or UTF-16: ${size}`);
}

async function seeRefusedParameter(
	asker: Asker,
	{ taskId, nothing }: Brought,
	{ apiPath }: Plan,
): Promise<Seen> {
	if (taskId === undefined) return notSeen(nothing ?? 'There is no task');
	// Without a photo there is no portrait, so this is the surest to be refused.
	const came = await submit(asker, apiPath, { imageInput: '' });
	if (typeof came === 'string') return notSeen(came);
	const { answer, verdict } = came;
	if (!verdict) return differs(`An empty image_input was taken, and may be billed: ${said(came)}`);
	if (verdict.taken !== 'no' || verdict.limit) {
		return notSeen(`Whether it was refused is not known: ${said(came)}`);
	}
	return answer.code === 50200 && answer.httpStatus === 400
		? holds(`An empty image_input: ${said(came)}`)
		: differs(`An empty image_input: ${said(came)}`);
}

/** Source: Volcengine's documents of the same actions. */
const STATUS_WORDS = ['in_queue', 'generating', 'done', 'not_found', 'expired'];

/** The checks that ask for tasks that nobody has, which says nothing of a real one. */
const OF_NO_TASK = ['unknown-task', 'mangled-id'];

async function seeStatusWords({ answers }: Asker): Promise<Seen> {
	const words = answers
		.filter(({ endpoint, check }) => endpoint === 'result' && !OF_NO_TASK.includes(check))
		.map(({ answer }) => answer.data.status)
		.filter((word) => word !== undefined);
	const seen = [...new Set(words)];
	if (seen.length === 0) return notSeen('No answer about a task had a data.status');
	return seen.every((word) => STATUS_WORDS.includes(word))
		? holds(seen.join(', '))
		: differs(seen.join(', '));
}

async function seeRetryAfter({ answers }: Asker): Promise<Seen> {
	const refused = answers.filter(
		({ answer, endpoint }) => judges.judge(answer, endpoint)?.limit !== undefined,
	);
	if (refused.length === 0) return notSeen('Nothing was refused for a limit');
	const pauses = refused.map(({ answer }) => answer.retryAfter);
	const asked = pauses.filter((pause) => pause !== undefined).map((pause) => `${pause / 1000} s`);
	return asked.length > 0
		? holds(`${refused.length} refused, ${asked.length} with Retry-After: ${asked.join(', ')}`)
		: differs(`${refused.length} refused, none with Retry-After`);
}

/** @param query in place of the one that belongs to the request. */
async function askForTask(
	asker: Asker,
	request: ResultRequest,
	query?: Record<string, string>,
): Promise<{ came: Came; state: TaskState['state'] }> {
	const built = calls.resultQueryAndBody(request);
	const came = await asker.ask({
		call: 'result',
		path: calls.RESULT_PATH,
		query: query ?? built.query,
		body: JSON.stringify(built.body),
	});
	const { answer: fact, verdict } = came;
	return { came, state: tasks.stateOf(verdict ? { fact, verdict } : { fact }).state };
}

/** The first image of a finished task; what came in its place when there is none. */
async function fetchFile(asker: Asker, request: ResultRequest): Promise<Buffer | string> {
	const { came } = await askForTask(asker, request);
	const image = came.answer.data.images.at(0);
	return image ? await asker.fileOf(image) : said(came);
}

async function fetchPicture(asker: Asker, request: ResultRequest): Promise<Picture | string> {
	const file = await fetchFile(asker, request);
	return typeof file === 'string' ? file : await pictureOf(file);
}

function sizeOf(file: Buffer, { width, height }: Picture): string {
	const format = imageFormat.imageFormatOf(file)?.name ?? 'no known format';
	return `${format}, ${width} × ${height}, ${file.length} bytes`;
}

/** An answer in a few words: HTTP status, code, status of the task, and what the package says of a refusal. */
function said({ answer, verdict }: Came): string {
	const { httpStatus, code, data } = answer;
	return [
		`HTTP ${httpStatus}`,
		...(code === undefined ? [] : [`code ${code}`]),
		...(data.status === undefined ? [] : [`status ${data.status}`]),
		...(verdict ? [`“${sentences.failureOf(answer, verdict).message}”`] : []),
	].join(', ');
}
