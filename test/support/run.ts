import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutKey } from '../../nodes/shared/apiKey';
import { CREDENTIAL } from '../../nodes/shared/credential';
import { readConnection, parametersOf } from '../../nodes/shared/parameters';
import type { Item, Limits, Run } from '../../nodes/shared/run';
import type { Clock } from '../../nodes/shared/transport/clock';
import { Gate } from '../../nodes/shared/transport/gate';
import { contextWith } from './context';

export interface RunSettings {
	clock: Clock;
	stopping: AbortController;
	/** Of n8n's helpers, those that the test needs. */
	helpers: object;
	limits?: Limits;
}

/** A run with its real gate, over a fake of n8n. */
export function runOf({ clock, stopping, helpers, limits = {} }: RunSettings): Run {
	const { signal } = stopping;
	const context = { ...contextWith({}), helpers } as unknown as IExecuteFunctions;
	const gate = new Gate(clock, limits.maxConcurrency);
	return {
		context,
		parameters: parametersOf(context),
		clock,
		gate,
		cancelled: signal,
		stopped: signal,
		resultsAtOnce: limits.resultsAtOnce ?? gate.most,
		isTool: false,
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
}

/** Item 7 of a run, with this key. */
export function itemOf(run: Run, key: string, options: Record<string, unknown> = {}): Item {
	return {
		run,
		itemIndex: 7,
		access: {
			baseUrl: 'https://api.example',
			account: key,
			hide: (text) => withoutKey(text, key),
			decrypted: { id: '', name: '', type: CREDENTIAL, data: {} },
		},
		connection: readConnection(options),
	};
}
