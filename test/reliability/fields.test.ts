import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe('an answer of the API that is not as it should be', () => {
	testMatrix('fields', withEveryOnError(CASES.fields));
});
