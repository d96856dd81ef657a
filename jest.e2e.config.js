const { compilerOptions } = require('./tsconfig.json');

/** The packed package in real n8n; run by scripts/e2e.ts, which installs n8n and packs first. */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	transform: {
		// Types are checked by `npm run typecheck`.
		'^.+\\.ts$': [
			'ts-jest',
			{ tsconfig: { ...compilerOptions, isolatedModules: true }, diagnostics: false },
		],
	},
	// One n8n at a time.
	maxWorkers: 1,
	// A safety net only: a step of n8n takes seconds.
	testTimeout: 300_000,
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/real-n8n/', '<rootDir>/.demo/'],
	reporters: ['default', '<rootDir>/scripts/count-reporter.cjs'],
};
