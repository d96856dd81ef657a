/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { claimFolder } from '../../real-n8n/demo/claim';
import { exampleCredential, readExamples } from '../../real-n8n/demo/examples';
import { memoryOf, repairsFor, type Found, type FoundWorkflow } from '../../real-n8n/demo/repairs';
import { openSource } from '../../real-n8n/demo/source';
import { manifest, unpackInto } from '../../real-n8n/driver/package';
import { run, sleep, start } from '../../real-n8n/driver/process';
import { temporaryFolder } from '../support/temporaryFolder';

const EXAMPLES = readExamples();
const [FIRST, SECOND] = EXAMPLES;
const KEY = 'the encryption key';
const NOW = new Date('2026-11-26T14:05:30Z');
const WANTED = {
	credential: exampleCredential('sk-test-demo', 'http://127.0.0.1:5302'),
	examples: EXAMPLES,
};

/** What n8n holds right after a start that put everything there. */
function afterStart(): Found {
	const { name, type } = WANTED.credential;
	return {
		credential: { name, type, data: 'encrypted' },
		workflows: structuredClone(EXAMPLES),
		secondFactor: false,
	};
}

const IDS = EXAMPLES.map(({ id }) => id);
const MEMORY = memoryOf(WANTED, afterStart(), KEY, IDS);

/** What the second start does when this is what the person left behind. */
function secondStart(change: (found: Found) => void, wanted = WANTED, key = KEY) {
	const found = afterStart();
	change(found);
	return repairsFor(wanted, found, MEMORY, key, NOW);
}

function withOtherPrompt(workflow: FoundWorkflow): void {
	workflow.nodes[0].parameters = { content: 'mine' };
}

describe('a start of the demo', () => {
	it('imports everything the first time and has nothing to report', () => {
		const repairs = repairsFor(WANTED, { workflows: [], secondFactor: false }, {}, KEY, NOW);
		expect(repairs.credential).toBe(true);
		expect(repairs.workflows.map(({ id }) => id)).toEqual(IDS);
		expect(repairs.report).toEqual([]);
	});

	it('does nothing when nothing was changed', () => {
		const nothing = { credential: false, workflows: [], kept: [], secondFactor: false, report: [] };
		expect(secondStart(() => {})).toEqual(nothing);
	});

	it.each<[string, (found: Found) => void, RegExp]>([
		['deleted', (found) => delete found.credential, /had been deleted/],
		['changed', (found) => (found.credential!.data = 'other'), /had been changed/],
		['renamed', (found) => (found.credential!.name = 'mine'), /had been changed/],
	])('gives its credential again when a person has %s it', (_what, change, says) => {
		const { credential, workflows, report } = secondStart(change);
		expect({ credential, workflows }).toEqual({ credential: true, workflows: [] });
		expect(report).toEqual([expect.stringMatching(says)]);
	});

	it('gives its credential again when the sandbox is at another port, and says where', () => {
		const credential = exampleCredential('sk-test-demo', 'http://127.0.0.1:40404');
		const repairs = secondStart(() => {}, { ...WANTED, credential });
		expect(repairs.credential).toBe(true);
		expect(repairs.report).toEqual([expect.stringContaining('http://127.0.0.1:40404')]);
	});

	it('gives its credential again when n8n has another encryption key and cannot read it', () => {
		expect(secondStart(() => {}, WANTED, 'another').credential).toBe(true);
	});

	it.each<[string, (found: Found) => void]>([
		['deleted', (found) => found.workflows.splice(1, 1)],
		['archived', (found) => (found.workflows[1].isArchived = true)],
	])('brings an example back that was %s', (what, change) => {
		const { workflows, report } = secondStart(change);
		expect(workflows).toEqual([{ ...SECOND, pinData: {}, isArchived: false }]);
		expect(report).toEqual([expect.stringContaining(`had been ${what}`)]);
	});

	it('runs the first example as it is in the file, and keeps what a person made of it', () => {
		const repairs = secondStart(({ workflows: [first] }) => withOtherPrompt(first));
		const { report } = repairs;
		const [[kept], [again]] = [repairs.kept, repairs.workflows];
		expect(again).toMatchObject({ id: FIRST.id, nodes: FIRST.nodes });
		expect(kept.nodes[0].parameters).toEqual({ content: 'mine' });
		expect(kept.id).toMatch(/^[0-9a-f]{21}$/);
		expect(kept.name).toBe(`${FIRST.name} (as it was on 2026-11-26 14:05 UTC)`);
		expect(report).toEqual([expect.stringContaining(kept.name)]);
	});

	it.each<[string, (workflow: FoundWorkflow) => void]>([
		['an end after one second', (first) => (first.settings = { executionTimeout: 1 })],
		['pinned data', (first) => (first.pinData = { Start: [{ json: {} }] })],
		['no credential', (first) => first.nodes.forEach((node) => delete node.credentials)],
	])('does not run the first example with %s', (_what, change) => {
		const { workflows, kept } = secondStart(({ workflows: [first] }) => change(first));
		expect(workflows.map(({ id }) => id)).toEqual([FIRST.id]);
		expect(kept).toHaveLength(1);
	});

	it('lets a person rename the first example, move its nodes and change the others', () => {
		const { workflows, report } = secondStart(({ workflows: [first, second] }) => {
			first.name = 'mine';
			first.nodes[0].position = [7, 7];
			withOtherPrompt(second);
		});
		expect({ workflows, report }).toEqual({ workflows: [], report: [] });
	});

	it('brings a new version of an example, and keeps what a person made of the old one', () => {
		const next = { ...SECOND, connections: {} };
		const wanted = { ...WANTED, examples: [FIRST, next, ...EXAMPLES.slice(2)] };
		const untouched = secondStart(() => {}, wanted);
		expect(untouched.workflows).toEqual([{ ...next, pinData: {}, isArchived: false }]);
		expect(untouched.report).toEqual([]);

		const changed = secondStart(({ workflows }) => withOtherPrompt(workflows[1]), wanted);
		expect(changed.workflows).toHaveLength(1);
		expect(changed.kept[0].nodes[0].parameters).toEqual({ content: 'mine' });
		expect(changed.report).toHaveLength(1);
	});

	it('does not take for a change of a person what n8n made of an example at its import', () => {
		const stored = afterStart();
		stored.workflows[0].nodes[0].credentials = { other: { id: null, name: 'unknown here' } };
		const memory = memoryOf(WANTED, stored, KEY, IDS);
		expect(repairsFor(WANTED, stored, memory, KEY, NOW).workflows).toEqual([]);
		const later = memoryOf(WANTED, stored, KEY, [], memory);
		expect(repairsFor(WANTED, stored, later, KEY, NOW).workflows).toEqual([]);
	});

	it('lets the owner sign in with the password alone again', () => {
		const { secondFactor, report } = secondStart((found) => (found.secondFactor = true));
		expect(secondFactor).toBe(true);
		expect(report).toEqual([expect.stringContaining('password alone')]);
	});

	it("prints the sandbox's key and address, and that the pictures are invented people", async () => {
		const source = await openSource({});
		await source.stop();
		const notes = source.notes.join('\n');
		expect(notes).toContain(source.apiKey);
		expect(notes).toContain(source.baseUrl);
		expect(notes).toMatch(/invented people/);
	});

	it('never prints a key of 302.AI', async () => {
		const key = 'sk-test-of-a-person';
		const { title, notes } = await openSource({ AI302_API_KEY: key, AI302_TASK_ID: '1' });
		expect([title, ...notes].join('\n')).not.toContain(key);
	});
});

