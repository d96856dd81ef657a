import { CASES } from './cases';
import { testMatrix } from './wholeMatrix';

describe('a fault at the API', () => {
	testMatrix('api', CASES.api);
});
