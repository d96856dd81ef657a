import { refuse, refuseUnevaluated } from '../failure';

/**
 * The task ID as text. 302.AI's IDs have 19 digits, more than a JavaScript number holds, so a number has mostly lost some.
 *
 * @throws FailureError of kind `parameter` when it is missing or no longer what 302.AI gave out.
 */
export function readTaskId(value: unknown): string {
	if (typeof value === 'number') {
		if (Number.isSafeInteger(value) && value > 0) return String(value);
		refuse(
			`'Task ID' is the number ${value}, whose last digits are lost`,
			"302.AI's task IDs have 19 digits; JavaScript and JSON numbers keep about 16. Pass the ID on as text: put quotes around it where it is made, or format the column as text.",
		);
	}
	if (value === undefined || value === null) refuseEmpty();
	if (typeof value !== 'string' && typeof value !== 'bigint') {
		refuse(
			"'Task ID' is not text",
			'Give one task ID as text; to fetch several tasks, pass one item for each.',
		);
	}
	const id = withoutWrapping(String(value));
	refuseUnevaluated(id, 'Task ID');
	if (id === '' || NOTHING.test(id)) refuseEmpty();
	const written = digitsOf(id);
	if (written === 'lost') {
		refuse(
			`'Task ID' is "${id}", a number whose last digits are lost`,
			'A spreadsheet or an earlier node turned the ID into a number. Keep it as text there, for instance by formatting the column as text.',
		);
	}
	const taskId = written ?? onlyIdIn(id) ?? id;
	if (taskId.length > 200 || /[\s\p{C}]/u.test(taskId) || /[,;|]\d{19}/.test(taskId)) {
		refuse(
			"'Task ID' is not a task ID",
			'A task ID has no spaces or line breaks and usually 19 digits, e.g. 6682608976809320374.',
		);
	}
	return taskId;
}

/** What programs write in place of a value that is not there. */
const NOTHING = /^(undefined|null|none|nan|\[object Object\]|#(?!\d).*)$/i;

function refuseEmpty(): never {
	refuse(
		"'Task ID' is empty",
		'Put Doubao Portrait Submit before this node, from whose field task_id it is taken by default, or give the task_id that it returned.',
	);
}

/**
 * Without blanks and invisible characters around it, quotes, and the signs by which spreadsheets keep a number as text: `'123`,
 * `="123"`.
 */
function withoutWrapping(text: string): string {
	return text
		.normalize('NFKC')
		.replace(/[\p{Cf}\p{Cc}]/gu, (character) => (/\s/.test(character) ? character : ''))
		.trim()
		.replace(/^=?["'`]+|["'`]+$/g, '')
		.trim();
}

/** The ID in a text around it, such as `{"task_id":"…"}`; undefined when there is none or more than one. */
function onlyIdIn(text: string): string | undefined {
	const [first, ...others] = text.match(/(?<![\w.-])\d{19}n?(?![\w-]|\.\d)/g) ?? [];
	return others.length === 0 ? first?.replace('n', '') : undefined;
}

/** Between groups of three digits: 6,682,608 or 6 682 608. */
const GROUPED = /^\d{1,3}(([,. '_])\d{3})(\2\d{3})+$/;
/** 6.68E+18 and 6,68E+18. */
const SCIENTIFIC = /^(\d)(?:[.,](\d+))?(?:e\+?| ?[×x*] ?10\^)(\d+)$/i;

/** The digits of an ID that was written as a number; undefined when it was not. */
function digitsOf(id: string): string | 'lost' | undefined {
	if (GROUPED.test(id)) return id.replace(/\D/g, '');
	const whole = /^(\d+)[.,]0+$/.exec(id)?.at(1);
	if (whole !== undefined) return whole;
	if (!SCIENTIFIC.test(id)) return undefined;
	const digits = id.replace(SCIENTIFIC, '$1$2');
	const exponent = Number(id.replace(SCIENTIFIC, '$3'));
	return digits.length === exponent + 1 ? digits : 'lost';
}
