import {
	failed,
	failureError,
	refuse,
	refuseUnevaluated,
	withAdvice,
	type Failure,
} from '../../nodes/shared/failure';

const failure: Failure = { kind: 'api', message: 'It broke', remedy: 'Mend it.' };

describe('a failure as an error', () => {
	it('says what happened, and has a cause only where there is one', () => {
		const cause = new Error('why');
		expect(failed(failure, cause)).toMatchObject({ message: 'It broke', failure, cause });
		expect(failed(failure)).not.toHaveProperty('cause');
	});

	it('is of the kind parameter when the user typed something that cannot be', () => {
		expect(() => refuse('No', 'Type a number.')).toThrow(
			expect.objectContaining({
				failure: { kind: 'parameter', message: 'No', remedy: 'Type a number.' },
			}),
		);
	});

	it('stays the same where it is one already', () => {
		const error = failed(failure);
		expect(failureError(error)).toBe(error);
	});

	it('takes further facts, and keeps its cause', () => {
		const cause = new Error('why');
		expect(failureError(failed(failure, cause), { taskId: '7' })).toMatchObject({
			failure: { ...failure, taskId: '7' },
			cause,
		});
	});
});

describe('a text of the user', () => {
	it.each([
		'{{ $json.name }}',
		'A portrait of {{$json.name}}',
		'{{ upper($json.name) }}',
		'=$json.name',
		' = $json.name'.trim(),
		'$node["Form"].json.name',
		"$('Form').item.json.name",
		'$input.first()',
	])('is refused where it is an expression that was not evaluated: %s', (text) => {
		expect(() => refuseUnevaluated(text, 'Prompt')).toThrow("'Prompt' is an expression");
	});

	it.each(['', 'a {{ name }} in braces', 'costs $json', '{{ a }} for 5 $', '$jso', '$100'])(
		'is taken where it is none: %s',
		(text) => {
			expect(() => refuseUnevaluated(text, 'Prompt')).not.toThrow();
		},
	);
});

describe('what nobody foresaw', () => {
	it.each<[string, unknown, string]>([
		['an error', new TypeError('x is not a function'), 'x is not a function'],
		['an error without words', new Error('  '), 'Something unexpected happened'],
		['a text', 'stop', 'stop'],
		['nothing', undefined, 'undefined'],
	])('is a failure with its own words: %s', (_what, thrown, message) => {
		const error = failureError(thrown);
		expect(error.failure).toMatchObject({ kind: 'unexpected', message });
		expect(error.failure.remedy).toMatch(/report it/);
		expect(error.cause).toBe(thrown);
	});
});

it('advice follows the remedy, and where there is none stands alone', () => {
	expect(withAdvice(failure, 'Wait.').remedy).toBe('Mend it. Wait.');
	expect(withAdvice({ ...failure, remedy: '' }, 'Wait.').remedy).toBe('Wait.');
});
