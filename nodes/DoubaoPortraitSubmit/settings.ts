import type { IBinaryData } from 'n8n-workflow';

import { BOUNDS } from '../shared/bounds';
import { readConnection, type Connection } from '../shared/connection';
import { readDeliverySettings, type DeliverySettings } from '../shared/delivery/settings';
import { refuse, refuseUnevaluated } from '../shared/failure';
import { readIncludeOtherFields } from '../shared/otherFields';
import { DEFAULT_SIDE, SUBMIT_PATH, type SubmitRequest } from '../shared/api/calls';
import { isRecord } from '../shared/api/isRecord';
import { isJsonObject, type Json, type JsonObject } from '../shared/api/json';
import { webLinkOf } from '../shared/api/link';
import { MODES, SIZES, SOURCES } from './description';
import { refuseSharePage } from './photoLink';
import {
	isNothing,
	readBoolean,
	readChoice,
	readIfSet,
	readNumber,
	readOptions,
	readText,
	type Options,
	type ReadParameter,
} from '../shared/parameters';

/** Where the photo of one item comes from. `field` is a name or the file itself. */
type PhotoSource = { from: 'link'; link: string } | { from: 'file'; field: string | IBinaryData };

/** The parameters of one item, checked. */
export interface SubmitSettings {
	photo: PhotoSource;
	/** Everything that is submitted but the photo. */
	request: Omit<SubmitRequest, 'image_input'>;
	/** Path of the submit request. */
	path: string;
	numberOfPortraits: number;
	/** Most portraits that may be submitted in one execution. */
	maxPortraits: number;
	/** How the portraits are handed over; absent where only their task IDs are. */
	delivery?: DeliverySettings;
	includeOtherFields: boolean;
	connection: Connection;
}

/** @throws FailureError of kind `parameter`, before anything is sent or spent. */
export function readSettings(parameter: ReadParameter, isTool: boolean): SubmitSettings {
	const options = readOptions(parameter);
	const mode = readChoice(parameter('referenceMode', 'auto'), 'Reference Mode', MODES);
	const prompt = readText(parameter('prompt', ''), 'Prompt').trim();
	refuseUnevaluated(prompt, 'Prompt');
	const additional = readAdditionalFields(options.additionalFields);
	const seedBeside = isNothing(additional?.seed)
		? undefined
		: readNumber(additional?.seed, 'Seed', BOUNDS.seed);
	return {
		photo: readPhotoSource(parameter),
		request: {
			...(prompt === '' ? {} : { prompt }),
			...(mode === 'auto' ? {} : { gen_mode: mode }),
			...readSize(parameter, options),
			gpen: readIfSet(options, 'faceClarity', 'Face Clarity', BOUNDS.fraction),
			skin: readIfSet(options, 'beautification', 'Beautification', BOUNDS.fraction),
			skin_unifi: readIfSet(options, 'skinSmoothing', 'Skin Smoothing', BOUNDS.fraction),
			seed: readIfSet(options, 'seed', 'Seed', BOUNDS.seed) ?? seedBeside,
			additional,
		},
		path: readPath(readText(options.apiPath, 'API Path').trim()),
		numberOfPortraits: readNumber(
			options.numberOfPortraits ?? 1,
			'Number of Portraits',
			BOUNDS.numberOfPortraits,
		),
		maxPortraits:
			readIfSet(options, 'maxPortraits', 'Max Portraits per Execution', BOUNDS.maxPortraits) ??
			Number.POSITIVE_INFINITY,
		delivery: readBoolean(parameter('waitForCompletion', true), 'Wait for Completion')
			? readDeliverySettings(parameter, options, {
					isTool,
					waitForCompletion: true,
					fileField: 'outputBinaryPropertyName',
				})
			: undefined,
		includeOtherFields: readIncludeOtherFields(options),
		connection: readConnection(options),
	};
}

