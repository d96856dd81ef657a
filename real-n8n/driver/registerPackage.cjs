// Lists an unpacked community package in n8n's database, with the rows that n8n writes when a user installs one.
// usage: node registerPackage.cjs <package folder> <database.sqlite>
const path = require('node:path');
const { DatabaseSync } = require('node:sqlite');

const [packageFolder, databaseFile] = process.argv.slice(2);
const { name, version, author, n8n } = require(path.join(packageFolder, 'package.json'));

const nodes = n8n.nodes.map((file) => {
	const [NodeClass] = Object.values(require(path.join(packageFolder, file)));
	return new NodeClass().description;
});

const database = new DatabaseSync(databaseFile);
database.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;');
database
	.prepare(
		'INSERT INTO installed_packages (packageName, installedVersion, authorName, authorEmail) VALUES (?, ?, ?, ?)',
	)
	.run(name, version, author?.name ?? null, author?.email ?? null);
for (const node of nodes) {
	const latest = node.defaultVersion ?? [node.version].flat().at(-1);
	database
		.prepare('INSERT INTO installed_nodes (name, type, latestVersion, package) VALUES (?, ?, ?, ?)')
		.run(node.displayName, `${name}.${node.name}`, latest, name);
}
database.exec('COMMIT;');
database.close();
