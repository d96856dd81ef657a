/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { runInThisContext } from 'node:vm';

/** What Node.js said during `work`: warnings, or errors that nobody caught (each would end or soil a real n8n). */
export async function heardDuring(
	event: 'warning' | 'uncaughtException',
	work: () => Promise<unknown>,
): Promise<string[]> {
	// Jest gives tests a copy of `process`, which hears nothing.
	const real: NodeJS.Process = runInThisContext('process');
	const others = real.rawListeners(event);
	const heard: string[] = [];
	const listen = (error: Error): unknown => heard.push(`${error.name}: ${error.message}`);
	real.removeAllListeners(event);
	real.on(event, listen);
	try {
		await work();
		await new Promise((resolve) => setTimeout(resolve, 50));
	} finally {
		real.off(event, listen);
		for (const other of others) real.on(event, other as (error: Error) => void);
	}
	return heard;
}
