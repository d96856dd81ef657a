/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { Container } from '@n8n/di';
import { BinaryDataConfig } from 'n8n-core';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';

import { everReported } from '../support/engine';
import { heardDuring } from '../support/heard';
import { hurry } from '../support/hurry';
import { expectNoKey } from '../support/bench';
import { endOf, runMatrix, type Planned, type Ran } from './matrix';
import { expectKept } from './promises';
import { keepFigures, type AllFigures, type MatrixFigures } from '../support/figures';
import { startStranger, stranger } from './stranger';
import { KEY } from './types';

type PartIn<Name> = Name extends `matrix-${infer Part}` ? Part : never;

/** What is written to the console or to the process's output. */
function listenToLogs(): { text: string[]; stop: () => void } {
	const text: string[] = [];
	const real: NodeJS.Process = runInThisContext('process');
	const kept = [real.stdout, real.stderr].map((stream) => ({ stream, write: stream.write }));
	for (const { stream, write } of kept) {
		stream.write = (chunk: string | Uint8Array): boolean => {
			text.push(Buffer.from(chunk).toString());
			return write.call(stream, chunk);
		};
	}
	const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
		jest.spyOn(console, name).mockImplementation((...said: unknown[]) => text.push(said.join(' '))),
	);
	return {
		text,
		stop: () => {
			for (const { stream, write } of kept) stream.write = write;
			for (const spy of spies) spy.mockRestore();
		},
	};
}

/** Every file in n8n's storage by its name, without those that describe others. */
function storage(): Map<string, Buffer> {
	const folder = Container.get(BinaryDataConfig).localStoragePath;
	if (!existsSync(folder)) return new Map();
	return new Map(
		readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata'))
			.map((entry) => [entry.name, readFileSync(path.join(entry.parentPath, entry.name))]),
	);
}

/** The setting of n8n that the tests of a run stand under. */
function settingOf({ onError, retries }: Planned): string {
	return `with On Error set to ${onError}${retries ? ' and Retry On Fail' : ''}`;
}

/**
 * Runs all that is planned at once, then looks at each.
 *
 * @param haste how much faster time goes for the nodes.
 */
export function testMatrix(name: PartIn<keyof AllFigures>, plan: Planned[], haste = 1): void {
	let done = new Map<Planned, Ran>();
	let uncaught: string[] = [];
	let warnings: string[] = [];
	let logged: string[] = [];
	let before: string[] = [];

	beforeAll(async () => {
		before = [...storage().keys()];
		const stop = await startStranger();
		const logs = listenToLogs();
		const stopHurry = haste === 1 ? () => {} : hurry(haste);
		try {
			uncaught = await heardDuring('uncaughtException', async () => {
				warnings = await heardDuring('warning', async () => {
					done = await runMatrix(plan);
				});
			});
		} finally {
			stopHurry();
			logs.stop();
			await stop();
		}
		logged = logs.text;
		keepFigures(`matrix-${name}`, figuresOf([...done.values()]));
	}, 300_000);

	describe.each([...new Set(plan.map(settingOf))])('%s', (setting) => {
		const under = plan.filter((planned) => settingOf(planned) === setting);
		it.each(
			under.map((one) => [one.given.outcome.kind, one.given.at, one.given.name, one] as const),
		)('%s: at the %s, %s', (_kind, _at, _name, planned) => {
			const ran = done.get(planned);
			if (!ran) throw new Error('the case was not run');
			expectKept(ran, haste);
		});
	});

	describe('after all of them', () => {
		it('no error went past n8n', () => expect(uncaught).toEqual([]));
		it('Node.js had nothing to warn of', () => expect(warnings).toEqual([]));
		it('the key is in no log and no report', () => expectNoKey([logged, everReported], KEY));
		it('the key came to no other host', () => expectNoKey(stranger.seen, KEY));
		it('n8n holds the files of the portraits and no others', () => {
			const whole = [...done.values()].flatMap(({ file }) => (file ? [file.bytes] : []));
			const stored = [...storage()].filter(([file]) => !before.includes(file));
			expect(stored.filter(([file]) => /tmp/.test(file)).map(([file]) => file)).toEqual([]);
			expect(stored).toHaveLength(whole.length);
			for (const [, bytes] of stored) expect(whole.some((one) => one.equals(bytes))).toBe(true);
		});
		it('the names of the cases are distinct', () => {
			const cases = [...new Set(plan.map(({ given }) => given))];
			expect(new Set(cases.map(({ at, name: one }) => `${at} ${one}`)).size).toBe(cases.length);
		});
	});
}

function figuresOf(all: Ran[]): MatrixFigures {
	const ends = all.map((ran) => endOf(ran).kind);
	return {
		cases: new Set(all.map(({ given }) => given)).size,
		runs: all.length,
		recovered: ends.filter((end) => end === 'row').length,
		failedWithReason: ends.filter((end) => end === 'failed').length,
		requests: all.reduce((sum, { log }) => sum + log.length, 0),
		slowest: Math.max(...all.map(({ seconds }) => seconds)),
	};
}
