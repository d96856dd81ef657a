// Prints the sum of what test/support/countReporter.cjs has written into a folder, as the last line of .ci/run.
// usage: node sumCounts.cjs <folder>
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const file = path.join(process.argv[2], 'counts.jsonl');
const runs = existsSync(file)
	? readFileSync(file, 'utf8')
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
	: [];
const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
