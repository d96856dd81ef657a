// Outlives the process that started it by a moment, however that one ended: ends the process groups and removes the folders
// that it was told of. Its standard input is that process's word: lines "start <pid>", "end <pid>", "folder <path>".
const { rmSync } = require('node:fs');
const { createInterface } = require('node:readline');

const groups = new Set();
const folders = new Set();

// Whoever ends the whole group must not end this before its work is done.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	const [word, ...rest] = line.split(' ');
	if (word === 'start') groups.add(Number(rest[0]));
	if (word === 'end') groups.delete(Number(rest[0]));
	if (word === 'folder') folders.add(rest.join(' '));
});
lines.on('close', () => {
	for (const group of groups) {
		try {
			process.kill(-group, 'SIGKILL');
		} catch {
			// It has gone.
		}
	}
	for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
