import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe.each([
	['a fault at the API', 'api'],
	['an answer of the API that is not as it should be', 'fields'],
] as const)('%s', (_where, part) => {
	testMatrix(part, withEveryOnError(CASES[part]));
});
