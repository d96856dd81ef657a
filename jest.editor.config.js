const e2e = require('./jest.e2e.config.js');

/** `npm run test:editor`: the packed package in real n8n's editor, in Chromium, as a new user meets it. */
module.exports = {
	...e2e,
	testMatch: ['<rootDir>/test/editor/**/*.test.ts'],
};
