import { apiCases } from './cases/api';
import { fieldCases } from './cases/fields';
import { imageCases } from './cases/image';
import { submitCases } from './cases/submit';
import type { Case } from './types';

/** Every fault of the matrix, by the test file that runs it. */
export const CASES = {
	api: apiCases,
	fields: fieldCases,
	image: imageCases,
	submit: submitCases,
} as const satisfies Record<string, Case[]>;
