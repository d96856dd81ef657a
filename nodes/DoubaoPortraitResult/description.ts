import type { INodeProperties } from 'n8n-workflow';

import { connectionOptions } from '../shared/connection';
import { deliveryFields, deliveryOptions } from '../shared/delivery/description';
import { otherFieldsOption } from '../shared/otherFields';
import { optionsOf } from '../shared/parameters';

export const TASK_ID_BY_DEFAULT = '={{ $json.task_id }}';

/** The fields of Doubao Portrait Result, in the order in which the panel shows them. */
export const resultProperties: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: TASK_ID_BY_DEFAULT,
		required: true,
		placeholder: 'e.g. 6682608976809320374',
		description:
			'ID of the portrait task, as Doubao Portrait Submit returns it. Keep it as text: as a number it loses its last digits.',
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description:
			'Whether to keep checking until the portrait is finished, which mostly takes 10 to 30 seconds. When off, the task is checked once and its status is returned.',
	},
	...deliveryFields('binaryPropertyName'),
	optionsOf([...deliveryOptions, otherFieldsOption, ...connectionOptions]),
];
