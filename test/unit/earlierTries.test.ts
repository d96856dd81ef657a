import type { IExecuteFunctions } from 'n8n-workflow';

import { EarlierTries } from '../../nodes/DoubaoPortraitSubmit/earlierTries';
import type { Failure } from '../../nodes/shared/failure';

const task = { task_id: '1', request_id: null, image_input: 'https://a.b/c' };
const failure: Failure = { kind: 'network', message: 'It may have arrived', remedy: '' };
const taken = { kind: 'task', itemIndex: 0, task } as const;
const lost = { kind: 'lost', failure } as const;
const photo = { kind: 'photo', link: 'https://file.302.ai/a.png' } as const;

/** In which way the node is run: as a node, or as a tool by n8n's engine or by the agent itself. */
type Way = 'node' | 'tool' | 'agent';

/** What n8n keeps for a node during one execution. */
function execution(way: Way = 'node') {
	const kept: Record<string, unknown> = {};
	const tryOf = (runIndex = 0, executionId = '7'): EarlierTries => {
		const context: Partial<IExecuteFunctions> = {
			getContext: (type) => (type === 'node' ? kept : {}),
			getExecutionId: () => executionId,
			evaluateExpression: () => runIndex,
			isToolExecution: () => way === 'agent',
			getNode: () => ({
				id: '',
				name: '',
				type: way === 'node' ? 'submit' : 'submitTool',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			}),
		};
		return new EarlierTries(context as IExecuteFunctions);
	};
	return { kept, tryOf };
}

/** The end of a call that got something, and did not hand it out. */
function endUnfulfilled(
	one: EarlierTries,
	wish: string,
	outcome: typeof taken | typeof lost,
): void {
	one.remember(wish, outcome);
	one.wishIsOpen();
	one.end();
}

describe('what earlier tries of the same run of a node submitted', () => {
	it('is found again', () => {
		const { tryOf } = execution();
		tryOf().remember('3.0', taken);
		const again = tryOf();
		expect(again.take('3.0')).toEqual(task);
		expect(again.take('2.0')).toBeUndefined();
	});

	it('belongs to the one who took it, until it is remembered again', () => {
		const { tryOf } = execution();
		tryOf().remember('0.0', taken);
		const again = tryOf();
		again.take('0.0');
		expect(again.take('0.0')).toBeUndefined();
		again.remember('0.0', taken);
		expect(tryOf().take('0.0')).toEqual(task);
	});

	it('includes the link of a photo that was uploaded', () => {
		const { tryOf } = execution();
		tryOf().remember('file of anna', photo);
		expect(tryOf().findPhoto('file of anna')).toBe(photo.link);
		expect(tryOf().findPhoto('file of ben')).toBeUndefined();
		expect(tryOf().take('file of anna')).toBeUndefined();
		expect(tryOf().findPhoto('file of anna')).toBe(photo.link);
	});

	it('is a failure where the answer was lost, each time', () => {
		const { tryOf } = execution();
		tryOf().remember('1.0', lost);
		const again = tryOf();
		expect(() => again.take('1.0')).toThrow('It may have arrived');
		expect(() => again.take('1.0')).toThrow('It may have arrived');
	});

	it.each([
		['run of the node', 1, '7'],
		['execution', 0, '8'],
	])('is not taken for that of the next %s', (_next, runIndex, executionId) => {
		const { tryOf } = execution();
		tryOf().remember('0.0', taken);
		tryOf().remember('1.0', lost);
		const next = tryOf(runIndex, executionId);
		expect(next.take('0.0')).toBeUndefined();
		expect(next.take('1.0')).toBeUndefined();
	});

	it('is forgotten when the node runs again, so that a loop does not fill the data of the execution', () => {
		const { kept, tryOf } = execution();
		for (let runIndex = 0; runIndex < 500; runIndex += 1) {
			const one = tryOf(runIndex);
			one.remember(`photo ${runIndex}`, photo);
			one.remember('0.0', taken);
			one.wishIsOpen();
		}
		expect(JSON.stringify(kept).length).toBeLessThan(500);
	});
});

it('knows whether there was an earlier try of its run that got anything', () => {
	const { tryOf } = execution();
	const first = tryOf();
	expect(first.isFirst).toBe(true);
	first.remember('0.0', lost);
	expect(tryOf().isFirst).toBe(false);
	expect(tryOf(1).isFirst).toBe(true);
});

it('knows all tasks of its run, and how many nobody knows of', () => {
	const { tryOf } = execution();
	const first = tryOf();
	first.remember('1.0', { ...taken, itemIndex: 1, task: { ...task, task_id: '2' } });
	first.remember('0.0', taken);
	first.remember('2.0', lost);
	const again = tryOf();
	expect(again.taskIds).toEqual(['1', '2']);
	expect(again.inDoubt).toBe(1);
	expect(tryOf(1).taskIds).toEqual([]);
});

