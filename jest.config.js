/** The fast tests: no browser, no n8n server. Those in real n8n have test/n8n/jest.config.js. Types are checked by `npm run typecheck`. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/n8n/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/real-n8n/versions/'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.tools.json', diagnostics: false }],
	},
	globalSetup: '<rootDir>/test/support/makeTemporaryFolder.ts',
	globalTeardown: '<rootDir>/test/support/removeTemporaryFolder.ts',
	setupFiles: ['<rootDir>/test/support/setup.ts'],
	reporters: ['default', '<rootDir>/test/support/countReporter.cjs'],
	// Most of their time the tests wait, for sockets and for the pauses between two tries.
	maxWorkers: 4,
	// Nothing is left open in a worker, but one that held a gigabyte takes a while to go on a busy machine: Jest would call it a leak after half a second.
	workerGracefulExitTimeout: 10_000,
	testTimeout: 60_000,
};
