import type { Endpoint, Fault } from '../types';

interface Armed {
	fault: Fault;
	toSkip: number;
	left: number;
}

/** The faults that were injected, and how often each has still to strike. */
export class FaultStore {
	private armed: Armed[] = [];

	add(fault: Fault): void {
		this.armed.push({ fault, toSkip: fault.skip ?? 0, left: fault.times ?? 1 });
	}

	clear(): void {
		this.armed = [];
	}

	/** The fault that strikes this request, if any; what only had to pass is counted. */
	take(endpoint: Endpoint, taskId: string | undefined, after: boolean): Fault | undefined {
		for (const armed of this.armed) {
			const { fault } = armed;
			const matches =
				fault.endpoint === endpoint &&
				(fault.after ?? false) === after &&
				(fault.taskId === undefined || fault.taskId === taskId);
			if (!matches) continue;
			if (armed.toSkip > 0) {
				armed.toSkip -= 1;
				continue;
			}
			armed.left -= 1;
			if (armed.left <= 0) this.armed = this.armed.filter((other) => other !== armed);
			return fault;
		}
		return undefined;
	}
}
