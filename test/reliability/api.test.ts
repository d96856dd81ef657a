import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe('a fault at the API', () => {
	testMatrix('api', withEveryOnError(CASES.api));
});
