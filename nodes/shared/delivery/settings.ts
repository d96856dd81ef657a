import { BOUNDS } from '../bounds';
import { refuse } from '../failure';
import {
	isNothing,
	isRecord,
	readBoolean,
	readChoice,
	readIfSet,
	readNumber,
	readOptions,
	readText,
	type Options,
	type ReadParameter,
} from '../parameters';
import {
	WATERMARK_POSITIONS,
	type ContentLabel,
	type ResultRequest,
	type Watermark,
} from '../api/calls';
import type { Limits } from '../run';

/** How the portrait of one item is handed over, checked. */
export interface DeliverySettings {
	plan: WaitPlan;
	watermark?: Watermark;
	contentLabel?: ContentLabel;
	output: Output;
	/** Field of the first file. */
	fileField: string;
	/** File name without ending; empty when the task ID is to be it. */
	fileName: string;
	/** Bytes. */
	maxFileSize: number;
	simplify: boolean;
	/** Names of the simplified fields to hand over besides the task ID; empty for all of them. */
	fieldsToReturn: Field[];
	splitImages: boolean;
}

/** How to wait. All times in milliseconds. */
export interface WaitPlan {
	waitForCompletion: boolean;
	/** From the task's first answer on, so that it does not matter how many tasks stand in line before it. */
	maxWait: number;
	/** From an answer to the next check. Without it the node chooses. */
	pollInterval?: number;
	onTimeout: 'error' | 'return';
}

/** `both`: links and files; `url`: links only; `binary`: files only, asked for as base64. */
type Output = 'both' | 'url' | 'binary';
const OUTPUTS = ['both', 'url', 'binary'] as const;

/** What is not told by fields that both nodes have. */
interface OfTheNode {
	/** An AI agent gets small JSON with links, whatever the panel says, because files cannot reach it. */
	isTool: boolean;
	waitForCompletion: boolean;
	/** The parameter 'Put Output File in Field'. */
	fileField: string;
}

/**
 * The fields of delivery/description.ts for one item.
 *
 * @param options the item's collection 'Options'.
 * @throws FailureError of kind `parameter`, before anything is sent.
 */
export function readDeliverySettings(
	parameter: ReadParameter,
	options: Options,
	{ isTool, waitForCompletion, fileField }: OfTheNode,
): DeliverySettings {
	readMaxConcurrency(options);
	return {
		plan: readPlan(options, waitForCompletion),
		watermark: readBoolean(parameter('addWatermark', false), 'Add Watermark')
			? readWatermark(parameter)
			: undefined,
		contentLabel: readContentLabel(options),
		output: isTool ? 'url' : readChoice(parameter('output', 'both'), 'Output', OUTPUTS),
		fileField: readText(parameter(fileField, ''), 'Put Output File in Field').trim() || 'data',
		fileName: fileNameFrom(readText(options.fileName, 'File Name')),
		maxFileSize: 1e6 * readNumber(options.maxFileSize ?? 50, 'Max File Size', BOUNDS.maxFileSize),
		simplify: readBoolean(parameter('simplify', true), 'Simplify'),
		fieldsToReturn: readFieldsToReturn(parameter('fieldsToReturn', [])),
		splitImages: readBoolean(options.splitImages ?? false, 'Split Images'),
	};
}

/** The simplified fields besides the task ID, as the panel names them. Agents get a choice of them, since each costs them room. */
export const FIELDS = {
	completed: 'Completed',
	generation: 'Generation',
	image_url: 'Image Link',
	image_urls: 'Image Links',
	request_id: 'Request ID',
	status: 'Status',
} as const;
export type Field = keyof typeof FIELDS;
const isField = (name: string): name is Field => Object.hasOwn(FIELDS, name);

function readFieldsToReturn(given: unknown): Field[] {
	const fields = Array.isArray(given) ? given : [given].filter((field) => !isNothing(field));
	const names = Object.keys(FIELDS).filter(isField);
	return fields.map((field) => readChoice(field, 'Fields to Return', names));
}

