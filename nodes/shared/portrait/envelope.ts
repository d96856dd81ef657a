import { quotable } from '../failure';
import { meaningOfHttpStatus } from './codes';
import { isJsonObject, numberOf, textOf, unwrapped, type Json, type JsonObject } from './json';
import { reasonIn } from './reason';
import {
	ANSWERED,
	refusedByCode,
	refusedByStatus,
	refusedWithoutJson,
	type ApiResponse,
	type Refused,
	type StatedError,
} from './refusal';

/** What the API says of a request, before anybody looks at its `data`. */
export type Envelope = Accepted | Refused;

/** A request that the API carried out. */
export interface Accepted {
	kind: 'accepted';
	/** The answer's `data`, whatever it is. */
	data: Json | undefined;
	/** The whole answer. */
	answer: JsonObject;
	/** What it says beside that. */
	reason?: string;
	httpStatus: number;
	requestId?: string;
}

/**
 * Whether the API did what it was asked, in whichever of its error shapes it says so. The code in the body comes first and
 * the HTTP status second: that 302.AI passes the statuses of the service behind it on is INFERRED.
 *
 * @param successCode 10000 for the portrait requests, 200 for the upload.
 */
export function readEnvelope(response: ApiResponse, successCode: number): Envelope {
	const { body, httpStatus } = response;
	if (body.kind !== 'json') return refusedWithoutJson(response, body);
	const answer = objectIn(body.value);
	if (!answer) {
		const reason = reasonIn({ errors: body.value });
		const said =
			reason === undefined
				? 'The API answered with JSON that is not an object'
				: `${ANSWERED}: ${quotable(reason)}`;
		return refusedByStatus(response, said);
	}
	const data = dataIn(answer);
	const requestId = textOf(answer.request_id);
	const error = statedError(answer, data, successCode);
	if (error) return { ...refusedByCode(response, error, requestId), answer, data };
	const isError = meaningOfHttpStatus(httpStatus) !== undefined;
	const reason = reasonIn(answer) ?? (isError ? reasonIn({ errors: answer }) : undefined);
	if (isError && numberOf(answer.code) !== successCode) {
		const said = `${ANSWERED}: ${quotable(reason ?? `HTTP status ${httpStatus}`)}`;
		return { ...refusedByStatus(response, said, undefined, requestId, reason), answer, data };
	}
	if (isJsonObject(data) && data !== answer && 'code' in data && 'data' in data) {
		// The whole answer in the data of another gateway's.
		return readEnvelope({ ...response, body: { kind: 'json', value: data } }, successCode);
	}
	const written = typeof answer.data === 'string' ? objectIn(answer.data) : undefined;
	const whole = written ? { ...answer, data: written } : answer;
	return { kind: 'accepted', data, answer: whole, reason, httpStatus, requestId };
}

/** The `data` of an answer, under the names that gateways give it, and the answer itself where it is not wrapped at all. */
function dataIn(answer: JsonObject): Json | undefined {
	const [data] = [answer.data, answer.result, answer.output].flatMap(
		(value) => objectIn(value) ?? [],
	);
	if (data) return data;
	return 'image_urls' in answer || 'binary_data_base64' in answer ? answer : unwrapped(answer.data);
}

/** An object as such, or in a text or a list of its own, into which gateways put one. */
function objectIn(value: Json | undefined): JsonObject | undefined {
	const inner = unwrapped(value);
	const only = Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
	return isJsonObject(only) ? only : undefined;
}

/** The error that an answer states in one of the four shapes known; undefined when it states none. */
function statedError(
	answer: JsonObject,
	data: Json | undefined,
	successCode: number,
): StatedError | undefined {
	const { error, ResponseMetadata: metadata } = answer;
	const code = codeOf(answer.code);
	if (isJsonObject(error)) {
		const stated = { code: codeOf(error.err_code) ?? codeOf(error.code), reason: reasonIn(error) };
		if (stated.code !== undefined || stated.reason !== undefined) return stated;
	}
	if (typeof error === 'string' && error !== '' && code === undefined) {
		return { reason: reasonIn(answer) };
	}
	if (isJsonObject(metadata) && isJsonObject(metadata.Error)) {
		return {
			code: codeOf(metadata.Error.CodeN) ?? codeOf(metadata.Error.Code),
			reason: reasonIn(metadata.Error),
			requestId: textOf(metadata.RequestId),
		};
	}
	if (code === undefined || isSuccess(code, successCode, data)) return undefined;
	return { code, reason: reasonIn(answer) };
}

/** Gateways put answers into an envelope of their own, whose code for success is another one. */
function isSuccess(code: number | string, successCode: number, data: Json | undefined): boolean {
	const number = numberOf(code);
	const isElsewhere = number === 0 || number === 200 || /^(success|ok)$/i.test(String(code));
	return (
		number === successCode || (isElsewhere && data !== undefined && data !== null && data !== '')
	);
}

function codeOf(value: Json | undefined): number | string | undefined {
	return numberOf(value) ?? textOf(value);
}
