import { refusal, success, type Answer } from '../server/answers';
import { BadInput, parseJson, refuseStrangers } from '../server/guards';
import type { ImageStore } from './imageStore';
import type { Logo } from '../pictures/watermark';
import { readLogo } from './logo';
import { progressOf, type Task, type TaskStore } from './taskStore';
import { isRecord } from '../../test/support/isRecord';

export interface ResultCall {
	body: Buffer;
	isJson: boolean;
	/** The value of the query's `response_format`. */
	responseFormat: string | null;
	since: number;
	imageBaseUrl: string;
}

interface Settings {
	taskId: string;
	logo: Logo | undefined;
	/** `aigc_meta` as text. */
	label: string | undefined;
	returnUrl: boolean;
}

const META_FIELDS = ['content_producer', 'producer_id', 'content_propagator', 'propagate_id'];

function invalid(): never {
	throw new BadInput(50215, 'Input invalid for this service.');
}

function readMeta(value: unknown): string | undefined {
	if (value === undefined) return undefined;
	if (!isRecord(value)) throw new BadInput(50200, 'aigc_meta must be an object');
	refuseStrangers('aigc_meta', value, META_FIELDS);
	if (Object.values(value).some((text) => typeof text !== 'string')) {
		throw new BadInput(50200, 'aigc_meta holds strings only');
	}
	if (!value.producer_id) throw new BadInput(50200, 'aigc_meta.producer_id is required');
	return JSON.stringify(value);
}

function readSettings(call: ResultCall): Settings {
	const body = call.isJson ? parseJson(call.body.toString()) : undefined;
	if (!isRecord(body)) invalid();
	const { task_id: taskId, req_json: reqJson = '{}' } = body;
	if (typeof taskId !== 'string' || taskId === '') invalid();
	if (typeof reqJson !== 'string') invalid();
	refuseStrangers('body', body, ['task_id', 'req_json']);

	const request = parseJson(reqJson);
	if (!isRecord(request)) invalid();
	refuseStrangers('req_json', request, ['return_url', 'logo_info', 'aigc_meta']);
	const { return_url: returnUrl = false } = request;
	if (typeof returnUrl !== 'boolean') throw new BadInput(50200, 'return_url must be a boolean');
	return {
		taskId,
		logo: readLogo(request.logo_info),
		label: readMeta(request.aigc_meta),
		returnUrl: returnUrl || call.responseFormat === 'url',
	};
}

/** JSON in a string in JSON in a string: the API's own form. */
function respData(task: Task): string {
	const { height, prompt, seed, width } = task;
	const expanded = prompt ? `${prompt}, a friendly portrait in soft light, fine detail` : '';
	const log = {
		infer_ctx: { params: { height, ori_prompt: prompt, seed, width } },
		pe_result: expanded,
	};
	const images = Array.from(
		{ length: task.images },
		(_, index) => `uri://binary_data?index=${index}`,
	);
	return JSON.stringify({
		log_output: JSON.stringify(log),
		image_output: images,
		comfyui_cost: 21.3237,
	});
}

async function doneData(
	task: Task,
	{ logo, label, returnUrl }: Settings,
	imageBaseUrl: string,
	images: ImageStore,
): Promise<object> {
	const pictures = Array.from({ length: task.images }, (_, index) => ({
		task,
		index,
		logo,
		label,
	}));
	const files: string[] = [];
	for (const picture of returnUrl ? [] : pictures) {
		files.push(Buffer.concat(await images.file(picture)).toString('base64'));
	}
	return {
		algorithm_base_resp: { status_code: 0, status_message: '' },
		binary_data_base64: files,
		image_urls: returnUrl ? pictures.map((picture) => imageBaseUrl + images.linkTo(picture)) : null,
		resp_data: respData(task),
		comfyui_cost: '',
		image_output: null,
		log_output: '',
		status: 'done',
	};
}

function statusAnswer(status: string, since: number): Answer {
	const data = { binary_data_base64: null, image_urls: null, status };
	return { ...success(data, since), taskStatus: status };
}

const TASK_ID = /^\d+$/;

/** `POST /doubao/drawing/portrait_result` */
export async function answerResult(
	call: ResultCall,
	tasks: TaskStore,
	images: ImageStore,
): Promise<Answer> {
	const settings = readSettings(call);
	const task = tasks.get(settings.taskId);
	if (!task && !TASK_ID.test(settings.taskId)) invalid();
	if (!task) return statusAnswer('not_found', call.since);

	const progress = progressOf(task, performance.now());
	if (typeof progress === 'string') return statusAnswer(progress, call.since);
	if (progress.kind === 'status') return statusAnswer(progress.status, call.since);
	if (progress.kind === 'refused') {
		const { httpStatus, code, message } = progress;
		return refusal(httpStatus, code, message, call.since);
	}
	const data = await doneData(task, settings, call.imageBaseUrl, images);
	return { ...success(data, call.since), taskStatus: 'done' };
}
