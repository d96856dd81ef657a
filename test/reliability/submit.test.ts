import { CASES } from './cases';
import { testMatrix } from './whole-matrix';

describe('a fault at an order', () => {
	testMatrix('submit', CASES.submit);
});
