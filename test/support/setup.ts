/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import waitForExpect from 'wait-for-expect';

// n8n-core reads these when it is first loaded.
process.env.N8N_ENCRYPTION_KEY ??= 'test';
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-engine-'));

// A safety net for a loaded machine: a passing test waits for none of it (milliseconds).
waitForExpect.defaults = { timeout: 30_000, interval: 5 };
