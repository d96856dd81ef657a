import type { Answer } from './api/answer';
import type { Fact } from './api/judge';
import type { Verdict } from './api/verdict';
import { failed, type Failure, type FailureError } from './failure';

/** What came of a request as a failure, in words: what happened, and what to do about it. */
export function failureOf(fact: Fact, verdict: Verdict): Failure {
	const { kind, remedy } = verdict;
	if (fact.kind === 'networkError') {
		return { kind, remedy, message: messageOfError(fact, verdict) };
	}
	const { httpStatus, code, requestId, data } = fact;
	return {
		kind,
		remedy,
		message: messageOfAnswer(fact, verdict),
		...(data.status === undefined ? {} : { status: quotable(data.status) }),
		code: typeof code === 'string' ? quotable(code) : code,
		httpStatus,
		requestId: requestId && quotable(requestId),
	};
}

/** The same as an error to throw. */
export function failedBy(fact: Fact, verdict: Verdict, facts: Partial<Failure> = {}): FailureError {
	const cause = fact.kind === 'networkError' ? fact.cause : undefined;
	return failed({ ...failureOf(fact, verdict), ...facts }, cause);
}

type ErrorFact = Extract<Fact, { kind: 'networkError' }>;

function messageOfError({ host, isProxy, words, timedOut }: ErrorFact, { says }: Verdict): string {
	const said = says ?? (quotable(words) || 'the request could not be made');
	const time = timedOut === undefined ? '' : ` within ${Number(timedOut.toFixed(1))} seconds`;
	return `No answer from ${isProxy ? 'the proxy ' : ''}${host}: ${said}${time}`;
}

function messageOfAnswer(answer: Answer, verdict: Verdict): string {
	const { httpStatus, form, reason, words, code, proxy = '', data, cutAt = 0 } = answer;
	const status = ` (HTTP status ${httpStatus})`;
	const says = verdict.says?.replace('{proxy}', proxy);
	if (form === 'tooLarge') return `The API's answer is larger than ${Math.round(cutAt / 1e6)} MB`;
	if (form === 'json') {
		const isOfTask = says !== undefined && data.status !== undefined && verdict.kind !== 'image';
		const ofTask = isOfTask ? ` (status "${quotable(data.status ?? '')}")` : '';
		const why = quotable(reason ?? (says === undefined ? words : ''));
		const said = why === '' ? '' : `: ${why}`;
		return `${says ?? '302.AI answered'}${ofTask}${said}${code === undefined ? status : ''}`;
	}
	return `${says ?? SAID_OF[form](quotable(words))}${status}`;
}

/** What is said of an answer that is no JSON object. */
const SAID_OF: Record<Exclude<Answer['form'], 'json' | 'tooLarge'>, (words: string) => string> = {
	page: (title) =>
		`A web page came back instead of an answer of the 302.AI API${title === '' ? '' : `: "${title}"`}`,
	text: (words) => `The API answered with text that is not JSON: ${words}`,
	otherJson: () => 'The API answered with JSON that is not an object',
	empty: () => 'The API sent an empty answer',
	cutShort: () => "The API's answer was cut short",
};

/** What happened, with what may have become of the money. */
export function messageOf(failure: Failure): string {
	const { message, submitted, uploadInDoubt, kind, isRepeated } = failure;
	// n8n takes an execution for canceled by its message.
	if (isRepeated || kind === 'cancelled') return message;
	if (submitted === 'unknown')
		return `${sentence(message)} The submit may have been taken all the same`;
	if (uploadInDoubt) return `${sentence(message)} The photo may have been uploaded all the same`;
	return message;
}

/** What to do about it, and what became of the portrait and the money, sentence by sentence. */
export function descriptionOf(failure: Failure, isTool: boolean): string {
	const sentences = [
		failure.submitted === 'unknown' ? '' : failure.remedy,
		ofFetching(failure),
		ofMoney(failure, isTool),
		failure.others ? ofOthers(failure.others) : '',
	];
	return sentences.filter((text) => text !== '').join(' ');
}

/** How to get a portrait that still can be had. */
function ofFetching({ kind, taskId }: Failure): string {
	if (taskId === undefined) return '';
	switch (kind) {
		case 'task':
		case 'unknownTask':
		case 'parameter':
		case 'cancelled':
			return '';
		case 'image':
			return 'The portrait is finished and not lost: Doubao Portrait Result fetches it with the same task ID.';
		case 'timeout':
			return "The task goes on at 302.AI and is not lost: Doubao Portrait Result fetches it with the same task ID, within 12 hours. To wait longer, raise 'Max Wait' in the options.";
		default:
			return 'Doubao Portrait Result fetches it later with the same task ID, as long as 302.AI keeps it.';
	}
}

/** Every error of Doubao Portrait Submit says one of these, but for a stop. */
function ofMoney({ kind, submitted, uploadInDoubt }: Failure, isTool: boolean): string {
	// What a stop means is said in its remedy.
	if (kind === 'cancelled') return '';
	switch (submitted) {
		case undefined:
			return '';
		case 'no':
			return uploadInDoubt
				? 'The upload may have been billed (0.001 PTC). Nothing was submitted: run this item again.'
				: 'Nothing was submitted. No portrait was billed.';
		case 'yes': {
			const paid =
				kind === 'task'
					? 'It was submitted, and may have been billed.'
					: 'It was submitted and is paid for.';
			const again = isTool
				? 'Do not call this tool again for it.'
				: 'Running this node again submits another portrait.';
			return `${paid} ${again}`;
		}
		case 'unknown':
			return 'It was not sent again, because it may exist at 302.AI and may have been billed. Look at the usage records at 302.ai before you run this item again.';
	}
}

/** What was submitted for all items together; empty where nothing was. */
export function ofOthers({ taskIds, inDoubt }: NonNullable<Failure['others']>): string {
	const taken =
		taskIds.length > 0
			? `Submits already taken, to be fetched with Doubao Portrait Result: task IDs ${taskIds.join(', ')}.`
			: '';
	const lost =
		inDoubt > 0
			? `Of ${inDoubt} more the answer was lost; they may have been taken: look at the usage records at 302.ai before you run this node again.`
			: '';
	return [taken, lost].filter((text) => text !== '').join(' ');
}

/** `text` with a period at its end, unless it ends like a sentence already. */
export function sentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Text from outside, made fit for one line of an error: no control characters, at most 300 characters. */
export function quotable(text: string): string {
	const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
