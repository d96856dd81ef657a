import { CASES } from './cases';
import { withEveryOnError } from './matrix';
import { testMatrix } from './wholeMatrix';

describe('a fault at the image host', () => {
	testMatrix('image', withEveryOnError(CASES.image));
});
