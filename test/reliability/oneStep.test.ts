import { EVERY_ON_ERROR } from '../support/bench';
import type { Planned } from './matrix';
import { HASTE, oneStepCases } from './oneStep';
import { testMatrix } from './wholeMatrix';

/** All cases stop; each third of them has one of the other settings as well, or none. */
const plan = oneStepCases.flatMap((given, index): Planned[] =>
	EVERY_ON_ERROR.filter((_onError, setting) => setting === 0 || setting === index % 3).map(
		(onError) => ({ given, onError, waits: true }),
	),
);

describe('a fault while Doubao Portrait Submit waits for the portrait', () => {
	testMatrix('one-step', plan, HASTE);
});
