/** For Stryker (stryker.config.mjs), which runs the tests once for each mutant. */
module.exports = {
	rootDir: '../..',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/mutation/unitTests.cjs'],
	testEnvironment: require.resolve('./environment.cjs'),
	// Of what a mutant makes wait for ever, Jest is quicker rid than Stryker, which starts its runner anew.
	testTimeout: 3_000,
	moduleNameMapper: { '^n8n-workflow$': '<rootDir>/test/mutation/n8nWorkflow.cjs' },
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.tools.json', diagnostics: false }],
	},
};
