// An external hook of n8n (EXTERNAL_HOOK_FILES): tells the benchmark the times of each node from n8n's own run data.
// n8n prints them too, but a run that holds images in JSON prints hundreds of megabytes and ends before they are out.
const line = process.env.BENCHMARK_LINE;

/** @returns {object} `startTime` in milliseconds since 1970, `executionTime` in milliseconds, `files` items with a file */
function summary({ startTime, executionTime, data }) {
	const items = data?.main?.[0] ?? [];
	return { startTime, executionTime, files: items.filter((item) => item.binary).length };
}

async function postExecute(run, workflow) {
	const { runData, error } = run.data.resultData;
	const nodes = Object.entries(runData).map(([name, runs]) => [name, runs.map(summary)]);
	const report = { error: error?.message, nodes: Object.fromEntries(nodes) };
	await fetch(`${line}/report/${workflow.id}`, { method: 'POST', body: JSON.stringify(report) });
}

module.exports = { workflow: { postExecute: [postExecute] } };