describe('the folder of the demo', () => {
	it('is for one demo at a time, and the refusal names the process that has it', async () => {
		const folder = temporaryFolder();
		const giveBack = await claimFolder(folder);
		await expect(claimFolder(folder)).rejects.toThrow(`already running, as process ${process.pid}`);
		await giveBack();
		const giveBackAgain = await claimFolder(folder);
		await giveBackAgain();
	});

	it('is free again after the demo was killed', async () => {
		const folder = temporaryFolder();
		const claim = path.resolve(__dirname, '../../real-n8n/demo/claim.ts');
		const script = `
			const { claimFolder } = require(${JSON.stringify(claim)});
			claimFolder(${JSON.stringify(folder)}).then(() => console.log('mine'));
			setInterval(() => {}, 1_000);`;
		const other = start(process.execPath, ['--require', 'tsx/cjs', '--eval', script]);
		try {
			while (!other.output().includes('mine')) {
				if (other.child.exitCode !== null) throw new Error(other.output());
				await sleep(50);
			}
			await expect(claimFolder(folder)).rejects.toThrow(`as process ${other.child.pid}`);
		} finally {
			await other.kill();
		}
		const giveBack = await claimFolder(folder);
		await giveBack();
	});
});

it('keeps other community packages that a person has installed in the editor', async () => {
	const folder = temporaryFolder();
	const nodes = path.join(folder, '.n8n', 'nodes');
	const theirs = path.join(nodes, 'node_modules', 'n8n-nodes-theirs');
	mkdirSync(theirs, { recursive: true });
	const ledger = path.join(nodes, 'package.json');
	writeFileSync(ledger, JSON.stringify({ dependencies: { 'n8n-nodes-theirs': '1.2.3' } }));
	mkdirSync(path.join(folder, 'package'));
	writeFileSync(path.join(folder, 'package', 'package.json'), '{}');
	const tarball = path.join(folder, 'package.tgz');
	await run('tar', ['-czf', tarball, '-C', folder, 'package']);

	await unpackInto(folder, tarball);
	const { name, version } = manifest();
	expect(JSON.parse(readFileSync(ledger, 'utf8')).dependencies).toEqual({
		'n8n-nodes-theirs': '1.2.3',
		[name]: version,
	});
	expect(existsSync(theirs)).toBe(true);
	expect(existsSync(path.join(nodes, 'node_modules', name, 'package.json'))).toBe(true);
});
