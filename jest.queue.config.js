const e2e = require('./jest.e2e.config.js');

/** `npm run test:queue`: the packed package in a cluster of real n8n's, one of which is killed. Brings Redis and PostgreSQL itself. */
module.exports = {
	...e2e,
	testMatch: ['<rootDir>/test/queue/**/*.test.ts'],
	// Four processes of n8n start before the first execution, and n8n gives a killed worker's jobs a minute and a half.
	testTimeout: 900_000,
};
