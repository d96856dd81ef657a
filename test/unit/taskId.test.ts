import { FailureError } from '../../nodes/shared/failure';
import { readTaskId } from '../../nodes/shared/api/taskId';

const ID = '6682608976809320374';

describe('a task ID', () => {
	it.each([
		...[ID, BigInt(ID), ` ${ID}\n`, `"${ID}"`, `'${ID}`, `="${ID}"`, ` "${ID}" `, `${ID};`],
		...[`\u200b${ID}\ufeff`, `["${ID}"]`, `#${ID}`, `{"task_id":"${ID}"}`, `task_id: ${ID}`],
		...[`“${ID}”`, `The task is ${ID}. It takes a while.`],
	])('is taken out of %p with every digit', (value) => {
		expect(readTaskId(value)).toBe(ID);
	});

	it.each([
		...['abc-123', 'cgt-2026_x.y', '1234.5678', '1234,5678', '=abc', 'abc"123', 'abc-12.0'],
		...['12.05', 'task-none', 'none-of-7', 'v1.234.567', 'abc1e5', '1e5abc', 'x'.repeat(200)],
	])('of another form is sent as it is: %s', (value) => {
		expect(readTaskId(value)).toBe(value);
	});

	it.each([
		...['"abc-123"', '""abc-123""', '" abc-123 "', "'abc-123", '="abc-123"', ' "abc-123" '],
		...[' abc-123\n', 'abc\u200b-123'],
	])('of another form is freed of what surrounds it: %p', (value) => {
		expect(readTaskId(value)).toBe('abc-123');
	});

	it('that is a short number is taken as it is', () => {
		expect(readTaskId(123456)).toBe('123456');
	});

	it.each<[string, unknown[]]>([
		[
			'digits are lost',
			[
				...['6,68261E+18', '6.68E18', '7e18', '7e17', '6.682608976809320374E+18'],
				...['6,682608976809320e18', 6.682608976809321e18, 1.5],
			],
		],
		[
			"'Task ID' is empty",
			[
				...['', '  ', '""', null, undefined, 'undefined', 'null', 'none', 'NaN'],
				...['[object Object]', '#VALUE!', '#N/A'],
			],
		],
		[
			"'Task ID' is an expression that was not evaluated",
			['{{ $json.task_id }}', '{{$json.task_id}}', '={{ $json.task_id }}', '$json.task_id'],
		],
		["'Task ID' is not text", [{}, [ID], true]],
		[
			"'Task ID' is not a task ID",
			[
				...[`${ID} ${ID}`, `${ID}\n${ID}`, `${ID},${ID}`, `${ID};${ID}`, `${ID}|${ID}`],
				...[`the weight ${ID}.5`, 'x'.repeat(201)],
			],
		],
	])('is refused as a field of the node: %s', (message, values) => {
		for (const value of values) {
			const refusal = (): unknown => [value, readTaskId(value)];
			expect(refusal).toThrow(message);
			expect(refusal).toThrow(FailureError);
			expect(refusal).toThrow(
				expect.objectContaining({ failure: expect.objectContaining({ kind: 'parameter' }) }),
			);
		}
	});
});
