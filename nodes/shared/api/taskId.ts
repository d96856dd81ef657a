import { refuse, refuseUnevaluated } from '../failure';

/** What programs write in place of a value that is not there. */
const NOTHING = /^(undefined|null|none|nan|\[object Object\]|#(?!\d).*)$/i;
/** 6.68E+18, and 6,68E+18 as spreadsheets of other languages write it. */
const SCIENTIFIC = /^\d([.,]\d+)?e\+?\d+$/i;
const WHOLE_ID = /(?<![\w.-])\d{19}(?![\w-]|\.\d)/g;

/**
 * The task ID as text. 302.AI's IDs have 19 digits, more than a JavaScript number holds, so a number has mostly lost some.
 *
 * @throws FailureError of kind `parameter` when it is missing or no longer what 302.AI gave out.
 */
export function readTaskId(value: unknown): string {
	if (value === undefined || value === null) refuseEmpty();
	if (typeof value === 'number' && !Number.isSafeInteger(value)) refuseLostDigits(String(value));
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
		refuse(
			"'Task ID' is not text",
			'Give one task ID as text; to fetch several tasks, pass one item for each.',
		);
	}
	// Quotes, and the signs by which spreadsheets keep a number as text: '123, ="123".
	const id = String(value)
		.replace(/\p{Cf}/gu, '')
		.trim()
		.replace(/^=?["'`]+|["'`]+$/g, '')
		.trim();
	refuseUnevaluated(id, 'Task ID');
	if (id === '' || NOTHING.test(id)) refuseEmpty();
	if (SCIENTIFIC.test(id)) refuseLostDigits(id);
	const [first, ...others] = id.match(WHOLE_ID) ?? [];
	const taskId = first ?? id;
	if (others.length > 0 || taskId.length > 200 || /[\s\p{C}]/u.test(taskId)) {
		refuse(
			"'Task ID' is not a task ID",
			'A task ID has no spaces or line breaks and usually 19 digits, e.g. 6682608976809320374.',
		);
	}
	return taskId;
}

function refuseEmpty(): never {
	refuse(
		"'Task ID' is empty",
		'Put Doubao Portrait Submit before this node, from whose field task_id it is taken by default, or give the task_id that it returned.',
	);
}

function refuseLostDigits(id: string): never {
	refuse(
		`'Task ID' is ${id}, a number whose last digits are lost`,
		'Task IDs have 19 digits; JavaScript, JSON and spreadsheets keep about 16 of a number. Keep the ID as text where it is made: put quotes around it, or format the column as text.',
	);
}
