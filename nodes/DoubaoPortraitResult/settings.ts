import { readDeliverySettings, type DeliverySettings } from '../shared/delivery/settings';
import { readIncludeOtherFields } from '../shared/otherFields';
import { readBoolean, readConnection, readOptions, type ReadParameter } from '../shared/parameters';
import type { Connection } from '../shared/transport/connection';

/** The parameters of one item, checked. */
interface ResultSettings {
	delivery: DeliverySettings;
	connection: Connection;
	includeOtherFields: boolean;
}

/** @throws FailureError of kind `parameter`, before anything is sent. */
export function readSettings(parameter: ReadParameter, isTool: boolean): ResultSettings {
	const options = readOptions(parameter);
	return {
		delivery: readDeliverySettings(parameter, options, {
			isTool,
			waitForCompletion: readBoolean(parameter('waitForCompletion', true), 'Wait for Completion'),
			fileField: 'binaryPropertyName',
		}),
		connection: readConnection(options),
		includeOtherFields: readIncludeOtherFields(options),
	};
}
