import { CASES } from './cases';
import { testMatrix } from './whole-matrix';

describe('an answer of the API that is not as it should be', () => {
	testMatrix('fields', CASES.fields);
});
