import type { IExecuteFunctions } from 'n8n-workflow';

import { failed } from '../shared/failure';
import { isRecord } from '../shared/parameters';
import type { SubmittedRow } from './ledger';
import type { SubmitSettings } from './settings';

/**
 * The task that an incoming item brings back, because it is an error row of these nodes: it is paid for, and fetched in place of a
 * new one.
 *
 * @throws FailureError in the words of the row, when nobody knows whether its portrait was submitted.
 */
export function submittedBefore(
	context: IExecuteFunctions,
	itemIndex: number,
	{ photo }: SubmitSettings,
): SubmittedRow | undefined {
	const { error, details } = context.getInputData()[itemIndex]?.json ?? {};
	if (typeof error !== 'string' || !isRecord(details)) return undefined;
	if (details.submitted === 'unknown') {
		throw failed({
			kind: 'api',
			message: error,
			remedy: '',
			submitted: 'unknown',
			isRepeated: true,
		});
	}
	const { task_id: taskId, request_id: requestId } = details;
	if (typeof taskId !== 'string') return undefined;
	return {
		task_id: taskId,
		request_id: typeof requestId === 'string' ? requestId : null,
		image_input: photo.from === 'link' ? photo.link : null,
	};
}
