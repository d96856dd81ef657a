/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

export default function removeTemporaryFolder(): void {
	rmSync(tmpdir(), { recursive: true, force: true, maxRetries: 5 });
}
