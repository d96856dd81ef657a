/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/**
 * `npm start`: from a task ID to an image file in a real n8n with this package installed, then the editor for trying more.
 * Every start makes a new n8n with the credential and the examples; it is gone with all that was done in it when the demo ends.
 * `npm start -- --once` ends after the headless run, with exit code 1 when no image file came out.
 * With AI302_API_KEY (and AI302_TASK_ID, optionally AI302_BASE_URL) it talks to the real 302.AI instead of the sandbox.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { exampleCredential, readExamples, type Example } from '../real-n8n/demo/examples';
import { EXAMPLE_TASKS, openSource, type Source } from '../real-n8n/demo/source';
import { runCommand, type Cleanups } from '../real-n8n/driver/command';
import { OWNER } from '../real-n8n/driver/environment';
import { ensureN8n, ROOT } from '../real-n8n/driver/install';
import { N8nInstance } from '../real-n8n/driver/instance';
import { buildAndPack } from '../real-n8n/driver/package';
import { watch } from '../real-n8n/driver/process';
import { withProgress } from '../real-n8n/driver/progress';
import { imageTypeOf } from '../test/support/imageType';

/** The port of the editor, where it is free. */
const EDITOR_PORT = 5678;
/** Pictures stay here. */
const PICTURES = path.join(ROOT, '.demo');

const cleanups: Cleanups = [];

async function main(): Promise<number> {
	const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
	const source = await openSource();
	cleanups.push(source.stop);
	console.log(`Doubao Portrait for n8n, with ${source.title}`);
	for (const note of source.notes) console.log(`  ${note}`);
	console.log('');

	const n8n = await ensureN8n();
	const folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
	cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
	// Without it, n8n and its folder, with a key in it, would outlive a demo that is killed.
	if (process.platform !== 'win32') watch().folder(folder);
	const tarball = await withProgress(
		'Building and packing this package',
		async () => await buildAndPack(folder),
	);
	const userFolder = path.join(folder, 'n8n');
	const instance = N8nInstance.create({ n8n, userFolder, port: EDITOR_PORT });
	cleanups.push(async () => await instance.stop());
	// A real task of one's own takes the first example task's place.
	const examples = readExamples({ [EXAMPLE_TASKS[0]]: source.taskId });
	await withProgress(
		`Setting up a new n8n ${n8n.version} with the package, a credential and the examples`,
		async () => {
			// Before the workflows: n8n drops a reference to a credential that it does not know.
			await instance.importCredentials([exampleCredential(source.apiKey, source.baseUrl)]);
			await instance.importWorkflows(examples);
			await instance.installPackage(tarball);
		},
	);

	const saved = await runFirstExample(instance, source, examples[0]);
	if (values.once) return saved ? 0 : 1;

	const editor = await withProgress('Starting the editor', async () => await instance.serve());
	console.log(`\nThe n8n editor:  ${editor.baseUrl}`);
	if (!editor.baseUrl.endsWith(`:${EDITOR_PORT}`)) {
		console.log(`                 (another program has the usual port ${EDITOR_PORT})`);
	}
	console.log(`Sign in with:    ${OWNER.email}  /  ${OWNER.password}`);
	console.log(
		'Its workflows are the ones of examples/. Ctrl+C ends everything: this n8n is gone then,',
	);
	console.log('with all that you did in it, and the next start makes a new one.');
	for (const note of source.notes) console.log(note);
	return await new Promise<never>(() => {});
}

/** Runs the example headless and tells what happens. True when a real image file has been saved. */
async function runFirstExample(
	instance: N8nInstance,
	source: Source,
	example: Example,
): Promise<boolean> {
	console.log(`\nRunning “${example.name}”`);
	const startedAt = Date.now();
	console.log(`  Task ID  ${source.taskId}`);
	source.addTask();
	source.onStatus((status) => {
		const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
		console.log(`  ${seconds} s  ${status}`);
	});
	const execution = await instance.execute(example.id);
	for (const { json } of execution.items('Doubao Portrait Result')) {
		console.log(`  Status   ${String(json.status)}`);
		for (const link of Array.isArray(json.image_urls) ? json.image_urls : []) {
			console.log(`  Link     ${String(link)}`);
		}
	}
	const name = execution.items('Save Image File')[0]?.json.fileName;
	const file = path.resolve(instance.userFolder, String(name));
	const image = existsSync(file) && describeImage(file);
	if (image) {
		const kept = path.join(PICTURES, path.basename(file));
		mkdirSync(PICTURES, { recursive: true });
		copyFileSync(file, kept);
		console.log(`  File     ${path.relative(process.cwd(), kept)}  (${image})\n`);
	} else {
		const why = execution.error ?? 'The workflow ended without saving one.';
		console.error(`\nNo image file came out. ${why}\n`);
	}
	return Boolean(image);
}

/** E.g. `PNG, 312 KB`; undefined where there is no image. */
function describeImage(file: string): string | undefined {
	const bytes = readFileSync(file);
	const type = imageTypeOf(bytes);
	return type && `${type.toUpperCase()}, ${Math.ceil(bytes.length / 1024)} KB`;
}

runCommand(main, cleanups);
