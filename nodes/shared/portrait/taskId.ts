import { refuse } from '../failure';

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
	if (value === undefined || value === null || value === '') {
		refuse(
			"'Task ID' is empty",
			'Give the task_id that Doubao Portrait Submit returned. By default it is taken from the field task_id of the incoming item.',
		);
	}
	if (typeof value !== 'string') {
		refuse(
			"'Task ID' is not text",
			'Give one task ID as text; to fetch several tasks, pass one item for each.',
		);
	}
	const id = value.trim();
	if (id === '') {
		refuse("'Task ID' is empty", 'Give the task_id that Doubao Portrait Submit returned.');
	}
	if (/^\d(\.\d+)?e\+?\d+$/i.test(id)) {
		refuse(
			`'Task ID' is "${id}", a number whose last digits are lost`,
			'A spreadsheet or an earlier node turned the ID into a number. Keep it as text there, for instance by formatting the column as text.',
		);
	}
	if (id.length > 200 || /[\s\p{C}]/u.test(id)) {
		refuse(
			"'Task ID' is not a task ID",
			'A task ID has no spaces or line breaks and usually 19 digits, e.g. 6682608976809320374.',
		);
	}
	return id;
}
