import { openSource } from '../../real-n8n/demo/source';

describe('the demo', () => {
	it("prints the sandbox's key and address, and that the pictures are invented people", async () => {
		const source = await openSource({});
		await source.stop();
		const notes = source.notes.join('\n');
		expect(notes).toContain(source.apiKey);
		expect(notes).toContain(source.baseUrl);
		expect(notes).toMatch(/invented people/);
	});

	it('never prints a key of 302.AI', async () => {
		const key = 'sk-test-of-a-person';
		const { title, notes } = await openSource({ AI302_API_KEY: key, AI302_TASK_ID: '1' });
		expect([title, ...notes].join('\n')).not.toContain(key);
	});
});
