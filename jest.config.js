/** The fast tests: no browser, no n8n server. Types are checked by `npm run typecheck`. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(e2e|editor|queue)/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/real-n8n/', '<rootDir>/.demo/'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.tools.json', diagnostics: false }],
	},
	setupFiles: ['<rootDir>/test/setup.ts'],
	reporters: ['default', '<rootDir>/scripts/count-reporter.cjs'],
	// A failed test may leave an execution behind that waits for minutes.
	forceExit: true,
	testTimeout: 60_000,
};
