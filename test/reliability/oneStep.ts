import { CASES } from './cases';
import type { Case } from './types';

/** By file as well, where the fault strikes the order. What is too short for the order may be too short for the upload, too. */
const fromFile = CASES.submit
	.filter(({ at }) => at === 'submit')
	.map((given): Case => {
		const { name, parameters, options } = given;
		return {
			...given,
			name: `${name}, for a file`,
			parameters: { ...parameters, imageSource: 'binary' },
			options: options?.requestTimeout ? { ...options, requestTimeout: 2 } : options,
		};
	});

/** Not so where it does not wait, where an order would be struck, of which there is a case of its own, and where the address changes: an item keeps the one that its credential had when it began. */
const isOfOneStep = ({ at, parameters, sandbox, options, baseUrl }: Case): boolean => {
	const isUntrusted = sandbox?.tls === true && !options?.allowUnauthorizedCerts;
	const isStruckEarly = at === 'api' && (isUntrusted || baseUrl !== undefined);
	return parameters?.waitForCompletion !== false && !isStruckEarly;
};

/** Without it, three times six downloads and the pauses between them would take a minute. */
export const HASTE = 6;

/** They must get their order through in that time, so they begin before there is much else to do. */
const isShortOfTime = ({ options }: Case): boolean => Number(options?.requestTimeout) < 1;

const cases = [...CASES.image, ...CASES.api, ...CASES.fields, ...CASES.submit, ...fromFile].filter(
	isOfOneStep,
);

/** Everything that can befall a portrait that is made in one step. */
export const oneStepCases: Case[] = [
	...cases.filter(isShortOfTime),
	...cases.filter((given) => !isShortOfTime(given)),
];
