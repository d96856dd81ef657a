import { judge } from '../../nodes/shared/api/judge';
import type { Failure } from '../../nodes/shared/failure';
import { descriptionOf, failureOf, messageOf } from '../../nodes/shared/sentences';
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
		const message = (length: number) => ` one\u0000two\u202e\n\tthree\n${'x'.repeat(length)} `;
		const [whole, cut] = [286, 5000].map((length) =>
			saidOf({ code: 50411, message: message(length) }),
		);
		expect(whole).toBe(`302.AI answered: one two three ${'x'.repeat(286)}`);
		expect(cut).toBe(`302.AI answered: one two three ${'x'.repeat(285)}…`);
	});
});

describe('an error of Doubao Portrait Submit says', () => {
	const said = (facts: Partial<Failure>, isTool = false): string[] => {
		const all: Failure = { ...failure, ...facts };
		return [messageOf(all), descriptionOf(all, isTool)];
	};

	it('that nothing was submitted', () => {
		const description = 'Mend it. Nothing was submitted. No portrait was billed.';
		expect(said({ submitted: 'no' })).toEqual(['It broke', description]);
	});

	it.each([
		[false, 'Running this node again submits another portrait.'],
		[true, 'Do not call this tool again for it.'],
	])('that it was submitted and is paid for, and how to get it (to a tool: %s)', (isTool, last) => {
		expect(said({ submitted: 'yes', taskId: '7' }, isTool)).toEqual([
			'It broke',
			`Mend it. Doubao Portrait Result fetches it later with the same task ID, as long as 302.AI keeps it. It was submitted and is paid for. ${last}`,
		]);
	});

	it.each<[Partial<Failure>, string, RegExp]>([
		[
			{ submitted: 'unknown' },
			'It broke. The submit may have been taken all the same',
			/^It was not sent again.*usage records/,
		],
		[
			{ submitted: 'no', uploadInDoubt: true },
			'It broke. The photo may have been uploaded all the same',
			/^Mend it.*0\.001 PTC.*Nothing was submitted/,
		],
	])('that it is not known: %j', (facts, message, description) => {
		expect(said(facts)).toEqual([message, expect.stringMatching(description)]);
	});
});

describe('how to get a portrait', () => {
	it.each([
		[['api', 'network', 'account', 'image', 'timeout', 'unexpected'], RESULT_FETCHES],
		[['task', 'unknownTask', 'parameter', 'cancelled'], /^Mend it\.$/],
	] as const)('is said of a task that can still be had: %j', (kinds, said) => {
		for (const kind of kinds) {
			expect(descriptionOf({ ...failure, kind, taskId: '7' }, false)).toMatch(said);
		}
		expect(descriptionOf(failure, false)).toBe('Mend it.');
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
