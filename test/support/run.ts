import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutKey } from '../../nodes/shared/apiKey';
import { CREDENTIAL } from '../../nodes/shared/credential';
import { parametersOf } from '../../nodes/shared/parameters';
import type { Run } from '../../nodes/shared/run';
import type { Clock } from '../../nodes/shared/transport/clock';
import { Queue, type Limits } from '../../nodes/shared/transport/queue';
import { contextWith } from './context';

export interface RunSettings {
	clock: Clock;
	stopping: AbortController;
	/** Of n8n's helpers, those that the test needs. */
	helpers: object;
	key: string;
	limits?: Limits;
}

/** A run with its real queue, over a fake of n8n. */
export function runOf({ clock, stopping, helpers, key, limits }: RunSettings): Run {
	const { signal } = stopping;
	const context = { ...contextWith({}), helpers } as unknown as IExecuteFunctions;
	return {
		context,
		parameters: parametersOf(context),
		clock,
		signal,
		queue: new Queue(clock, signal, limits),
		isTool: false,
		credential: Promise.resolve({
			baseUrl: 'https://api.example',
			hide: (text) => withoutKey(text, key),
			decrypted: { id: '', name: '', type: CREDENTIAL, data: {} },
		}),
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
}
