/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
import { useBench } from '../support/bench';

// As in n8n before 2.34, whose sleep knows no signal: what is slept for ends by itself only.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) =>
		await new Promise((resolve) => setTimeout(resolve, milliseconds)),
}));

const bench = useBench();
const timers = (): number =>
	process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

test('a request that was answered leaves no timer behind that would run on for its Request Timeout', async () => {
	await bench.run({ tasks: [bench.task()] });
	const before = timers();
	await bench.run({ tasks: Array.from({ length: 30 }, () => bench.task({ bytes: 2000 })) });
	expect(timers() - before).toBeLessThan(10);
});