/** Both sides or none: the sibling models ignore one alone. */
function readSize(
	parameter: ReadParameter,
	options: Options,
): Pick<SubmitRequest, 'width' | 'height'> {
	const byDefault = { name: 'Default', value: 'default' } as const;
	const size = readChoice(parameter('size', 'default'), 'Size', [byDefault, ...SIZES]);
	const chosen = SIZES.find(({ value }) => value === size);
	const width = readIfSet(options, 'width', 'Width', BOUNDS.pixels) ?? chosen?.width;
	const height = readIfSet(options, 'height', 'Height', BOUNDS.pixels) ?? chosen?.height;
	if (width === undefined && height === undefined) return {};
	return { width: width ?? DEFAULT_SIDE, height: height ?? DEFAULT_SIDE };
}

/** Nothing that a URL would take for more, or for less, than a path. */
const PATH = /^\/(?!\/)[^\s\p{C}\\?#]*$/u;

function readPath(path: string): string {
	if (path === '') return SUBMIT_PATH;
	const isPath = PATH.test(path) && !/(\.|%2e){2}|%2f|%5c/i.test(path);
	if (!isPath) {
		refuse(
			`'API Path' is not a path: "${path.slice(0, 50)}"`,
			`It must begin with one /, as ${SUBMIT_PATH} does, and hold no host, no .. and nothing behind a ? or #.`,
		);
	}
	return path;
}

function readAdditionalFields(given: unknown): JsonObject | undefined {
	if (given === undefined) return undefined;
	let fields: Json | undefined;
	try {
		fields = JSON.parse(typeof given === 'string' ? given : JSON.stringify(given));
	} catch {
		fields = undefined;
	}
	if (!isJsonObject(fields)) {
		refuse(
			"'Additional Fields (JSON)' is not a JSON object",
			'Write names and values in braces, such as {"style": "film"}.',
		);
	}
	if (JSON.stringify(fields).includes('"task_id"')) {
		// Repeated in a refusal, it would be taken for the task that was submitted.
		refuse(
			"'Additional Fields (JSON)' holds a task ID",
			'Remove it: 302.AI makes one for each task.',
		);
	}
	return fields;
}

function readPhotoSource(parameter: ReadParameter): PhotoSource {
	if (readChoice(parameter('imageSource', 'url'), 'Photo From', SOURCES) === 'binary') {
		const field = parameter('binaryPropertyName', 'data');
		// An expression may give the file itself, as it does to n8n's own nodes.
		if (isFile(field)) return { from: 'file', field };
		if (isRecord(field)) refuse("'Input Data Field Name' is a list or an object", NAME_THE_FIELD);
		const name = readText(field, 'Input Data Field Name').trim();
		// Another file of the item would be submitted, and billed, in place of the one that was meant.
		if (name === '') refuse("'Input Data Field Name' is empty", NAME_THE_FIELD);
		return { from: 'file', field: name };
	}
	const link = readText(parameter('imageUrl', ''), 'Photo Link').trim();
	if (link === '') {
		refuse(
			"'Photo Link' is empty",
			"Give a public link to the photo, or set 'Photo From' to Incoming File.",
		);
	}
	refuseUnevaluated(link, 'Photo Link');
	const webLink = webLinkOf(link);
	if (webLink === undefined) {
		refuse(
			`'Photo Link' is not a web link: "${link.slice(0, 50)}"`,
			"It must begin with https:// or http://. To send a file, set 'Photo From' to Incoming File.",
		);
	}
	refuseSharePage(webLink);
	return { from: 'link', link: webLink };
}

const NAME_THE_FIELD =
	'Give the name of the field that holds the photo, such as data. What an expression gave is not one.';

/** An expression gives a file without its `data`, one in n8n's storage has an `id`, and other nodes may leave out the MIME type. */
export function isFile(value: unknown): value is IBinaryData {
	if (!isRecord(value)) return false;
	return [value.id, value.data].some((part) => typeof part === 'string' && part !== '');
}
