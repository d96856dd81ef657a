/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
import { temporaryFolder } from './temporaryFolder';

/** All that a run of jest writes lies in one folder, and goes with it. */
export default function makeTemporaryFolder(): void {
	process.env.TMPDIR = temporaryFolder();
}
