import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe.each([
	['a fault at the image host', 'image'],
	['a fault at an order', 'submit'],
] as const)('%s', (_where, part) => {
	testMatrix(part, withEveryOnError(CASES[part]));
});
