/** What n8n prints for a finished execution, and reading it. */
import type { INodeExecutionData } from 'n8n-workflow';
import { isRecord } from '../../test/support/isRecord';

/** One run of one node, as in n8n's run data. */
export interface NodeRun {
	executionStatus?: string;
	/** Milliseconds. */
	executionTime?: number;
	error?: { message: string; description?: string | null };
	hints?: Array<{ message: string }>;
	/** Per output of the node, its items. */
	data?: { main?: Array<INodeExecutionData[] | null> };
}

interface RunData {
	status: string;
	data: {
		resultData: {
			error?: { message: string; description?: string | null };
			runData: Record<string, NodeRun[]>;
		};
	};
}

function isRunData(value: unknown): value is RunData {
	return (
		isRecord(value) &&
		typeof value.status === 'string' &&
		isRecord(value.data) &&
		isRecord(value.data.resultData) &&
		isRecord(value.data.resultData.runData)
	);
}

export class Execution {
	constructor(
		private readonly run: RunData,
		/** Everything that n8n printed. */
		readonly log: string,
	) {}

	/** Finds the run data among the log lines: an indented JSON object, whose braces alone stand at a line's start. */
	static parse(log: string): Execution {
		const begin = log.search(/^\{$/m);
		const length = begin < 0 ? -1 : log.slice(begin).search(/^\}$/m);
		if (length < 0) throw new Error(`n8n printed no run data:\n${log.slice(-4_000)}`);
		const parsed: unknown = JSON.parse(log.slice(begin, begin + length + 1));
		if (!isRunData(parsed)) throw new Error('n8n printed something else than run data.');
		return new Execution(parsed, log);
	}

	get succeeded(): boolean {
		return this.run.status === 'success';
	}

	/** The message that ended the execution, if one did. */
	get error(): string | undefined {
		const { error } = this.run.data.resultData;
		return error && [error.message, error.description].filter(Boolean).join('\n');
	}

	/** Every run of a node, in order; empty when it never ran. */
	runs(node: string): NodeRun[] {
		return this.run.data.resultData.runData[node] ?? [];
	}

	/** The items of one output of a node's last run. */
	items(node: string, output = 0): INodeExecutionData[] {
		return this.runs(node).at(-1)?.data?.main?.[output] ?? [];
	}
}
