/* eslint-disable @n8n/community-nodes/no-dangerous-functions, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, no-console -- never shipped */
/** The installed package as n8n's editor gets it: nodes, icons, codex, fields before a run, and the credential's test. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import resultSchema from '../../../nodes/DoubaoPortraitResult/__schema__/v1.0.0.json';
import submitSchema from '../../../nodes/DoubaoPortraitSubmit/__schema__/v1.0.0.json';

import { startSandbox } from '../../../sandbox/sandbox';
import { exampleCredential } from '../../../real-n8n/demo/examples';
import { manifest } from '../../../real-n8n/driver/package';
import type { RestClient } from '../../../real-n8n/driver/rest';
import { brought, setUp, type Stage } from '../stage';
import { isRecord } from '../../support/isRecord';

const { name: PACKAGE, version: VERSION } = manifest();

let stage: Stage;
let n8n: RestClient;

beforeAll(async () => {
	stage = await setUp();
	// n8n 1 has npm look for newer versions of what it lists; npm would try for a minute where no registry can be reached.
	const settings = path.join(stage.n8n.userFolder, '.n8n', 'nodes', '.npmrc');
	writeFileSync(settings, 'fetch-retries=0\n');
	n8n = await stage.n8n.serve();
});

afterAll(async () => await stage?.stop());

/** What n8n tells the editor about a node or a credential type. */
async function typeOf(
	list: 'nodes' | 'credentials',
	name: string,
): Promise<Record<string, unknown>> {
	const all = await n8n.get(`/types/${list}.json`);
	const found =
		Array.isArray(all) && all.find((type: unknown) => isRecord(type) && type.name === name);
	if (!isRecord(found)) throw new Error(`n8n knows no ${name}.`);
	return found;
}

/** Icons are there for the light and the dark theme, and n8n serves both. */
async function expectIcons({ iconUrl }: Record<string, unknown>): Promise<void> {
	if (!isRecord(iconUrl)) throw new Error('There is no light and dark icon.');
	expect(Object.keys(iconUrl).sort()).toEqual(['dark', 'light']);
	for (const address of Object.values(iconUrl)) {
		const icon = await fetch(`${n8n.baseUrl}/${String(address)}`);
		expect(icon.headers.get('content-type')).toContain('image/svg+xml');
		expect(await icon.text()).toContain('<svg');
	}
}

test('the nodes are there with icons and search words', async () => {
	for (const name of ['doubaoPortraitResult', 'doubaoPortraitSubmit']) {
		const node = await typeOf('nodes', `${PACKAGE}.${name}`);
		await expectIcons(node);
		if (!isRecord(node.codex)) throw new Error(`${name} has no codex.`);
		expect(node.codex.alias).toEqual(expect.arrayContaining(['302']));
		expect(node.codex.categories).toEqual(expect.arrayContaining([expect.any(String)]));
	}
});

test('the result node can be an AI tool', async () => {
	const tool = await typeOf('nodes', `${PACKAGE}.doubaoPortraitResultTool`);
	expect(tool.outputs).toEqual(['ai_tool']);
});

test.each([
	['doubaoPortraitResult', resultSchema],
	['doubaoPortraitSubmit', submitSchema],
])('the fields that come out of %s are told before it has run', async (name, schema) => {
	expect(await n8n.get(`/schemas/${PACKAGE}.${name}/1.0.0.json`)).toEqual(schema);
});

describe("n8n's catalogue, in which its assistant looks for nodes", () => {
	const SUBMIT = `${PACKAGE}.doubaoPortraitSubmit`;
	const RESULT = `${PACKAGE}.doubaoPortraitResult`;

	/** What n8n's own search finds among all nodes of this n8n, the best first. */
	async function search(text: string): Promise<string[]> {
		const { n8n: installed } = await brought();
		const types = path.join(stage.n8n.userFolder, 'nodes.json');
		writeFileSync(types, JSON.stringify(await n8n.get('/types/nodes.json')));
		const script = path.join(__dirname, 'searchCatalogue.cjs');
		const found = execFileSync(installed.node, [script, installed.cli, types, text], {
			encoding: 'utf8',
		});
		return JSON.parse(found);
	}

	test('finds the node to begin with by what is wanted', async () => {
		const [best] = await search('make a portrait of a photo');
		expect(best).toBe(SUBMIT);
	});

	test.each(['portrait', 'headshot', 'avatar', 'profile picture', '302.AI', 'watermark'])(
		'finds both by "%s", the one to begin with first',
		async (text) => {
			const ours = (await search(text)).filter((name) => name.startsWith(PACKAGE));
			expect(ours.slice(0, 2)).toEqual([SUBMIT, RESULT]);
		},
	);

	test.each([
		['doubaoPortraitSubmit', RESULT],
		['doubaoPortraitResult', SUBMIT],
	])('tells how %s is used, and with which other node', async (name, related) => {
		const { builderHint } = await typeOf('nodes', `${PACKAGE}.${name}`);
		expect(builderHint).toEqual({
			searchHint: expect.stringContaining('task_id'),
			relatedNodes: [{ nodeType: related, relationHint: expect.stringContaining('task_id') }],
		});
	});
});

test('the credential is there with icons', async () => {
	await expectIcons(await typeOf('credentials', 'ai302Api'));
});

test('the package is listed as an installed community package', async () => {
	const installed = await n8n.get('/rest/community-packages');
	expect(installed).toEqual([
		expect.objectContaining({
			packageName: PACKAGE,
			installedVersion: VERSION,
			installedNodes: expect.arrayContaining([
				expect.objectContaining({ type: `${PACKAGE}.doubaoPortraitResult` }),
			]),
		}),
	]);
});

describe("the credential's test", () => {
	/** What the editor shows when a person saves a credential with these values. */
	async function testCredential(
		apiKey: string,
		baseUrl: string,
	): Promise<{ status: unknown; message: string }> {
		const credentials = exampleCredential(apiKey, baseUrl);
		const answer = await n8n.post('/rest/credentials/test', { credentials });
		if (!isRecord(answer)) throw new Error('n8n did not say how the test went.');
		const message = String(answer.message);
		expect(message).not.toContain(apiKey);
		// For a person who judges the wording: E2E_SHOW_MESSAGES=1 npm run test:e2e
		if (process.env.E2E_SHOW_MESSAGES) console.log(`${String(answer.status)}: ${message}`);
		return { status: answer.status, message };
	}

	test('passes with the right key', async () => {
		const { sandbox } = stage;
		expect(await testCredential(sandbox.key, sandbox.baseUrl)).toMatchObject({ status: 'OK' });
	});

	test('fails with a wrong key, and says that it is the key', async () => {
		const { status, message } = await testCredential('sk-test-wrong', stage.sandbox.baseUrl);
		expect(status).toBe('Error');
		expect(message).toMatch(/key/i);
	});

	test('fails with a wrong host, and says that it is the address', async () => {
		const baseUrl = 'http://no-such-host.invalid';
		const { status, message } = await testCredential(stage.sandbox.key, baseUrl);
		expect(status).toBe('Error');
		expect(message).toContain("'Base URL'");
		expect(message).toContain(new URL(baseUrl).host);
	});

	test('fails with a certificate that nobody vouches for, and says so and what to do in the node', async () => {
		const secured = await startSandbox({ tls: true });
		const { status, message } = await testCredential(secured.key, secured.baseUrl);
		await secured.stop();
		expect(status).toBe('Error');
		expect(message).toContain('its TLS certificate is not trusted');
		expect(message).toContain("'Ignore SSL Issues (Insecure)' in the options of the node");
		expect(message).not.toMatch(/typing error/);
	});
});
