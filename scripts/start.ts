/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error, no-console -- never shipped */
/**
 * `npm start`: from a task ID to an image file in a real n8n with this package installed, then the editor for trying more.
 * What a person has done to the demo's n8n since the last start, it puts right and tells.
 * `npm start -- --once` ends after the headless run, with exit code 1 when no image file came out.
 * With AI302_API_KEY (and AI302_TASK_ID, optionally AI302_BASE_URL) it talks to the real 302.AI instead of the sandbox.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { readExamples, type Example } from '../real-n8n/demo/examples';
import { claimDemoFolder, demoInstance, EDITOR_PORT, putRight } from '../real-n8n/demo/prepare';
import { EXAMPLE_TASKS, openSource, type Source } from '../real-n8n/demo/source';
import { runCommand, type Cleanups } from '../real-n8n/driver/command';
import { OWNER } from '../real-n8n/driver/environment';
import { ensureN8n } from '../real-n8n/driver/install';
import type { N8nInstance } from '../real-n8n/driver/instance';
import { buildAndPack } from '../real-n8n/driver/package';
import { watch } from '../real-n8n/driver/process';
import { withProgress } from '../real-n8n/driver/progress';
import type { Execution } from '../real-n8n/driver/runData';
import { imageTypeOf } from '../test/support/imageType';

const cleanups: Cleanups = [];

async function main(): Promise<number> {
	const { once } = readArguments();
	cleanups.push(await claimDemoFolder());
	// Without it, an n8n of a demo that is killed would go on, and the next one would start beside it on the same database.
	if (process.platform !== 'win32') watch();
	const source = await openSource();
	cleanups.push(source.stop);
	console.log(`Doubao Portrait for n8n, with ${source.title}`);
	for (const note of source.notes) console.log(`  ${note}`);
	console.log('');

	const n8n = await ensureN8n();
	const packed = mkdtempSync(path.join(tmpdir(), 'packed-'));
	cleanups.push(() => rmSync(packed, { recursive: true, force: true }));
	const instance = demoInstance(n8n);
	cleanups.push(async () => await instance.stop());
	// With a real task of one's own, that one takes the first example task's place.
	const realTask = source.fixedTaskId;
	const examples = readExamples(realTask ? { [EXAMPLE_TASKS[0]]: realTask } : {});

	const tarball = await withProgress(
		'Building and packing this package',
		async () => await buildAndPack(packed),
	);
	const repaired = await orAdvice(
		withProgress(
			`Setting up n8n ${n8n.version} with the package, a credential and the examples`,
			async () => {
				const report = await putRight(instance, n8n, examples, source);
				await instance.installPackage(tarball);
				return report;
			},
		),
	);
	if (repaired.length > 0) console.log('  Put right since the last start:');
	for (const line of repaired) console.log(`  - ${line}`);

	const saved = await runFirstExample(instance, source, examples[0]);
	if (once) return saved ? 0 : 1;

	const editor = await orAdvice(
		withProgress('Starting the editor', async () => await instance.serve()),
	);
	console.log(`\nThe n8n editor:  ${editor.baseUrl}`);
	if (!editor.baseUrl.endsWith(`:${EDITOR_PORT}`)) {
		console.log(`                 (another program has the usual port ${EDITOR_PORT})`);
	}
	console.log(`Sign in with:    ${OWNER.email}  /  ${OWNER.password}`);
	console.log('Its workflows are the ones of examples/. Ctrl+C ends everything.');
	for (const note of source.notes) console.log(note);
	return await new Promise<never>(() => {});
}

/** A demo whose n8n is damaged beyond what a start puts right must not stay so for ever. */
async function orAdvice<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		throw new Error(
			`${message}\n\nIf this happens again, delete the folder .demo: the next start makes a new one. ` +
				'What you made in the demo goes with it.',
			{ cause: error },
		);
	}
}

/** Runs the example headless and tells what happens. True when a real image file has been saved. */
async function runFirstExample(
	instance: N8nInstance,
	source: Source,
	example: Example,
): Promise<boolean> {
	console.log(`\nRunning “${example.name}”`);
	const startedAt = Date.now();
	console.log(`  Task ID  ${source.prepareTask()}`);
	source.onStatus((status) => {
		const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
		console.log(`  ${seconds} s  ${status}`);
	});
	const execution = await instance.execute(example.id);
	const file = savedFile(execution, instance.userFolder, startedAt);
	const image = file && describeImage(file);
	for (const { json } of execution.items('Doubao Portrait Result')) {
		console.log(`  Status   ${String(json.status)}`);
		for (const link of Array.isArray(json.image_urls) ? json.image_urls : []) {
			console.log(`  Link     ${String(link)}`);
		}
	}
	if (file && image) console.log(`  File     ${path.relative(process.cwd(), file)}  (${image})`);
	else
		console.error(
			`\nNo image file came out. ${execution.error ?? 'The workflow ended without saving one.'}`,
		);
	console.log('');
	return image !== undefined;
}

/** The file that the example's last node says it has written, if it was in this run. */
function savedFile(execution: Execution, folder: string, since: number): string | undefined {
	const name = execution.items('Save Image File')[0]?.json.fileName;
	if (typeof name !== 'string') return undefined;
	const file = path.resolve(folder, name);
	const stat = statSync(file, { throwIfNoEntry: false });
	// File systems keep times less exactly than the clock does.
	return stat && stat.mtimeMs >= since - 1_000 ? file : undefined;
}

/** E.g. `PNG, 312 KB`; undefined where there is no image. */
function describeImage(file: string): string | undefined {
	const bytes = readFileSync(file);
	const type = imageTypeOf(bytes);
	return type && `${type.toUpperCase()}, ${Math.ceil(bytes.length / 1024)} KB`;
}

function readArguments(): { once: boolean } {
	const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
	return values;
}

runCommand(main, cleanups);
