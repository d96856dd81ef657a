import { readDeliverySettings, type DeliverySettings } from '../shared/delivery/settings';
import { readIncludeOtherFields } from '../shared/otherFields';
import { readBoolean, readOptions, type ReadParameter } from '../shared/parameters';

/** The parameters of one item, checked. */
interface ResultSettings {
	delivery: DeliverySettings;
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
		includeOtherFields: readIncludeOtherFields(options),
	};
}
