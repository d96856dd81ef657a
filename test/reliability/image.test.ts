import { CASES } from './cases';
import { testMatrix } from './wholeMatrix';

describe('a fault at the image host', () => {
	testMatrix('image', CASES.image);
});
