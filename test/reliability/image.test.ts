import { CASES } from './cases';
import { testMatrix } from './whole-matrix';

describe('a fault at the image host', () => {
	testMatrix('image', CASES.image);
});
