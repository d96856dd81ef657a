import { judge } from '../../nodes/shared/api/judge';
import type { Failure } from '../../nodes/shared/failure';
import {
	descriptionOf,
	failureOf,
	messageOf,
	quotable,
	sentence,
} from '../../nodes/shared/sentences';
import { answered, read } from './answers';

const failure: Failure = { kind: 'api', message: 'It broke', remedy: 'Mend it.' };
const RESULT_FETCHES = /Doubao Portrait Result fetches it/;

/** What is said of an answer to a result request. */
function saidOf(body: unknown, httpStatus = 200, rest: object = {}): string {
	const answer = read(body, httpStatus, rest);
	const verdict = judge(answer, 'result');
	if (!verdict) throw new Error('This is no failure');
	return failureOf(answer, verdict).message;
}

describe('what happened', () => {
	it.each<[unknown, number, string]>([
		[{ code: 50411, message: 'Risk' }, 400, '302.AI answered: Risk'],
		[{ message: 'no such photo' }, 422, '302.AI answered: no such photo (HTTP status 422)'],
		[{ code: 50411 }, 400, '302.AI answered: {"code":50411}'],
		['', 503, 'The API sent an empty answer (HTTP status 503)'],
		['a\nb', 200, 'The API answered with text that is not JSON: a b (HTTP status 200)'],
		['[]', 200, 'The API answered with JSON that is not an object (HTTP status 200)'],
		['{"a', 200, "The API's answer was cut short (HTTP status 200)"],
		[
			'<html><title>Sign\nin</title>',
			200,
			'A web page came back instead of an answer of the 302.AI API: "Sign in" (HTTP status 200)',
		],
		['', 302, 'The address answers with a redirect (HTTP status 302)'],
		['', 407, 'A proxy on the way refused the request (HTTP status 407)'],
		[
			{ error: { err_code: -10001, message: 'bad key' } },
			401,
			'302.AI does not accept this key: bad key',
		],
		[
			answered({ status: 'done' }),
			200,
			'302.AI finished the task without an image (status "done")',
		],
		[
			{ code: 10000, message: 'no face found', data: { status: 'failed' } },
			200,
			'302.AI could not make the portrait (status "failed"): no face found',
		],
		[answered(null), 200, 'The API answered without any data about the task'],
	])('%j under %i: %s', (body, status, message) => {
		expect(saidOf(body, status)).toBe(message);
	});

	it('names the size of an answer that is too large, and a proxy by its address', () => {
		expect(saidOf('{"a', 200, { cutAt: 67.6e6 })).toBe("The API's answer is larger than 68 MB");
		expect(saidOf('', 503, { proxy: 'proxy.example:3128' })).toBe(
			'The proxy proxy.example:3128 did not let the request through (HTTP status 503)',
		);
	});

	it('is one line of at most three hundred characters of the words, which are judged whole', () => {
		const message = `one\u0000two\u202e\n\tthree ${'x'.repeat(5000)}`;
		expect(saidOf({ code: 50411, message })).toMatch(/^302\.AI answered: one two three x+…$/);
	});
});

describe('every error of Doubao Portrait Submit says one of three things:', () => {
	it('nothing was submitted', () => {
		const no: Failure = { ...failure, submitted: 'no' };
		expect(messageOf(no)).toBe('It broke');
		expect(descriptionOf(no, false)).toBe(
			'Mend it. Nothing was submitted. No portrait was billed.',
		);
	});

	it('it was submitted and is paid for, with its ID and how to get it', () => {
		const yes: Failure = { ...failure, submitted: 'yes', taskId: '7' };
		expect(descriptionOf(yes, false)).toMatch(
			/^Mend it\. .*fetches it later with the same task ID, as long as 302\.AI keeps it\. It was submitted and is paid for\. Running this node again submits another portrait\.$/,
		);
		expect(descriptionOf(yes, true)).toMatch(/paid for\. Do not call this tool again for it\.$/);
	});

	it('it is not known', () => {
		const unknown: Failure = { ...failure, submitted: 'unknown' };
		expect(messageOf(unknown)).toBe('It broke. The submit may have been taken all the same');
		expect(descriptionOf(unknown, false)).toMatch(/^It was not sent again.*usage records/);
	});

	it('and of an upload that is not known, that nothing was submitted', () => {
		const upload: Failure = { ...failure, submitted: 'no', uploadInDoubt: true };
		expect(messageOf(upload)).toMatch(/The photo may have been uploaded all the same$/);
		expect(descriptionOf(upload, false)).toMatch(/0\.001 PTC.*Nothing was submitted/);
	});
});

describe('how to get a portrait', () => {
	it.each(['api', 'network', 'account', 'image', 'timeout', 'unexpected'] as const)(
		'is said of a task that can still be had: %s',
		(kind) => {
			expect(descriptionOf({ ...failure, kind, taskId: '7' }, false)).toMatch(RESULT_FETCHES);
		},
	);

	it.each(['task', 'parameter', 'cancelled'] as const)('is not said otherwise: %s', (kind) => {
		expect(descriptionOf({ ...failure, kind, taskId: '7' }, false)).toBe('Mend it.');
		expect(descriptionOf({ ...failure, kind: 'api' }, false)).toBe('Mend it.');
	});

	it('is said of the tasks of other items, and of how many nobody knows', () => {
		const others = { taskIds: ['1', '2'], inDoubt: 3 };
		expect(descriptionOf({ ...failure, others }, false)).toMatch(
			/task IDs 1, 2\. Of 3 more the answer was lost/,
		);
		const none = { taskIds: [], inDoubt: 0 };
		expect(descriptionOf({ ...failure, others: none }, false)).toBe('Mend it.');
	});
});

it.each([
	['It broke', 'It broke.'],
	['It broke.', 'It broke.'],
	['Why?', 'Why?'],
	['3.5', '3.5.'],
])('%j ends like a sentence', (text, said) => {
	expect(sentence(text)).toBe(said);
});

it.each([
	['  one\n\n two\t', 'one two'],
	['a\u0000\u0007b\u200bc', 'a b c'],
	['x'.repeat(300), 'x'.repeat(300)],
	['x'.repeat(301), `${'x'.repeat(299)}…`],
])('%j is quoted in one line of an error', (text, line) => {
	expect(quotable(text)).toBe(line);
});
