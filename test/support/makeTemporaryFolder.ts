/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** All that a run of jest writes lies in one folder, and goes with it. */
export default function makeTemporaryFolder(): void {
	const folder = mkdtempSync(path.join(tmpdir(), 'doubao-portrait-tests-'));
	// PostgreSQL runs as another user, who has to get to its own folder in there.
	chmodSync(folder, 0o711);
	process.env.TMPDIR = folder;
}
