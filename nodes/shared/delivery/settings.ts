import { isRecord } from '../api/isRecord';
import { BOUNDS } from '../bounds';
import { refuse } from '../failure';
import {
	isNothing,
	readBoolean,
	readChoice,
	readIfSet,
	readNumber,
	readText,
	type Options,
	type ReadParameter,
} from '../parameters';
import type { ResultRequest } from '../api/calls';
import { FIELDS, LANGUAGES, ON_TIMEOUT, OUTPUTS, POSITIONS } from './description';

/** How the portrait of one item is handed over, checked. */
export interface DeliverySettings {
	plan: WaitPlan;
	/** What the API shall do with the images. */
	marks: Pick<ResultRequest, 'logo_info' | 'aigc_meta'>;
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

type Field = (typeof FIELDS)[number]['value'];

/** `both`: links and files; `url`: links only; `binary`: files only, asked for as base64. */
type Output = 'both' | 'url' | 'binary';

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
	// It holds for the whole run; refused here, it fails the item.
	readIfSet(options, 'maxConcurrency', 'Max Concurrency', BOUNDS.maxConcurrency);
	return {
		plan: readPlan(options, waitForCompletion),
		marks: {
			logo_info: readBoolean(parameter('addWatermark', false), 'Add Watermark')
				? readWatermark(parameter)
				: undefined,
			aigc_meta: readContentLabel(options),
		},
		output: isTool ? 'url' : readChoice(parameter('output', 'both'), 'Output', OUTPUTS),
		fileField: readText(parameter(fileField, ''), 'Put Output File in Field').trim() || 'data',
		fileName: fileNameFrom(readText(options.fileName, 'File Name')),
		maxFileSize: 1e6 * readNumber(options.maxFileSize ?? 50, 'Max File Size', BOUNDS.maxFileSize),
		simplify: readBoolean(parameter('simplify', true), 'Simplify'),
		fieldsToReturn: readFieldsToReturn(parameter('fieldsToReturn', [])),
		splitImages: readBoolean(options.splitImages ?? false, 'Split Images'),
	};
}

function readFieldsToReturn(given: unknown): Field[] {
	const fields = Array.isArray(given) ? given : [given].filter((field) => !isNothing(field));
	return fields.map((field) => readChoice(field, 'Fields to Return', FIELDS));
}

/** Which of the portraits of its item a task is, from 0. */
export interface Place {
	portrait: number;
	of: number;
}

/** The name of a file without ending, unlike that of any other of its item. @param index of the image in its task. */
export function fileNameFor(
	taskId: string,
	{ fileName }: DeliverySettings,
	index: number,
	{ portrait, of }: Place,
): string {
	const number = fileName === '' ? index : portrait + index * of;
	return (fileName || fileNameFrom(taskId) || 'portrait') + suffix(number);
}

/** What is added to the names of the second and further files. */
export function suffix(index: number): string {
	return index === 0 ? '' : `_${index}`;
}

function readWatermark(parameter: ReadParameter): ResultRequest['logo_info'] {
	const text = readText(parameter('watermarkText', ''), 'Watermark Text');
	return {
		add_logo: true,
		position: readChoice(parameter('watermarkPosition', 0), 'Watermark Position', POSITIONS),
		language: readChoice(parameter('watermarkLanguage', 0), 'Watermark Language', LANGUAGES),
		opacity: readNumber(parameter('watermarkOpacity', 1), 'Watermark Opacity', BOUNDS.fraction),
		logo_text_content: text || undefined,
	};
}

function readContentLabel(options: Options): ResultRequest['aigc_meta'] {
	const values = isRecord(options.aigcMeta) ? options.aigcMeta.values : undefined;
	if (!isRecord(values)) return undefined;
	const label = {
		producer_id: readText(values.producerId, 'Producer ID').trim(),
		content_producer: readText(values.contentProducer, 'Content Producer') || undefined,
		content_propagator: readText(values.contentPropagator, 'Content Publisher') || undefined,
		propagate_id: readText(values.propagateId, 'Publisher ID') || undefined,
	};
	if (Object.values(label).every((part) => !part)) return undefined;
	if (label.producer_id === '') {
		refuse(
			"'Producer ID' of 'AI Content Label' is empty",
			'The API wants it as soon as any other part of the label is set. Fill it in, or remove the option.',
		);
	}
	return label;
}

function readPlan(options: Options, waitForCompletion: boolean): WaitPlan {
	const pollInterval = readIfSet(options, 'pollInterval', 'Poll Interval', BOUNDS.pollInterval);
	return {
		waitForCompletion,
		maxWait: 1000 * readNumber(options.maxWait ?? 300, 'Max Wait', BOUNDS.maxWait),
		pollInterval: pollInterval && 1000 * pollInterval,
		onTimeout: readChoice(options.onTimeout ?? 'error', 'On Timeout', ON_TIMEOUT),
	};
}

/** File systems take 255 bytes; what is left is for the number and the ending. */
const LONGEST_FILE_NAME = 200;

/** The files get the ending of what they really are. */
const IMAGE_ENDING = /\.(png|jpe?g|webp|gif|avif|hei[cf]|bmp|tiff?)$/i;

/** Only a name: no folders, no control characters, nothing hidden, and short enough for every file system. */
function fileNameFrom(text: string): string {
	const name = text
		.replace(/[\p{C}/\\:*?"<>|]/gu, '_')
		.trim()
		.replace(/^\.+/, '_')
		.replace(IMAGE_ENDING, '');
	const cut = Buffer.from(name)
		.toString('utf8', 0, LONGEST_FILE_NAME)
		.replace(/\uFFFD+$/, '');
	return cut.replace(/[. ]+$/, '');
}
