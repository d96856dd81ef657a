import type { IExecuteFunctions } from 'n8n-workflow';

import { withoutKey } from '../../nodes/shared/apiKey';
import { readConnection } from '../../nodes/shared/connection';
import { CREDENTIAL } from '../../nodes/shared/credential';
import { readDeliverySettings, type DeliverySettings } from '../../nodes/shared/delivery/settings';
import { parametersOf, readBoolean, readOptions } from '../../nodes/shared/parameters';
import { laneFor, type Item, type Run } from '../../nodes/shared/run';
import type { Clock } from '../../nodes/shared/transport/clock';
import { Gate } from '../../nodes/shared/transport/gate';
import { contextWith, parametersWith } from './context';

export interface RunSettings {
	clock: Clock;
	stopping: AbortController;
	/** Of n8n's helpers, those that the test needs. */
	helpers: object;
	maxConcurrency?: number;
}

/** A run with its real gate, over a fake of n8n. */
export function runOf({ clock, stopping, helpers, maxConcurrency }: RunSettings): Run {
	const { signal } = stopping;
	const context = { ...contextWith({}), helpers } as unknown as IExecuteFunctions;
	const run: Run = {
		context,
		parameters: parametersOf(context),
		clock,
		gate: new Gate(clock, signal, maxConcurrency),
		cancelled: signal,
		stopped: signal,
		isTool: false,
		handedOutLinks: false,
		stop: (reason) => stopping.abort(reason),
	};
	laneFor(run, 'files');
	return run;
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

/** What Doubao Portrait Result reads from its panel about how a portrait is handed over. */
export function deliveryWith(
	given: Record<string, unknown> = {},
	isTool = false,
): DeliverySettings {
	const parameter = parametersWith(given);
	return readDeliverySettings(parameter, readOptions(parameter), {
		isTool,
		waitForCompletion: readBoolean(parameter('waitForCompletion', true), 'Wait for Completion'),
		fileField: 'binaryPropertyName',
	});
}
