/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Peak memory of a process from Linux's /proc. Elsewhere nothing is measured. */
import { readFileSync, writeFileSync } from 'node:fs';

/** One number of /proc/<pid>/status, in bytes; undefined where there is none. */
function readStatus(pid: number, name: 'VmRSS' | 'VmHWM'): number | undefined {
	try {
		const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(
			readFileSync(`/proc/${pid}/status`, 'utf8'),
		);
		return found ? Number(found[1]) * 1024 : undefined;
	} catch {
		return undefined;
	}
}

/** Forgets the peak of the past, so that n8n's own start does not hide the work's. */
export function forgetPeak(pid: number): void {
	try {
		writeFileSync(`/proc/${pid}/clear_refs`, '5');
	} catch {
		// Not Linux, or not allowed: the peak then includes the start.
	}
}

/** The largest resident set since {@link forgetPeak}, in bytes. */
export const peakOf = (pid: number): number | undefined => readStatus(pid, 'VmHWM');

/** The resident set now, in bytes. */
export const residentOf = (pid: number): number | undefined => readStatus(pid, 'VmRSS');
