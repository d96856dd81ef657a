import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe('a fault at an order', () => {
	testMatrix('submit', withEveryOnError(CASES.submit));
});