describe.each<[Way, number]>([
	['tool', 1],
	['agent', 0],
])('when an agent wishes for the same again (%s)', (way, nextRun) => {
	it('a task that came to grief is taken up again, as often as it does', () => {
		const { tryOf } = execution(way);
		for (let call = 0; call < 3; call += 1) {
			const one = tryOf(call * nextRun);
			expect(one.take('a king')).toEqual(call === 0 ? undefined : task);
			endUnfulfilled(one, 'a king', taken);
		}
	});

	it('one that was handed out is another portrait', () => {
		const { tryOf } = execution(way);
		const first = tryOf();
		first.remember('a king', taken);
		first.end();
		expect(tryOf(nextRun).take('a king')).toBeUndefined();
	});

	it('one that was handed out while another of the same call was not is the same portrait', () => {
		const { tryOf } = execution(way);
		endUnfulfilled(tryOf(), 'a king, the first', taken);
		expect(tryOf(nextRun).take('a king, the first')).toEqual(task);
	});

	it('one of which nobody knows is not submitted again', () => {
		const { tryOf } = execution(way);
		endUnfulfilled(tryOf(), 'a king', lost);
		expect(() => tryOf(nextRun).take('a king')).toThrow('It may have arrived');
		expect(tryOf(2 * nextRun).take('a queen')).toBeUndefined();
	});

	it('what a call left is there for a later one, whatever was called between them', () => {
		const { tryOf } = execution(way);
		endUnfulfilled(tryOf(), 'a king', taken);
		const second = tryOf(nextRun);
		expect([second.taskIds, second.inDoubt]).toEqual([[], 0]);
		second.remember('a queen', lost);
		expect([second.taskIds, second.inDoubt]).toEqual([[], 1]);
		second.end();
		expect(tryOf(2 * nextRun).take('a king')).toEqual(task);
	});

	it('what a call that goes on got is there for a later one, when it fails in the end', () => {
		const { tryOf } = execution(way);
		const first = tryOf();
		first.remember('a king', taken);
		first.remember('file of anna', photo);
		tryOf(nextRun).end();
		first.wishIsOpen();
		first.end();
		const third = tryOf(2 * nextRun);
		expect(third.take('a king')).toEqual(task);
		expect(third.findPhoto('file of anna')).toBe(photo.link);
	});

	it('what a call got that goes on is not handed out by another one, for which it is another portrait', () => {
		const { tryOf } = execution(way);
		const first = tryOf();
		first.remember('a king', taken);
		first.wishIsOpen();
		expect(tryOf(nextRun).take('a king')).toBeUndefined();
	});

	it('what a call learns after another one began is not lost', () => {
		const { tryOf } = execution(way);
		const first = tryOf();
		first.wishIsOpen();
		tryOf(nextRun).end();
		first.remember('a king', taken);
		first.end();
		expect(tryOf(2 * nextRun).take('a king')).toEqual(task);
	});

	it('what a call learns while others begin is not lost', () => {
		const { tryOf } = execution(way);
		const first = tryOf();
		tryOf(nextRun).end();
		first.remember('a king', taken);
		tryOf(2 * nextRun).end();
		first.wishIsOpen();
		first.end();
		expect(tryOf(3 * nextRun).take('a king')).toEqual(task);
	});

	it('calls that came to nothing do not fill the data of the execution', () => {
		const { kept, tryOf } = execution(way);
		const first = tryOf();
		first.remember('a king', taken);
		for (let part = 0; part < 500; part += 1) first.wishIsOpen();
		first.end();
		for (let call = 1; call < 500; call += 1) {
			const one = tryOf(call * nextRun);
			one.wishIsOpen();
			one.end();
		}
		expect(JSON.stringify(kept).length).toBeLessThan(500);
		expect(tryOf(500 * nextRun).take('a king')).toEqual(task);
	});

	it('what a call leaves that goes on meanwhile is not lost', () => {
		const { tryOf } = execution(way);
		const [one, other] = [tryOf(), tryOf(nextRun)];
		one.remember('a king', taken);
		one.wishIsOpen();
		other.remember('a queen', taken);
		other.wishIsOpen();
		one.end();
		other.end();
		const third = tryOf(2 * nextRun);
		expect([third.take('a king'), third.take('a queen')]).toEqual([task, task]);
	});
});

it('n8n trying a tool once more in the same run gets what was handed out too, beside what failed', () => {
	const { tryOf } = execution('tool');
	tryOf().remember('a king', taken);
	expect(tryOf().take('a king')).toEqual(task);
});
