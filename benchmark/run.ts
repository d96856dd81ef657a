/** One run of one side on one batch of tasks, and what it took. */
import type { TaskSpec } from '../sandbox/types';
import type { Api } from './api';
import type { Line, Report, Runner } from './line';
import { forgetPeak, peakOf, residentOf } from './memory';
import type { Batch, Side } from './sides';

/** What a run took. */
export interface Measured {
	/** When the work began and ended, in milliseconds since 1970. */
	startedAt: number;
	endedAt: number;
	/** From the end of the last task until everything was there, in milliseconds. */
	delay: number;
	/** Peak of the resident set over what the process held before the work, in bytes; undefined where it cannot be read. */
	memory?: number;
	/** Result calls that reached the API, those included that it refused for a limit. */
	calls: number;
	/** Tasks whose image did not come out. */
	lost: number;
	/** Portraits that were ordered, each of which would have been billed. */
	orders: number;
}

/** Holds runs back at the line until all of them are there. */
export class Together {
	private readonly waiting: Array<() => void> = [];

	constructor(private readonly size: number) {}

	async arrive(): Promise<void> {
		await new Promise<void>((go) => {
			this.waiting.push(go);
			if (this.waiting.length === this.size) for (const other of this.waiting) other();
		});
	}
}

export async function measure(
	{ api, line }: { api: Api; line: Line },
	side: Side,
	batch: Batch,
	together?: Together,
): Promise<Measured> {
	const observer = new Observer(api, batch, together);
	line.expect(side.name, observer);
	const printed = await side.launch(batch, (pid) => (observer.pid = pid));

	const { report } = observer;
	const first = report?.nodes[side.first]?.at(0);
	const runs = report?.nodes[side.last] ?? [];
	const last = runs.at(-1);
	if (!first || !last || report?.error !== undefined) {
		throw new Error(`"${side.title}" failed: ${report?.error ?? printed.slice(-2_000)}`);
	}
	const ordered = await api.orderedTasks();
	const endedAt = last.startTime + last.executionTime;
	return {
		startedAt: first.startTime,
		endedAt,
		delay: endedAt - observer.lastTaskEndsAt,
		memory: observer.memory,
		calls: await api.countResultCalls([...observer.taskIds, ...ordered]),
		lost: batch.count - runs.reduce((sum, { files }) => sum + files, 0),
		orders: ordered.length,
	};
}

/** Makes the tasks when the work begins, and looks at the process then and when it has ended. */
class Observer implements Runner {
	pid = 0;

	taskIds: string[] = [];

	/** Milliseconds since 1970. */
	lastTaskEndsAt = 0;

	report?: Report;

	private before?: number;

	private peak?: number;

	constructor(
		private readonly api: Api,
		private readonly batch: Batch,
		private readonly together?: Together,
	) {}

	readonly onStart = async (): Promise<Array<Record<string, string>>> => {
		const items = await this.makeItems();
		await this.together?.arrive();
		forgetPeak(this.pid);
		this.before = residentOf(this.pid);
		return items;
	};

	readonly onReport = (report: Report): void => {
		this.report = report;
		this.peak = peakOf(this.pid);
	};

	get memory(): number | undefined {
		const { before, peak } = this;
		return peak === undefined || before === undefined ? undefined : peak - before;
	}

	/** Tasks, or photos of which the workflow makes them itself. */
	private async makeItems(): Promise<Array<Record<string, string>>> {
		const { bytes, takes } = this.batch;
		if (!takes) {
			this.taskIds = await this.makeTasks();
			return this.taskIds.map((id) => ({ task_id: id }));
		}
		await this.api.planOrders(takes.map((milliseconds) => taskThatTakes(milliseconds, bytes)));
		return takes.map((_, index) => ({ photo: `https://example.com/photo-${index + 1}.jpg` }));
	}

	private async makeTasks(): Promise<string[]> {
		const { count, bytes, endsBetween } = this.batch;
		if (!endsBetween) return await this.api.addTasks(count, { bytes });
		const [first, last] = endsBetween;
		const added =
			first === last
				? [await this.api.addTasks(count, taskThatTakes(last, bytes))]
				: await Promise.all(
						Array.from({ length: count }, async (_, index) => {
							const endsAfter = last - ((last - first) * index) / count;
							return await this.api.addTasks(1, taskThatTakes(endsAfter, bytes));
						}),
					);
		// The task that ends last was added first, a few milliseconds ago.
		this.lastTaskEndsAt = Date.now() + last;
		return added.flat();
	}
}

function taskThatTakes(milliseconds: number, bytes: number): TaskSpec {
	return { bytes, queuedFor: milliseconds / 4, generatingFor: (milliseconds * 3) / 4 };
}
