// Prints, as JSON, what of the demo a person may have changed in the editor: read from n8n's database, which takes no n8n.
// usage: node readDatabase.cjs <database.sqlite> <ID of the demo's credential>
const { DatabaseSync } = require('node:sqlite');

const [databaseFile, credentialId] = process.argv.slice(2);
const database = new DatabaseSync(databaseFile);
// After a crash the last changes are in a second file, which only who may write takes over.
database.exec('PRAGMA busy_timeout = 5000;');

const parsed = (text) => JSON.parse(text ?? 'null') ?? undefined;
const credential = database
	.prepare('SELECT * FROM credentials_entity WHERE id = ?')
	.get(credentialId);
const workflows = database.prepare('SELECT * FROM workflow_entity').all();
const owner = database.prepare(`SELECT * FROM "user" WHERE roleSlug = 'global:owner'`).get();

console.log(
	JSON.stringify({
		credential: credential && {
			name: credential.name,
			type: credential.type,
			data: credential.data,
		},
		workflows: workflows.map((workflow) => ({
			id: workflow.id,
			name: workflow.name,
			nodes: parsed(workflow.nodes),
			connections: parsed(workflow.connections),
			settings: parsed(workflow.settings),
			pinData: parsed(workflow.pinData),
			isArchived: workflow.isArchived === 1,
		})),
		secondFactor: owner?.mfaEnabled === 1,
	}),
);
database.close();
