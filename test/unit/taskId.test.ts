import { FailureError } from '../../nodes/shared/failure';
import { readTaskId } from '../../nodes/shared/portrait/taskId';

const ID = '6682608976809320374';

describe('a task ID', () => {
	it.each([
		ID,
		` ${ID}\n`,
		`"${ID}"`,
		`'${ID}`,
		`="${ID}"`,
		`\u200b${ID}\ufeff`,
		'6,682,608,976,809,320,374',
		'6.682.608.976.809.320.374',
		'6 682 608 976 809 320 374',
		'6\u202f682\u202f608\u202f976\u202f809\u202f320\u202f374',
		`${ID}.0`,
		'6.682608976809320374E+18',
		'６６８２６０８９７６８０９３２０３７４',
		BigInt(ID),
		`${ID};`,
		`["${ID}"]`,
		`{"task_id":"${ID}"}`,
		`task_id: ${ID}`,
		`${ID}n`,
		`“${ID}”`,
	])('is taken out of %p with every digit', (value) => {
		expect(readTaskId(value)).toBe(ID);
	});

	it.each([
		'6,68261E+18',
		'6.68261E+18',
		'6.68E18',
		'7e18',
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
		'$json.task_id',
		'#N/A',
	])('that is empty is refused as such: %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is empty");
	});

	it.each([{}, [ID], true])('that is no text is refused as such: %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is not text");
	});

	it.each([`${ID} ${ID}`, `${ID}\n${ID}`, `${ID},${ID}`, 'x'.repeat(201)])('is not %p', (value) => {
		expect(() => readTaskId(value)).toThrow("'Task ID' is not a task ID");
	});

	it.each(['abc-123', 'cgt-2026_x.y', '1234.5678'])(
		'of another form is sent as it is: %s',
		(value) => {
			expect(readTaskId(value)).toBe(value);
		},
	);

	it('is refused before anything is sent, as a field of the node', () => {
		expect.assertions(1);
		try {
			readTaskId('6,68261E+18');
		} catch (error) {
			if (error instanceof FailureError) expect(error.failure.kind).toBe('parameter');
		}
	});
});
