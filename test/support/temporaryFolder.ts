/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder for all that a run of tests writes. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'doubao-portrait-tests-'));
	// PostgreSQL runs as another user, who has to get to its own folder in there.
	chmodSync(folder, 0o711);
	return folder;
}
