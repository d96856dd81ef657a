// Runs n8n's official community-package scanner on a folder, without the network.
// usage: node scan.mjs <folder> source|dist   (`dist` = an unpacked tarball)
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

const [, , folder, what] = process.argv;
const result = await analyzePackage(
	folder,
	what === 'dist' ? ['**/*.js', 'package.json'] : SOURCE_FILE_PATTERNS,
);
console.log(what, result.passed ? 'passed' : 'failed', result.message ?? '', result.details ?? '');
process.exitCode = result.passed ? 0 : 1;
