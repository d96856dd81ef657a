const StrykerEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

module.exports = class extends StrykerEnvironment {
	isNoticed = false;

	constructor(config, context) {
		super(config, context);
		// Loaded once for all mutants, which halves the time of each.
		this.global.n8nWorkflow = require('n8n-workflow');
	}

	/**
	 * Skips all further tests once one has failed: the mutant is noticed by then, and Jest itself stops only between two files.
	 * Stryker's environment calls this before it does its own part.
	 */
	handleTestEvent(event) {
		if (event.name === 'test_done' && event.test.errors.length > 0) this.isNoticed = true;
		if (event.name === 'test_start' && this.isNoticed) event.test.mode = 'skip';
	}
};
