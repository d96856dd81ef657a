/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a test, never shipped */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where `npm run reliability` collects figures; undefined in a plain test run. */
export const RESULTS = process.env.RELIABILITY_RESULTS;

/** Keeps figures for docs/reliability.md. */
export function keepFigures(name: string, figures: object): void {
	if (!RESULTS) return;
	mkdirSync(RESULTS, { recursive: true });
	writeFileSync(path.join(RESULTS, `${name}.json`), `${JSON.stringify(figures, null, '\t')}\n`);
}
