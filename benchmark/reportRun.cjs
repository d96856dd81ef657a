// An external hook of n8n (EXTERNAL_HOOK_FILES): tells the benchmark what n8n's own run data say of the nodes that worked.
// n8n prints them too, but a run that holds images in JSON prints hundreds of megabytes and ends before they are out.
const line = process.env.BENCHMARK_LINE;

async function postExecute(run) {
	const { runData, error } = run.data.resultData;
	const { Start, Tasks, ...working } = runData;
	const runs = Object.values(working).flat();
	const items = runs.flatMap(({ data }) => data?.main?.[0] ?? []);
	const report = {
		error: error?.message,
		startedAt: Math.min(...runs.map(({ startTime }) => startTime)),
		endedAt: Math.max(...runs.map(({ startTime, executionTime }) => startTime + executionTime)),
		files: items.filter(({ binary }) => binary).length,
	};
	await fetch(`${line}/report`, { method: 'POST', body: JSON.stringify(report) });
}

module.exports = { workflow: { postExecute: [postExecute] } };
