import { CASES } from './cases';
import { testMatrix } from './wholeMatrix';

describe('a fault at an order', () => {
	testMatrix('submit', CASES.submit);
});
