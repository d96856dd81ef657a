/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/require-node-api-error, no-console -- never shipped */
/** A long step that shows that it is alive: one ticking line on a terminal, a line now and then in a log. */

const TICK_ON_TERMINAL = 1_000;
const TICK_IN_LOG = 20_000;

/** Runs `work`, showing `label` and the seconds that have passed. */
export async function withProgress<T>(label: string, work: () => Promise<T>): Promise<T> {
	const startedAt = Date.now();
	const terminal = process.stdout.isTTY;
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const show = () => {
		if (terminal) process.stdout.write(`\r\u001b[K  ${label} … ${seconds()}`);
		else console.log(`  ${label} … ${seconds()}`);
	};
	show();
	const ticking = setInterval(show, terminal ? TICK_ON_TERMINAL : TICK_IN_LOG);
	const finish = (mark: string) => {
		clearInterval(ticking);
		console.log(`${terminal ? '\r\u001b[K' : ''}  ${mark} ${label} (${seconds()})`);
	};
	try {
		const result = await work();
		finish('✓');
		return result;
	} catch (error) {
		finish('✗');
		throw error;
	}
}
