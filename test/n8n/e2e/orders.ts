/** What the tests of examples that order portraits share. */
import type { Order, Sandbox } from '../../../sandbox/types';
import { readExample, type Example } from '../../../real-n8n/demo/examples';

/**
 * An example under another ID, with texts of its file replaced as a person would, and with settings of its nodes changed.
 * Every run of a test gets a photo link of its own, by which its orders are known.
 */
export function variantOf(
	file: string,
	id: string,
	texts: Record<string, string> = {},
	settings: Record<string, object> = {},
): Example {
	const example = readExample(file, texts);
	const nodes = example.nodes.map((node) => ({ ...node, ...settings[node.name] }));
	return { ...example, id, nodes };
}

export function ordersOf(sandbox: Sandbox, photo: string): Order[] {
	return sandbox.orders.filter(({ body }) => body.image_input === photo);
}

/** No two orders of a whole test file ask for the same thing, and each came with a request of its own. */
export function expectNoOrderTwice({ orders, log }: Sandbox): void {
	const asked = orders.map(({ body }) => JSON.stringify(body));
	expect(asked.length).toBeGreaterThan(0);
	expect(new Set(asked).size).toBe(asked.length);
	const taskIds = orders.map(({ taskId }) => taskId);
	const taken = log.filter(({ endpoint, taskId }) => endpoint === 'submit' && taskId !== undefined);
	expect(taken.map(({ taskId }) => taskId).sort()).toEqual([...taskIds].sort());
	expect(new Set(taskIds).size).toBe(taskIds.length);
}
