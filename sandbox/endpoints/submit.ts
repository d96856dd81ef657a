import { gatewayError, success, type Answer } from '../server/answers';
import { BadInput, isIntegerIn, isNumberIn, parseJson, refuseStrangers } from '../server/guards';
import type { TaskSpec } from '../types';
import type { Task, TaskStore } from './taskStore';
import { isRecord } from '../../test/support/isRecord';

const LONGEST_PROMPT = 800;
const DEFAULT_SIZE = 1328;
const GEN_MODES = ['creative', 'reference', 'reference_char'];
const STRENGTHS = ['gpen', 'skin', 'skin_unifi'] as const;
const FIELDS = [
	'image_input',
	'prompt',
	'width',
	'height',
	...STRENGTHS,
	'gen_mode',
	'seed',
] as const;

interface Submission {
	prompt: string;
	width: number;
	height: number;
	genMode?: string;
	seed?: number;
	body: Record<string, unknown>;
}

function refuse(message: string): never {
	throw new BadInput(50200, message);
}

function isWebUrl(value: unknown): boolean {
	if (typeof value !== 'string' || !URL.canParse(value)) return false;
	return ['http:', 'https:'].includes(new URL(value).protocol);
}

/** In steps of 0.1; the margin is for 0.1 + 0.2. */
function isTenth(value: unknown): boolean {
	if (!isNumberIn(value, 0, 1)) return false;
	return Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
}

function readSize(name: string, value: unknown): number {
	if (value === undefined) return DEFAULT_SIZE;
	if (!isIntegerIn(value, 512, 2048)) refuse(`${name} must be an integer from 512 to 2048`);
	return value;
}

function readSubmission(text: string): Submission {
	const body = parseJson(text);
	if (!isRecord(body)) throw new BadInput(50215, 'Input invalid for this service.');
	refuseStrangers('body', body, FIELDS);

	const { image_input: image, prompt = '', gen_mode: genMode, seed = -1 } = body;
	if (!isWebUrl(image)) refuse('image_input must be an http or https URL');
	if (typeof prompt !== 'string') refuse('prompt must be a string');
	if ([...prompt].length > LONGEST_PROMPT) refuse('prompt can not be more than 800 chars');
	for (const name of STRENGTHS) {
		const strength = body[name];
		if (strength !== undefined && !isTenth(strength)) {
			refuse(`${name} must be a number from 0 to 1 in steps of 0.1`);
		}
	}
	if (genMode !== undefined && (typeof genMode !== 'string' || !GEN_MODES.includes(genMode))) {
		refuse(`gen_mode must be one of ${GEN_MODES.join(', ')}`);
	}
	if (!isIntegerIn(seed, -1, Number.MAX_SAFE_INTEGER)) {
		refuse('seed must be -1 or an integer from 0');
	}
	return {
		prompt,
		width: readSize('width', body.width),
		height: readSize('height', body.height),
		genMode,
		seed: seed === -1 ? undefined : seed,
		body,
	};
}

/** How long the tasks of orders take, in milliseconds. */
export interface SubmittedTimes {
	queuedFor: number;
	generatingFor: number;
}

interface Orders {
	tasks: TaskStore;
	submitted: SubmittedTimes;
	coming: TaskSpec[];
	imageBaseUrl: string;
}

/**
 * Links that 302.AI could not get a photo from, told by the link, since a stand-in opens none: hosts that cannot exist, this machine
 * and its network, and pages. The code is 302.AI's; its words and its status are made up.
 */
function cannotBeOpened({ hostname, pathname }: URL): boolean {
	const isNowhere = /^[^.[]+$|\.(invalid|localhost|local|internal|lan)$/.test(hostname);
	const isHere = /^(0|10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.|^\[(::1|f[cd]|fe[89ab])/.test(hostname);
	return isNowhere || isHere || /\.html?$/i.test(pathname);
}

/** `POST /doubao/drawing/portrait`: takes the order and says which task it became. */
export function answerSubmit(
	call: { body: Buffer; isJson: boolean; since: number },
	{ tasks, submitted, coming, imageBaseUrl }: Orders,
	takeOrder: (task: Task, body: Record<string, unknown>) => void,
): Answer {
	const { body, ...picture } = readSubmission(call.isJson ? call.body.toString() : '');
	const photo = String(body.image_input);
	if (!photo.startsWith(imageBaseUrl) && cannotBeOpened(new URL(photo))) {
		return gatewayError(400, -10016, 'The file could not be fetched');
	}
	const task = tasks.add(coming.shift() ?? { ...picture, ...submitted });
	takeOrder(task, body);
	return success({ task_id: task.id }, call.since);
}
