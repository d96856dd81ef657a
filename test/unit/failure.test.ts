import {
	failed,
	failureError,
	refuseUnevaluated,
	withAdvice,
	type Failure,
} from '../../nodes/shared/failure';

const failure: Failure = { kind: 'api', message: 'It broke', remedy: 'Mend it.' };
const cause = new Error('why');

describe('a failure as an error', () => {
	it('says what happened, and has a cause only where there is one', () => {
		expect(failed(failure, cause)).toMatchObject({ message: 'It broke', failure, cause });
		expect(failed(failure)).not.toHaveProperty('cause');
	});

	it('stays the same where it is one already, unless further facts are known', () => {
		const error = failed(failure, cause);
		expect(failureError(error)).toBe(error);
		expect(failureError(error, { taskId: '7' })).toMatchObject({
			failure: { ...failure, taskId: '7' },
			cause,
		});
	});

	it.each<[string, unknown, string]>([
		['an error', new TypeError('x is not a function'), 'x is not a function'],
		['an error without words', new Error('  '), 'Something unexpected happened'],
		['a text', 'stop', 'stop'],
		['nothing', undefined, 'undefined'],
	])('is made of what nobody foresaw, with its words: %s', (_what, thrown, message) => {
		const error = failureError(thrown, { taskId: '7' });
		expect(error.failure).toMatchObject({ kind: 'unexpected', message, taskId: '7' });
		expect(error.failure.remedy).toMatch(/report it/);
		expect(error.cause).toBe(thrown);
	});
});

describe('a text of the user', () => {
	it.each([
		...['{{ $json.name }}', 'A portrait of {{$json.name}}', '{{ upper($json.name) }}'],
		...['=$json.name', '= $json.name', '$node["Form"].json.name', "$('Form').item.json.name"],
		'$input.first()',
	])('is refused where it is an expression that was not evaluated: %s', (text) => {
		const failure = expect.objectContaining({ kind: 'parameter' });
		expect(() => refuseUnevaluated(text, 'Prompt')).toThrow("'Prompt' is an expression");
		expect(() => refuseUnevaluated(text, 'Prompt')).toThrow(expect.objectContaining({ failure }));
	});

	it.each(['', 'a {{ name }} in braces', 'costs $json', '{{ a }} for 5 $', '$jso', '$100'])(
		'is taken where it is none: %s',
		(text) => {
			expect(() => refuseUnevaluated(text, 'Prompt')).not.toThrow();
		},
	);
});

it('advice follows the remedy, and where there is none stands alone', () => {
	expect(withAdvice(failure, 'Wait.').remedy).toBe('Mend it. Wait.');
	expect(withAdvice({ ...failure, remedy: '' }, 'Wait.').remedy).toBe('Wait.');
});
