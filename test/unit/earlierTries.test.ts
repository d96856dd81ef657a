import type { IExecuteFunctions } from 'n8n-workflow';

import { EarlierTries } from '../../nodes/DoubaoPortraitSubmit/earlierTries';
import type { Failure } from '../../nodes/shared/failure';

const row = (taskId: string) => ({
	task_id: taskId,
	request_id: null,
	image_input: 'https://a.b/c',
});
const lost: Failure = { kind: 'network', message: 'It may have arrived', remedy: '' };

/** What n8n keeps for a node during one execution. */
function execution() {
	const kept: Record<string, unknown> = {};
	const tryOf = (runIndex: number, executionId = '7'): EarlierTries => {
		const context: Partial<IExecuteFunctions> = {
			getContext: () => kept,
			getExecutionId: () => executionId,
			evaluateExpression: () => runIndex,
		};
		return new EarlierTries(context as IExecuteFunctions);
	};
	return { kept, tryOf };
}

describe('what earlier tries of the same run submitted', () => {
	it('is found again by item', () => {
		const { tryOf } = execution();
		tryOf(0).submitted(3, row('1'));
		expect(tryOf(0).find(3)).toEqual(row('1'));
		expect(tryOf(0).find(2)).toBeUndefined();
	});

	it('includes the link of a photo that was uploaded, until it is submitted', () => {
		const { tryOf } = execution();
		tryOf(0).uploaded(1, 'https://file.302.ai/a.png');
		expect(tryOf(0).findPhoto(1)).toBe('https://file.302.ai/a.png');
		expect(tryOf(0).find(1)).toBeUndefined();
		expect(tryOf(0).findPhoto(0)).toBeUndefined();
	});

	it('is a failure where the answer was lost', () => {
		const { tryOf } = execution();
		tryOf(0).lost(1, lost);
		expect(() => tryOf(0).find(1)).toThrow('It may have arrived');
	});

	it.each([
		['run of the node', 1, '7'],
		['execution', 0, '8'],
	])('is not taken for that of the next %s', (_next, runIndex, executionId) => {
		const { tryOf } = execution();
		tryOf(0).submitted(0, row('1'));
		expect(tryOf(runIndex, executionId).find(0)).toBeUndefined();
	});

	it('is forgotten when the node runs again, so that a loop does not fill the data of the execution', () => {
		const { kept, tryOf } = execution();
		for (let runIndex = 0; runIndex < 500; runIndex += 1) {
			tryOf(runIndex).submitted(0, row(`task ${runIndex}`));
		}
		expect(JSON.stringify(kept).length).toBeLessThan(300);
	});
});
