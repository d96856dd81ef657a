import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { Ledger, type SubmittedRow } from '../../nodes/DoubaoPortraitSubmit/ledger';
import { failed, type Failure } from '../../nodes/shared/failure';

const NO_LIMIT = Number.POSITIVE_INFINITY;
const task = (id: string): SubmittedRow => ({ task_id: id, request_id: null, image_input: null });

interface Execution {
	id?: string;
	mode?: string;
	runIndex?: number;
	isTool?: boolean;
}

/** What n8n keeps of a node, and the ledgers of its runs over it. */
function node() {
	const place: IDataObject = {};
	let last = '';
	const begin = ({ id = 'one', mode = 'manual', runIndex = 0, isTool = false }: Execution = {}) => {
		// From one execution to the next n8n hands it over as JSON.
		if (id !== last) Object.assign(place, JSON.parse(JSON.stringify(place)));
		last = id;
		const context = {
			getContext: (type: string) => (type === 'node' ? place : {}),
			getExecutionId: () => id,
			getMode: () => mode,
			evaluateExpression: () => runIndex,
		} as unknown as IExecuteFunctions;
		return new Ledger(context, isTool);
	};
	return { place, begin };
}

let { place, begin } = node();
beforeEach(() => {
	({ place, begin } = node());
});

/** What becomes of one wish: its task, or the message of its failure. */
async function wishOf(
	ledger: Ledger,
	words: string,
	submit: () => Promise<SubmittedRow>,
	most = NO_LIMIT,
): Promise<string> {
	const wish = ledger.wishFor(words);
	return await ledger.once(wish, most, submit).then(
		({ task: { task_id }, isNew }) => `${isNew ? 'new' : 'there'} ${task_id}`,
		(error: Error) => error.message,
	);
}

const takes = (id: string) => async () => await Promise.resolve(task(id));
const fails = (submitted: Failure['submitted'], message: string) => async () => {
	throw failed({ kind: 'api', message, remedy: '', submitted });
};
const never = async () => {
	throw new Error('This must not be submitted');
};

describe('a portrait that is there', () => {
	it('is not submitted again by a later try, and by the next run of a loop it is', async () => {
		expect(await wishOf(begin(), 'item 0', takes('7'))).toBe('new 7');
		expect(await wishOf(begin(), 'item 0', never)).toBe('there 7');
		expect(await wishOf(begin({ runIndex: 1 }), 'item 0', takes('8'))).toBe('new 8');
	});

	it('is not submitted again by a retry from the list, unless 302.AI ended it', async () => {
		const before = begin();
		await wishOf(before, 'item 0', takes('7'));
		await wishOf(before, 'item 1', takes('8'));
		before.ended(before.wishFor('item 1'));
		const retry = begin({ id: 'two', mode: 'retry' });
		expect(await wishOf(retry, 'item 0', never)).toBe('there 7');
		expect(await wishOf(retry, 'item 1', takes('9'))).toBe('new 9');
	});

	it('of another execution, or what is no ledger, counts for nothing', async () => {
		place.portraitSubmits = { execution: 'one' };
		await wishOf(begin(), 'item 0', takes('7'));
		expect(await wishOf(begin({ id: 'two' }), 'item 0', takes('8'))).toBe('new 8');
	});

	it('that 302.AI ended is not submitted again by Retry On Fail', async () => {
		const first = begin();
		await wishOf(first, 'item 0', takes('7'));
		first.ended(first.wishFor('item 0'));
		first.ended('unknown');
		first.handedOut();
		expect(await wishOf(begin(), 'item 0', never)).toBe('there 7');
	});
});

describe('a submit', () => {
	it.each(['manual', 'retry'])(
		'whose answer was lost fails again with the same words, and is not repeated (%s)',
		async (mode) => {
			expect(await wishOf(begin(), 'item 0', fails('unknown', 'Lost'))).toBe('Lost');
			const id = mode === 'retry' ? 'two' : 'one';
			expect(await wishOf(begin({ id, mode }), 'item 0', never)).toBe('Lost');
		},
	);

	it('that was on its way when the try ended is in doubt', async () => {
		const first = begin();
		void first.once(first.wishFor('item 0'), NO_LIMIT, async () => await new Promise(() => {}));
		expect(first.inDoubt).toBe(1);
		const again = begin();
		expect(again.has(again.wishFor('item 0'))).toBe(true);
		await expect(again.once(again.wishFor('item 0'), NO_LIMIT, never)).rejects.toMatchObject({
			failure: {
				kind: 'api',
				message: expect.stringMatching(/ended before the answer/),
				remedy: '',
				submitted: 'unknown',
			},
		});
	});

	it('that a stop ended is in doubt, but not because of the stop', async () => {
		const stopped = async () => {
			throw failed({ kind: 'cancelled', message: 'Stop', remedy: '', submitted: 'unknown' });
		};
		expect(await wishOf(begin(), 'item 0', stopped)).toBe('Stop');
		expect(await wishOf(begin(), 'item 0', never)).toMatch(/ended before the answer/);
	});

	it('that surely was not taken is submitted at the next try', async () => {
		expect(await wishOf(begin(), 'item 0', fails('no', 'Refused'))).toBe('Refused');
		expect(await wishOf(begin(), 'item 0', takes('7'))).toBe('new 7');
	});

	it('that failed in a way nobody foresaw is in doubt', async () => {
		const defect = async () => {
			throw new TypeError('x is undefined');
		};
		expect(await wishOf(begin(), 'item 0', defect)).toBe('x is undefined');
		expect(await wishOf(begin(), 'item 0', never)).toBe('x is undefined');
	});
});

