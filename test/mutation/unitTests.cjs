/** The unit tests of what is mutated, in one file, so that their modules are loaded once for each mutant; the slow ones last. */
const FILES = [
	'failure',
	'credential',
	'ledger',
	'taskId',
	'calls',
	'answer',
	'judge',
	'verdictTables',
	'networkError',
	'sentences',
	'imageFormat',
	'settings',
	'errors',
	'delivery',
	'waiting',
];

/** Those with tests that come by the mutant, whose full names environment.cjs has set; all where it has not. */
const wantedFiles = FILES.filter((file) => {
	if (typeof wantedTests === 'undefined') return true;
	return [...wantedTests].some((name) => name.startsWith(`${file} `));
});

for (const file of wantedFiles) {
	describe(file, () => {
		require(`../unit/${file}.test`);
	});
}
