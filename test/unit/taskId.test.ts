import { FailureError } from '../../nodes/shared/failure';
import { readTaskId } from '../../nodes/shared/api/taskId';

const ID = '6682608976809320374';

describe('a task ID', () => {
	it.each([
		ID,
		` ${ID}\n`,
		`"${ID}"`,
		`'${ID}`,
		`="${ID}"`,
		` "${ID}" `,
		`\u200b${ID}\ufeff`,
		BigInt(ID),
		`${ID};`,
		`["${ID}"]`,
		`#${ID}`,
		`{"task_id":"${ID}"}`,
		`task_id: ${ID}`,
		`“${ID}”`,
		`The task is ${ID}. It takes a while.`,
	])('is taken out of %p with every digit', (value) => {
		expect(readTaskId(value)).toBe(ID);
	});

	it.each([
		'6,68261E+18',
		'6.68261E+18',
		'6.68E18',
		'7e18',
		'7e17',
		'6.682608976809320374E+18',
		1.5,
		'6,682608976809320e18',
		6.682608976809321e18,
	])('that lost digits is refused with the reason: %p', (value) => {
		expect(() => readTaskId(value)).toThrow(/last digits are lost/);
	});

	it.each([
		'',
		'  ',
		'""',
		null,
		undefined,
		'undefined',
		'null',
		'NaN',
		'[object Object]',
		'#VALUE!',
		'#N/A',
	])('that is empty is refused as such: %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is empty");
	});

	it.each(['{{ $json.task_id }}', '{{$json.task_id}}', '={{ $json.task_id }}', '$json.task_id'])(
		'that is an expression which n8n did not evaluate says so: %p',
		(value) => {
			expect(() => readTaskId(value)).toThrow("'Task ID' is an expression that was not evaluated");
		},
	);

	it.each([{}, [ID], true])('that is no text is refused as such: %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is not text");
	});

	it.each([
		`${ID} ${ID}`,
		`${ID}\n${ID}`,
		`${ID},${ID}`,
		`${ID};${ID}`,
		`${ID}|${ID}`,
		`the weight ${ID}.5`,
		'x'.repeat(201),
	])('is not %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is not a task ID");
	});

	it.each([
		...[
			'abc-123',
			'cgt-2026_x.y',
			'1234.5678',
			'1234,5678',
			'=abc',
			'abc"123',
			'abc-12.0',
			'12.05',
			'task-none',
			'none-of-7',
			'v1.234.567',
			'1.234.567-b',
			'abc1e5',
			'1e5abc',
		],
		'x'.repeat(200),
	])('of another form is sent as it is: %s', (value) => {
		expect(readTaskId(value)).toBe(value);
	});

	it.each([
		...[
			'"abc-123"',
			'""abc-123""',
			'" abc-123 "',
			"'abc-123",
			'="abc-123"',
			' abc-123\n',
			' "abc-123" ',
		],
		'abc\u200b-123',
	])('of another form is freed of what surrounds it: %p', (value) => {
		expect(readTaskId(value)).toBe('abc-123');
	});

	it('that is a short number is taken as it is', () => {
		expect(readTaskId(123456)).toBe('123456');
	});

	it('is refused before anything is sent, as a field of the node', () => {
		expect.assertions(1);
		try {
			readTaskId('6,68261E+18');
		} catch (error) {
			if (error instanceof FailureError) expect(error.failure.kind).toBe('parameter');
		}
	});
});
