import { systemClock } from '../../nodes/shared/transport/clock';

/** Lets time go so much faster for the nodes, until what is given back is called: for their pauses and for Max Wait, not for what a single request may take. */
export function hurry(haste: number): () => void {
	const { now, pause } = systemClock;
	const startedAt = now();
	const spies = [
		jest
			.spyOn(systemClock, 'now')
			.mockImplementation(() => startedAt + haste * (now() - startedAt)),
		jest
			.spyOn(systemClock, 'pause')
			.mockImplementation(async (time, signal) => await pause(time / haste, signal)),
	];
	return () => {
		for (const spy of spies) spy.mockRestore();
	};
}

/** The same for each test of a file. */
export function useHaste(haste: number): void {
	let stop = (): void => {};
	beforeEach(() => {
		stop = hurry(haste);
	});
	afterEach(() => stop());
}
