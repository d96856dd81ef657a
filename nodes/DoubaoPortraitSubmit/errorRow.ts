import type { IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../shared/api/isRecord';
import { failed } from '../shared/failure';
import type { SubmittedRow } from './ledger';
import type { SubmitSettings } from './settings';

/** What an error row of these nodes says that came back. */
interface RowBefore {
	/** It is paid for, and fetched in place of a new one. */
	task?: SubmittedRow;
	/** Which of the portraits of its item, from 0. */
	portrait?: number;
}

/**
 * What an incoming item says that is an error row of these nodes.
 *
 * @throws FailureError in the words of the row, when nobody knows whether its portrait was submitted.
 */
export function submittedBefore(
	context: IExecuteFunctions,
	itemIndex: number,
	{ photo }: SubmitSettings,
): RowBefore {
	const { error, details } = context.getInputData()[itemIndex]?.json ?? {};
	if (typeof error !== 'string' || !isRecord(details)) return {};
	const { submitted, task_id: taskId, request_id: requestId, portrait: given } = details;
	const portrait = typeof given === 'number' ? given : undefined;
	if (submitted === 'unknown') {
		const repeated = { kind: 'api', message: error, remedy: '', isRepeated: true } as const;
		throw failed({ ...repeated, submitted, portrait });
	}
	if (typeof taskId !== 'string') return { portrait };
	const task = {
		task_id: taskId,
		request_id: typeof requestId === 'string' ? requestId : null,
		image_input: photo.from === 'link' ? photo.link : null,
	};
	return { task, portrait: portrait ?? 0 };
}
