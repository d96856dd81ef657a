const fast = require('../../jest.config.js');

/** The packed package in real n8n. scripts/testN8n.ts brings n8n, packs, and says which of the folders here to run. */
module.exports = {
	...fast,
	rootDir: '../..',
	testPathIgnorePatterns: ['/node_modules/'],
	setupFiles: [],
	// One n8n at a time.
	maxWorkers: 1,
	// A safety net only: a step of n8n takes seconds.
	testTimeout: 300_000,
};
