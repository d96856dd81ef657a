/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- never shipped */
/** The frame of a command that starts processes: whatever ends it, nothing that it has started stays behind. */
import { stopAll } from './process';

/** What has to be undone, last first. */
export type Cleanups = Array<() => void | Promise<void>>;

export async function undoAll(cleanups: Cleanups): Promise<void> {
	for (let undo = cleanups.pop(); undo; undo = cleanups.pop()) await undo();
}

/**
 * Runs a command to its end: when `main` is done, fails, or the process is told to end.
 *
 * @param main may resolve to the exit code.
 */
export function runCommand(main: () => Promise<number | void>, cleanups: Cleanups = []): void {
	let ending = false;
	/** Once: the terminal and npm may both pass the same Ctrl+C on. */
	const end = async (exitCode: number): Promise<void> => {
		if (ending) return;
		ending = true;
		await undoAll(cleanups).finally(stopAll);
		process.exit(exitCode);
	};
	const endOn = (signal: NodeJS.Signals, exitCode: number) =>
		process.on(signal, () => {
			if (!ending) console.log('\nEnding …');
			void end(exitCode);
		});
	endOn('SIGINT', 130);
	endOn('SIGTERM', 143);
	endOn('SIGHUP', 129);
	// npm that is killed does not always take what it runs along. The only sign of it is another parent process.
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) void end(143);
	}, 1_000).unref();

	void main().then(
		async (exitCode) => await end(exitCode ?? 0),
		async (error: unknown) => {
			if (!ending) console.error(`\n${error instanceof Error ? error.message : String(error)}`);
			await end(1);
		},
	);
}
