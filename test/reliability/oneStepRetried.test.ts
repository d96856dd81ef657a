import { EVERY_ON_ERROR } from '../support/bench';
import type { Planned } from './matrix';
import { HASTE, oneStepCases } from './oneStep';
import type { Case } from './types';
import { testMatrix } from './wholeMatrix';

/** A try behind the first one does not even get the answers that were let through. */
function asLastTried(given: Case): Case {
	if (!given.fault?.skip) return given;
	const outcome = {
		kind: 'fails',
		says: /connection was lost/,
		advises: /as long as 302\.AI keeps it/,
	} as const;
	return { ...given, outcome };
}

/** Each case with one of the settings; what recovers is not tried again. */
const plan = oneStepCases
	.filter(({ outcome }) => outcome.kind === 'fails')
	.map((given, index): Planned => {
		const onError = EVERY_ON_ERROR[index % EVERY_ON_ERROR.length];
		return { given: asLastTried(given), onError, waits: true, retries: true };
	});

describe('a fault while Doubao Portrait Submit waits for the portrait, and is run again', () => {
	testMatrix('one-step-retried', plan, HASTE);
});
