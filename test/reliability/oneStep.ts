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

/** It always waits. */
const isCheckedOnce = ({ parameters }: Case): boolean => parameters?.waitForCompletion === false;
/** It strikes the order, of which there is a case of its own. */
const isUntrusted = ({ at, sandbox, options }: Case): boolean =>
	at === 'api' && sandbox?.tls === true && !options?.allowUnauthorizedCerts;

/** An item keeps the address that its credential had when it began. */
const isElsewhere = ({ at, baseUrl }: Case): boolean => at === 'api' && baseUrl !== undefined;

/** Without it, three times six downloads and the pauses between them would take a minute. */
export const HASTE = 6;

/** They must get their order through in that time, so they begin before there is much else to do. */
const isShortOfTime = ({ options }: Case): boolean => Number(options?.requestTimeout) < 1;

const cases = [...CASES.image, ...CASES.api, ...CASES.fields, ...CASES.submit, ...fromFile].filter(
	(given) => !isCheckedOnce(given) && !isUntrusted(given) && !isElsewhere(given),
);

/** Everything that can befall a portrait that is made in one step. */
export const oneStepCases: Case[] = [
	...cases.filter(isShortOfTime),
	...cases.filter((given) => !isShortOfTime(given)),
];