describe('what is paid for', () => {
	it('is told at any time: tasks and doubts, not those of another run', async () => {
		await wishOf(begin(), 'item 0', takes('6'));
		const ledger = begin({ runIndex: 1 });
		await wishOf(ledger, 'item 0', takes('7'));
		await wishOf(ledger, 'item 1', fails('unknown', 'Lost'));
		await wishOf(ledger, 'item 2', fails('no', 'Refused'));
		expect([ledger.taskIds, ledger.inDoubt]).toEqual([['7'], 1]);
	});

	it('does not grow without end in a loop', async () => {
		for (let runIndex = 0; runIndex < 50; runIndex += 1) {
			await wishOf(begin({ runIndex }), 'item 0', takes(String(runIndex)));
		}
		expect(JSON.stringify(place).length).toBeLessThan(400);
	});

	it('is never more than allowed in one execution, all runs together, and what was refused does not count', async () => {
		expect(await wishOf(begin(), 'item 0', fails('no', 'Refused'), 2)).toBe('Refused');
		expect(await wishOf(begin(), 'item 0', takes('7'), 2)).toBe('new 7');
		const next = begin({ runIndex: 1 });
		expect(await wishOf(next, 'item 0', fails('unknown', 'Lost'), 2)).toBe('Lost');
		await expect(next.once(next.wishFor('item 1'), 2, never)).rejects.toMatchObject({
			failure: {
				kind: 'parameter',
				message: "'Max Portraits per Execution' is reached: 2",
				others: { taskIds: [], inDoubt: 0 },
			},
		});
		// A retry from the list is another execution.
		const retry = begin({ id: 'two', mode: 'retry', runIndex: 1 });
		expect(await wishOf(retry, 'item 1', takes('8'), 1)).toBe('new 8');
	});
});

describe("an agent's call", () => {
	const isTool = true;

	it('with the same words gets what an earlier one left, until all was handed out', async () => {
		await wishOf(begin({ isTool }), 'anna', takes('7'));
		const again = begin({ isTool });
		expect(await wishOf(again, 'anna', never)).toBe('there 7');
		again.handedOut();
		expect(await wishOf(begin({ isTool }), 'anna', takes('8'))).toBe('new 8');
	});

	it('makes another portrait while one with the same words goes on', async () => {
		const first = begin({ isTool });
		void first.once(first.wishFor('anna'), NO_LIMIT, async () => await new Promise(() => {}));
		expect(await wishOf(begin({ isTool }), 'anna', takes('8'))).toBe('new 8');
	});

	it('is another portrait than one with the same words that has not been submitted yet', () => {
		const [one, other] = [begin({ isTool }), begin({ isTool })];
		const wishes = [one.wishFor('anna'), other.wishFor('anna'), other.wishFor('anna')];
		expect(new Set(wishes).size).toBe(3);
		expect(wishes.filter((wish) => one.has(wish))).toEqual([]);
	});

	it('leaves what became of it to the next one, although another call began meanwhile', async () => {
		const one = begin({ isTool });
		begin({ isTool });
		expect(await wishOf(one, 'anna', fails('unknown', 'Lost'))).toBe('Lost');
		expect(await wishOf(begin({ isTool }), 'anna', never)).toBe('Lost');
		expect(await wishOf(begin({ isTool }), 'bert', fails('no', 'Refused'))).toBe('Refused');
		const retry = begin({ id: 'two', mode: 'retry', isTool });
		expect(retry.wishFor('bert')).not.toMatch(/again/);
	});

	it('has nothing once another one handed out what both found', async () => {
		await wishOf(begin({ isTool }), 'anna', takes('7'));
		const [one, other] = [begin({ isTool }), begin({ isTool })];
		const wish = other.wishFor('anna');
		await wishOf(one, 'anna', never);
		one.handedOut();
		expect(other.has(wish)).toBe(false);
	});

	it('counts with all others of the execution', async () => {
		const [one, other] = [begin({ isTool }), begin({ isTool })];
		expect(await wishOf(one, 'anna', takes('7'), 1)).toBe('new 7');
		expect([one, other].map(({ taskIds }) => taskIds)).toEqual([['7'], []]);
		expect(await wishOf(other, 'bert', never, 1)).toMatch(/is reached: 1/);
	});
});

it('a photo that was uploaded is not uploaded again by a later try', () => {
	begin().keepPhoto('file 1', 'https://file.302.ai/a.png');
	expect(begin().photo('file 1')).toBe('https://file.302.ai/a.png');
	expect(begin({ id: 'two', mode: 'retry' }).photo('file 1')).toBe('https://file.302.ai/a.png');
	expect(begin({ id: 'three' }).photo('file 1')).toBeUndefined();
});
