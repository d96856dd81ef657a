import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mutation testing: whether the unit tests notice when the code does something else. See docs/measuring.md. */
export default {
	mutate: [
		'nodes/shared/api/**/*.ts',
		'nodes/shared/delivery/**/*.ts',
		// What keeps the key to itself, and a portrait from being submitted twice.
		'nodes/shared/{apiKey,credential,failure,sentences}.ts',
		'nodes/DoubaoPortraitSubmit/ledger.ts',
		'!nodes/shared/delivery/description.ts',
	],
	plugins: ['@stryker-mutator/jest-runner', './test/mutation/ignored.mjs'],
	ignorers: ['prose', 'nothing'],
	testRunner: 'jest',
	jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	timeoutMS: 3_000,
	timeoutFactor: 2,
	incremental: true,
	incrementalFile: '.stryker/incremental.json',
	// Out of the sight of lint and jest, which would take the copy for more of the project.
	tempDirName: join(tmpdir(), 'doubao-portrait-mutants'),
	cleanTempDir: 'always',
	reporters: ['progress-append-only', 'clear-text', 'json'],
	jsonReporter: { fileName: '.stryker/report.json' },
	clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
	thresholds: { high: 95, low: 90, break: 90 },
};
