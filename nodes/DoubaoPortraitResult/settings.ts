import type { Connection } from '../shared/transport/connection';
import type { Limits } from '../shared/transport/queue';
import { isObject } from '../shared/portrait/envelope';
import type { ContentLabel, ResultRequest, Watermark } from '../shared/portrait/resultRequest';
import { readTaskId } from '../shared/portrait/taskId';
import {
	readBoolean,
	readChoice,
	readConnection,
	readNumber,
	readOptions,
	readText,
	refuse,
	type Options,
	type ParametersOfItem,
	type ReadParameter,
} from '../shared/parameters';
import type { WaitPlan } from '../shared/delivery/waiting';

/** The parameters of one item, checked. */
export interface ResultSettings {
	request: ResultRequest;
	plan: WaitPlan;
	connection: Connection;
	output: Output;
	/** Field of the first file. */
	fileField: string;
	/** File name without ending. */
	fileName: string;
	/** Bytes. */
	maxFileSize: number;
	simplify: boolean;
	splitImages: boolean;
}

/** `both`: links and files; `url`: links only; `binary`: files only, asked for as base64. */
export type Output = 'both' | 'url' | 'binary';

const LIMITS_OF_RUN = { least: 1, most: 100, whole: true, unit: 'requests' };

/**
 * The settings of one item.
 *
 * @param asTool an AI agent gets small JSON with links, whatever the panel says, because files cannot reach it.
 * @throws FailureError of kind `parameter`, before anything is sent.
 */
export function readSettings(parameter: ReadParameter, asTool: boolean): ResultSettings {
	const options = readOptions(parameter);
	const taskId = readTaskId(parameter('taskId', ''));
	const output = asTool ? 'url' : readChoice(parameter('output', 'both'), 'Output', OUTPUTS);
	return {
		request: {
			taskId,
			form: output === 'binary' ? 'base64' : 'links',
			watermark: readBoolean(parameter('addWatermark', false), 'Add Watermark')
				? readWatermark(parameter)
				: undefined,
			contentLabel: readContentLabel(options),
		},
		plan: readPlan(
			options,
			readBoolean(parameter('waitForCompletion', true), 'Wait for Completion'),
		),
		connection: readConnection(options),
		output,
		fileField:
			readText(parameter('binaryPropertyName', 'data'), 'Put Output File in Field').trim() ||
			'data',
		fileName:
			readFileName(readText(options.fileName, 'File Name')) || readFileName(taskId) || 'portrait',
		maxFileSize:
			1e6 *
			readNumber(options.maxFileSize ?? 50, 'Max File Size', {
				least: 0.001,
				most: 250,
				unit: 'MB',
			}),
		simplify: readBoolean(parameter('simplify', true), 'Simplify'),
		splitImages: readBoolean(options.splitImages ?? false, 'Split Images'),
	};
}

const OUTPUTS = ['both', 'url', 'binary'] as const;

/** Answers that carry whole images are held in memory, so fewer of them are on their way at once. */
const BASE64_CALLS_AT_ONCE = 8;
/**
 * A wrong key costs no more questions than this; with fewer, many finished tasks would wait for the first answer, and with
 * more they were not there sooner: docs/performance.md.
 */
const CALLS_AT_FIRST = 32;

/** The limits that the whole run keeps: those of the first item that has them and whose expressions resolve. */
export function readLimits(parameters: ParametersOfItem, itemCount: number): Limits {
	let maxConcurrency: unknown;
	let callsAtOnce: number | undefined;
	for (let itemIndex = 0; itemIndex < itemCount; itemIndex += 1) {
		try {
			const parameter = parameters(itemIndex);
			maxConcurrency ??= readOptions(parameter).maxConcurrency;
			if (parameter('output', 'both') === 'binary') callsAtOnce ??= BASE64_CALLS_AT_ONCE;
		} catch {
			// That item fails by itself, and says why, when its turn comes.
		}
		if (maxConcurrency !== undefined && callsAtOnce !== undefined) break;
	}
	return {
		maxConcurrency:
			maxConcurrency === undefined
				? undefined
				: readNumber(maxConcurrency, 'Max Concurrency', LIMITS_OF_RUN),
		callsAtOnce,
		callsAtFirst: CALLS_AT_FIRST,
	};
}

function readWatermark(parameter: ReadParameter): Watermark {
	return {
		text: readText(parameter('watermarkText', ''), 'Watermark Text'),
		position: readChoice(parameter('watermarkPosition', 0), 'Watermark Position', [0, 1, 2, 3]),
		language: readChoice(parameter('watermarkLanguage', 0), 'Watermark Language', [0, 1]),
		opacity: readNumber(parameter('watermarkOpacity', 1), 'Watermark Opacity', {
			least: 0,
			most: 1,
		}),
	};
}

function readContentLabel(options: Options): ContentLabel | undefined {
	const values = isObject(options.aigcMeta) ? options.aigcMeta.values : undefined;
	if (!isObject(values)) return undefined;
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

function readPlan(options: Options, waitForCompletion: boolean): WaitPlan {
	const seconds = (value: unknown, name: string, least: number): number =>
		1000 * readNumber(value, name, { least, most: 86_400, unit: 'seconds' });
	return {
		waitForCompletion,
		maxWait: seconds(options.maxWait ?? 300, 'Max Wait', 0.1),
		pollInterval:
			options.pollInterval === undefined
				? undefined
				: seconds(options.pollInterval, 'Poll Interval', 0.1),
		onTimeout: readChoice(options.onTimeout ?? 'error', 'On Timeout', ['error', 'return']),
	};
}

/** File systems take 255 bytes; what is left is for the number and the ending. */
const LONGEST_FILE_NAME = 200;

/** Only a name: no folders, no control characters, nothing hidden, and short enough for every file system. */
function readFileName(text: string): string {
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
