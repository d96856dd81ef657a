import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mutation testing: whether the unit tests notice when the code does something else. See docs/measuring.md. */
export default {
	mutate: [
		'nodes/shared/portrait/**/*.ts',
		'nodes/shared/delivery/**/*.ts',
		'!nodes/shared/delivery/description.ts',
	],
	plugins: ['@stryker-mutator/jest-runner', './test/mutation/prose.mjs'],
	ignorers: ['prose'],
	testRunner: 'jest',
	jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	// Jest keeps something of every run: without it the last mutants take four times as long as the first.
	maxTestRunnerReuse: 30,
	timeoutMS: 10_000,
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
