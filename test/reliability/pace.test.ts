import { FIGURES_FOLDER, keepFigures, type PaceFigures } from '../support/figures';
import { Bench } from '../support/bench';

/** The limit of the API. */
const CALLS_PER_SECOND = 20;
const AT_ONCE = 8;
/** As the promise says where figures are made; fewer in a plain test run, which has no time for 45 seconds. */
const TASKS = FIGURES_FOLDER ? 300 : 60;

const figures: PaceFigures['figures'] = [];

/** Fetches `TASKS` tasks in each of so many executions side by side; gives back how many came, and with how many files. */
async function fetchAll(executions: number): Promise<{ arrived: number; files: number }> {
	const bench = new Bench({
		limits: { callsPerSecond: CALLS_PER_SECOND, atOnce: AT_ONCE },
		latency: { api: 50 },
	});
	await bench.start();
	try {
		const startedAt = Date.now();
		const results = await Promise.all(
			Array.from({ length: executions }, async () => {
				const tasks = Array.from({ length: TASKS }, () => bench.task());
				return await bench.run({ tasks, options: { pollInterval: undefined } });
			}),
		);
		const seconds = (Date.now() - startedAt) / 1000;
		const limit = (executions * TASKS) / CALLS_PER_SECOND;
		figures.push({ executions, tasks: executions * TASKS, seconds, limit, ratio: seconds / limit });
		const rows = results.flatMap(({ success }) => success);
		return {
			arrived: rows.filter(({ json }) => json.completed === true).length,
			files: rows.filter(({ binary }) => binary?.data?.mimeType === 'image/png').length,
		};
	} finally {
		await bench.sandbox.stop();
	}
}

afterAll(() => keepFigures('pace', { callsPerSecond: CALLS_PER_SECOND, atOnce: AT_ONCE, figures }));

describe('against an API that takes 20 calls a second and 8 at once', () => {
	it.each([1, 2])(
		'every task arrives with default settings, in %i executions side by side',
		async (executions) => {
			expect(await fetchAll(executions)).toEqual({
				arrived: executions * TASKS,
				files: executions * TASKS,
			});
		},
		180_000,
	);
});
