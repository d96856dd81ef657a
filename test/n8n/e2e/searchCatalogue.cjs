/**
 * Searches the nodes of an n8n as its assistant does: node searchCatalogue.cjs <n8n's command> <file with all node types> <text>
 * Prints the names of the first five, as JSON. Runs in n8n's own Node.js, with n8n's own search.
 */
const { readFileSync, realpathSync } = require('node:fs');
const { createRequire } = require('node:module');

const [cli, typesFile, text] = process.argv.slice(2);
const requireFromN8n = createRequire(realpathSync(cli));

function searchEngine() {
	try {
		return requireFromN8n('@n8n/ai-utilities/node-catalog').NodeSearchEngine;
	} catch (error) {
		if (error.code !== 'MODULE_NOT_FOUND') throw error;
		// Its place in n8n 1.
		return requireFromN8n('@n8n/ai-workflow-builder/dist/tools/engines/node-search-engine.js')
			.NodeSearchEngine;
	}
}

const NodeSearchEngine = searchEngine();
const found = new NodeSearchEngine(JSON.parse(readFileSync(typesFile, 'utf8'))).searchByName(
	text,
	5,
);
console.log(JSON.stringify(found.map(({ name }) => name)));
