// Prints the milliseconds that n8n's own loader takes for a community package, over those for an empty one.
// usage: NODE_PATH=<n8n's node_modules> node loadPackage.cjs <n8n's node_modules> <package folder> <empty package>
const { createRequire } = require('node:module');
const path = require('node:path');

const [nodeModules, ours, empty] = process.argv.slice(2);
const n8n = createRequire(path.join(nodeModules, 'n8n', 'package.json'));
n8n('reflect-metadata');
const { PackageDirectoryLoader } = n8n('n8n-core');

function load(folder) {
	const startedAt = performance.now();
	// It does all its work before it returns its promise.
	void new PackageDirectoryLoader(folder).loadAll();
	return performance.now() - startedAt;
}

load(empty); // Loads what n8n has loaded long before it comes to a community package.
const forNothing = load(empty);
console.log(load(ours) - forNothing);