/** Answers that carry whole images are held in memory, so fewer of them are on their way at once. */
const BASE64_REQUESTS_AT_ONCE = 8;

/** The limits that the whole run keeps: those of its first item. */
export function readDeliveryLimits(first: ReadParameter): Limits {
	try {
		return {
			...(first('output', 'both') === 'binary' ? { resultsAtOnce: BASE64_REQUESTS_AT_ONCE } : {}),
			maxConcurrency: readMaxConcurrency(readOptions(first)),
		};
	} catch {
		// The item fails by itself, and says why, when its turn comes; others may want whole images.
		return { resultsAtOnce: BASE64_REQUESTS_AT_ONCE };
	}
}

/** What is asked about a task. */
export function resultRequestFor(
	taskId: string,
	{ output, watermark, contentLabel }: DeliverySettings,
): ResultRequest {
	return { taskId, form: output === 'binary' ? 'base64' : 'links', watermark, contentLabel };
}

/** The name of a task's first file, without ending. */
export function fileNameFor(taskId: string, { fileName }: DeliverySettings): string {
	return fileName || fileNameFrom(taskId) || 'portrait';
}

const POSITIONS = Object.values(WATERMARK_POSITIONS);

function readWatermark(parameter: ReadParameter): Watermark {
	return {
		text: readText(parameter('watermarkText', ''), 'Watermark Text'),
		position: readChoice(parameter('watermarkPosition', 0), 'Watermark Position', POSITIONS),
		language: readChoice(parameter('watermarkLanguage', 0), 'Watermark Language', [0, 1]),
		opacity: readNumber(parameter('watermarkOpacity', 1), 'Watermark Opacity', BOUNDS.fraction),
	};
}

function readContentLabel(options: Options): ContentLabel | undefined {
	const values = isRecord(options.aigcMeta) ? options.aigcMeta.values : undefined;
	if (!isRecord(values)) return undefined;
	const label = {
		producerId: readText(values.producerId, 'Producer ID').trim(),
		contentProducer: readText(values.contentProducer, 'Content Producer'),
		contentPropagator: readText(values.contentPropagator, 'Content Publisher'),
		propagateId: readText(values.propagateId, 'Publisher ID'),
	};
	if (Object.values(label).every((part) => part === '')) return undefined;
	if (label.producerId === '') {
		refuse(
			"'Producer ID' of 'AI Content Label' is empty",
			'The API wants it as soon as any other part of the label is set. Fill it in, or remove the option.',
		);
	}
	return label;
}

function readMaxConcurrency(options: Options): number | undefined {
	return readIfSet(options, 'maxConcurrency', 'Max Concurrency', BOUNDS.maxConcurrency);
}

function readPlan(options: Options, waitForCompletion: boolean): WaitPlan {
	return {
		waitForCompletion,
		maxWait: 1000 * readNumber(options.maxWait ?? 300, 'Max Wait', BOUNDS.maxWait),
		pollInterval:
			options.pollInterval === undefined
				? undefined
				: 1000 * readNumber(options.pollInterval, 'Poll Interval', BOUNDS.pollInterval),
		onTimeout: readChoice(options.onTimeout ?? 'error', 'On Timeout', ['error', 'return']),
	};
}

/** File systems take 255 bytes; what is left is for the number and the ending. */
const LONGEST_FILE_NAME = 200;

/** Only a name: no folders, no control characters, nothing hidden, and short enough for every file system. */
function fileNameFrom(text: string): string {
	const name = text
		.replace(/[\p{C}/\\:*?"<>|]/gu, '_')
		.trim()
		.replace(/^\.+/, '_');
	let cut = '';
	for (const character of name) {
		if (Buffer.byteLength(cut + character) > LONGEST_FILE_NAME) break;
		cut += character;
	}
	return cut.replace(/[. ]+$/, '');
}
