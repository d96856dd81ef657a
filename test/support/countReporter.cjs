// Adds what a jest run counted to $JEST_RESULTS_DIR, so that .ci/run can sum several runs up.
const { appendFileSync } = require('node:fs');
const path = require('node:path');

module.exports = class CountReporter {
	onRunComplete(_contexts, results) {
		const folder = process.env.JEST_RESULTS_DIR;
		if (!folder) return;
		// A test file that cannot be run at all counts as one failed test: it must not look like none.
		const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
		const line = JSON.stringify({ passed: results.numPassedTests, failed });
		appendFileSync(path.join(folder, 'counts.jsonl'), `${line}\n`);
	}
};
