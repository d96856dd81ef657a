import { CASES } from './cases';
import { testMatrix } from './whole-matrix';

describe('a fault at the API', () => {
	testMatrix('api', CASES.api);
});
