/** For Stryker (stryker.config.mjs), which runs the tests once for each mutant. */
module.exports = {
	rootDir: '../..',
	roots: ['<rootDir>/test'],
	testMatch: ['<rootDir>/test/mutation/unitTests.ts'],
	testEnvironment: require.resolve('./environment.cjs'),
	moduleNameMapper: { '^n8n-workflow$': '<rootDir>/test/mutation/n8nWorkflow.cjs' },
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.tools.json', diagnostics: false }],
	},
};
