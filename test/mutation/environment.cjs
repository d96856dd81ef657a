const asyncHooks = require('node:async_hooks');
const StrykerEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

const storages = new Set();

asyncHooks.AsyncLocalStorage = class extends asyncHooks.AsyncLocalStorage {
	constructor(...options) {
		super(...options);
		storages.add(this);
	}
};

/** What makes some two thousand runs of all unit tests bearable: one for each mutant. Nothing here changes which mutants are noticed. */
module.exports = class extends StrykerEnvironment {
	isNoticed = false;

	constructor(config, context) {
		super(config, context);
		// Loaded once for all mutants, which halves the time of each.
		this.global.n8nWorkflow = require('n8n-workflow');
	}

	/** Stryker's environment calls this before it does its own part. */
	handleTestEvent(event, state) {
		if (event.name === 'setup' && event.testNamePattern) {
			const names = namesIn(event.testNamePattern);
			state.testNamePattern = { test: (name) => names.has(name) };
			this.global.wantedTests = names;
		}
		// The mutant is noticed by then, and Jest itself stops only between two files.
		if (event.name === 'test_done' && event.test.errors.length > 0) this.isNoticed = true;
		if (event.name === 'test_start' && this.isNoticed) event.test.mode = 'skip';
	}

	/** Jest starts a storage for each run and never ends it, and Node carries every one along with each promise: the 40th run took twice as long as the first. */
	async teardown() {
		await super.teardown();
		for (const storage of storages) storage.disable();
		storages.clear();
	}
};

/** Stryker asks for tests by one pattern, `(name)|(name)…`, which took seconds to try on each of two thousand names. */
function namesIn(pattern) {
	const names = pattern.slice(1, -1).split(')|(');
	return new Set(names.map((name) => name.replace(/\\(.)/g, '$1')));
}
