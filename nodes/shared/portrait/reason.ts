import { isJsonObject, parseJson, textOf, type Json, type JsonObject } from './json';

/**
 * Where an answer keeps the reason of a refusal, the most telling place first; in whichever way the name is written. Sources: the
 * shapes of 302.AI and Volcengine; RFC 9457 (`title`, `detail`); FastAPI (`detail`); OAuth (`error_description`); gateways.
 */
const PLACES = [
	...[
		'algorithmbaseresp',
		'message',
		'msg',
		'errormessage',
		'errormsg',
		'errmessage',
		'errmsg',
		'statusmessage',
	],
	...['detail', 'details', 'errordescription', 'failreason', 'failurereason', 'reason'],
	...['description', 'title', 'error', 'errors', 'err', 'info', 'data', 'result'],
	...['violations', 'invalidparams', 'nonfielderrors', 'faultstring', 'fault', 'response'],
	...['messagecn', 'messageen'],
];

/** Of those, where the names of fields with their problems may stand. */
const OF_FIELDS = ['message', 'detail', 'details', 'error', 'errors', 'err'];

/** Says nothing, or nothing but that something went wrong. */
const NOTHING = /^(ok|success|succeeded|null|none|undefined)?\.?$/i;
const GENERAL =
	/^(bad request|unprocessable (entity|content)|forbidden|not found|internal server error|(input )?validation (error|failed)|invalid (request|input)|(an? )?error( occurred)?|fail(ed|ure)?)\.?$/i;

const DEEPEST = 5;
/** Of a list of reasons. */
const MOST = 3;

/** The reason that an answer gives, wherever it keeps one; undefined when it gives none. */
export function reasonIn(answer: JsonObject): string | undefined {
	const [first, second] = reasonsOf(answer, 0);
	// Stryker disable next-line ConditionalExpression: where there is no first one, there is no second
	return first !== undefined && second !== undefined && GENERAL.test(first)
		? `${first}: ${second}`
		: first;
}

/** Reasons by their place, each once. */
function reasonsOf(object: JsonObject, depth: number): string[] {
	const named = new Map(
		Object.entries(object).map(([name, value]) => [name.toLowerCase().replace(/[_-]/g, ''), value]),
	);
	const reasons = PLACES.flatMap((place) => {
		const value = named.get(place);
		return (
			said(value, depth + 1) ??
			(OF_FIELDS.includes(place) ? ofFields(value, depth + 1) : undefined) ??
			[]
		);
	});
	return [...new Set(reasons)];
}

function said(value: Json | undefined, depth: number): string | undefined {
	if (depth > DEEPEST) return undefined;
	if (typeof value === 'string') {
		const text = value.trim();
		// Stryker disable next-line StringLiteral: only spares an attempt
		const inner = text.startsWith('{') ? parseJson(text)?.value : undefined;
		if (isJsonObject(inner)) return said(inner, depth + 1) ?? text;
		return NOTHING.test(text) ? undefined : text;
	}
	if (Array.isArray(value)) {
		const all = value.slice(0, MOST).flatMap((entry) => said(entry, depth + 1) ?? []);
		return all.length > 0 ? all.join('; ') : undefined;
	}
	if (!isJsonObject(value)) return undefined;
	const [first] = reasonsOf(value, depth);
	return first === undefined ? undefined : `${placeOf(value)}${first}`;
}

/** Fields by their names, each with what is wrong about it. */
function ofFields(value: Json | undefined, depth: number): string | undefined {
	if (!isJsonObject(value) || depth > DEEPEST) return undefined;
	const all = Object.entries(value).flatMap(([name, entry]) => {
		const reason = textOf(entry) ?? said(entry, depth + 1);
		return reason === undefined || NOT_A_FIELD.test(name) ? [] : [`${name}: ${reason}`];
	});
	return all.length > 0 ? all.slice(0, MOST).join('; ') : undefined;
}

const NOT_A_FIELD = /^(type|code|status|url|instance|request_?id)$/i;

/** The field that a reason is about, as FastAPI and its kind name it. */
function placeOf({ loc, field, param, path, name }: JsonObject): string {
	const place = [loc, field, param, path, name].find((one) => Array.isArray(one) || textOf(one));
	if (place === undefined) return '';
	return `${Array.isArray(place) ? place.map(String).join('.') : String(place)}: `;
}
