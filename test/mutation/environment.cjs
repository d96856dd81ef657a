const StrykerEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/** Skips all further tests once one has failed: the mutant is noticed by then. Jest itself stops only between two files. */
module.exports = class extends StrykerEnvironment {
	isNoticed = false;

	// Stryker's environment calls it before its own.
	handleTestEvent(event) {
		if (event.name === 'test_done' && event.test.errors.length > 0) this.isNoticed = true;
		if (event.name === 'test_start' && this.isNoticed) event.test.mode = 'skip';
	}
};
