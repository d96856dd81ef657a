import type { Connection } from '../shared/transport/connection';
import { LONGEST_PROMPT, type SubmitRequest } from '../shared/portrait/submitRequest';
import { refuse } from '../shared/failure';
import {
	readChoice,
	readConnection,
	readNumber,
	readOptions,
	readText,
	type Options,
	type ReadParameter,
} from '../shared/parameters';

/** Where the photo of one item comes from. */
export type PhotoSource = { from: 'link'; link: string } | { from: 'file'; field: string };

/** The parameters of one item, checked. */
export interface SubmitSettings {
	photo: PhotoSource;
	/** Everything that is submitted but the photo. */
	request: Omit<SubmitRequest, 'imageInput'>;
	connection: Connection;
}

/** @throws FailureError of kind `parameter`, before anything is sent or spent. */
export function readSettings(parameter: ReadParameter): SubmitSettings {
	const options = readOptions(parameter);
	const mode = readChoice(parameter('referenceMode', 'auto'), 'Reference Mode', MODES);
	const prompt = readPrompt(readText(parameter('prompt', ''), 'Prompt'));
	const fraction = { least: 0, most: 1 };
	const pixels = { least: 512, most: 2048, whole: true, unit: 'pixels' };
	const seed = { least: -1, most: Number.MAX_SAFE_INTEGER, whole: true };
	return {
		photo: readPhotoSource(parameter),
		request: {
			...(prompt === '' ? {} : { prompt }),
			...(mode === 'auto' ? {} : { genMode: mode }),
			width: readIfSet(options, 'width', 'Width', pixels),
			height: readIfSet(options, 'height', 'Height', pixels),
			gpen: readIfSet(options, 'faceClarity', 'Face Clarity', fraction),
			skin: readIfSet(options, 'beautification', 'Beautification', fraction),
			skinUnifi: readIfSet(options, 'skinSmoothing', 'Skin Smoothing', fraction),
			seed: readIfSet(options, 'seed', 'Seed', seed),
		},
		connection: readConnection(options),
	};
}

const MODES = ['auto', 'creative', 'reference', 'reference_char'] as const;

function readPhotoSource(parameter: ReadParameter): PhotoSource {
	if (readChoice(parameter('imageSource', 'url'), 'Photo From', ['url', 'binary']) === 'binary') {
		const field = readText(parameter('binaryPropertyName', 'data'), 'Input Data Field Name').trim();
		return { from: 'file', field: field || 'data' };
	}
	const link = readText(parameter('imageUrl', ''), 'Photo Link').trim();
	if (link === '') {
		refuse(
			"'Photo Link' is empty",
			"Give a public link to the photo, or set 'Photo From' to Incoming File.",
		);
	}
	if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) {
		refuse(
			`'Photo Link' is not a web link: "${link.slice(0, 50)}"`,
			"It must begin with https:// or http://. To send a file, set 'Photo From' to Incoming File.",
		);
	}
	return { from: 'link', link };
}

function readPrompt(text: string): string {
	const prompt = text.trim();
	const length = [...prompt].length;
	if (length > LONGEST_PROMPT) {
		refuse(
			`'Prompt' has ${length} characters`,
			`The API takes up to ${LONGEST_PROMPT}. Shorten it.`,
		);
	}
	return prompt;
}

function readIfSet(
	options: Options,
	name: string,
	displayName: string,
	bounds: Parameters<typeof readNumber>[2],
): number | undefined {
	return options[name] === undefined ? undefined : readNumber(options[name], displayName, bounds);
}
