import type { Answer } from './answer';
import type { NetworkError } from './networkError';
import {
	ANSWER_ROWS,
	CHECK_PROXY,
	NETWORK_ROWS,
	OK,
	type AnswerRow,
	type NetworkRow,
} from './verdictRows';
import { IN_DOUBT, SUCCESS, type Asked, type Verdict } from './verdict';

/** What came of a request. */
export type Fact = Answer | NetworkError;

/** The same with what it means; no verdict when it brought what it was sent for, or the task still runs. */
export type Outcome = { fact: Fact; verdict: Verdict } | { fact: Answer; verdict?: undefined };

/**
 * The meaning of what came of a request; the only place that compares a code, a status, words or an errno.
 *
 * @returns undefined when the request brought what it was sent for, or the task that was asked for still runs.
 */
export function judge(fact: NetworkError, call: Asked): Verdict;
export function judge(fact: Fact, call: Asked): Verdict | undefined;
export function judge(fact: Fact, call: Asked): Verdict | undefined {
	return fact.kind === 'answer' ? judgeAnswer(fact, call) : judgeError(fact);
}

function judgeError(error: NetworkError): Verdict {
	const row = NETWORK_ROWS.find((one) => fitsError(one, error)) ?? IN_DOUBT;
	const taken = error.unsent ? 'no' : row.taken;
	return { ...row, taken, remedy: error.isProxy ? CHECK_PROXY : row.remedy };
}

function judgeAnswer(answer: Answer, call: Asked): Verdict | undefined {
	if (brings(answer, call)) return undefined;
	const fitting = ANSWER_ROWS.find((one) => fitsAnswer(one, answer, call));
	if (fitting?.isRunning) return undefined;
	const row = fitting ?? IN_DOUBT;
	// What was not read to its end may have said something else.
	return { ...row, taken: answer.cutAt === undefined ? row.taken : 'perhaps' };
}

/** A submit succeeds by a task ID and a result by images, whatever the code. */
function brings({ httpStatus, code = 'none', data }: Answer, call: Asked): boolean {
	switch (call) {
		case 'submit':
			return data.taskId !== undefined;
		case 'result':
			return data.images.length > 0;
		case 'upload':
			// A link in a refusal may lead to a page about it.
			return data.link !== undefined && SUCCESS.includes(code);
		case 'models':
			return data.isList && isAmong(OK, httpStatus);
		case 'image':
			return httpStatus === 200;
	}
}

function fitsError(row: NetworkRow, error: NetworkError): boolean {
	if (row.timedOut && error.timedOut === undefined) return false;
	if (row.unsent && !error.unsent) return false;
	if (row.errno && !error.errnos.some((errno) => row.errno?.test(errno))) return false;
	return !row.words || row.words.test(error.words);
}

function fitsAnswer(row: AnswerRow, answer: Answer, call: Asked): boolean {
	const { code = 'none', httpStatus, form, words, data, statesError, proxy } = answer;
	if (row.call !== undefined && row.call !== call) return false;
	if (row.code && !row.code.includes(code)) return false;
	if (row.status && !isAmong(row.status, httpStatus)) return false;
	if (row.form && !row.form.includes(form)) return false;
	if (row.words?.some((pattern) => !pattern.test(words))) return false;
	if (row.succeeded && code !== 10000 && !isAmong(OK, httpStatus)) return false;
	if (row.taskStatus && !row.taskStatus.test(data.status ?? '')) return false;
	if (row.statesError && !statesError) return false;
	if (row.hasData && !data.isObject) return false;
	if (row.hasUnreadImages && !data.hasUnreadImages) return false;
	if (!row.throughProxy) return true;
	// JSON with a code comes from 302.AI; to the free call that goes first, a proxy may answer JSON of its own.
	const isJsonOf302 = form === 'json' && (call !== 'models' || code !== 'none');
	return proxy !== undefined && !isJsonOf302;
}

function isAmong(statuses: NonNullable<AnswerRow['status']>, status: number): boolean {
	return 'from' in statuses
		? statuses.from <= status && status <= statuses.to
		: statuses.includes(status);
}
