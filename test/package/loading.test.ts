/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import { loadOutputSchema, PackageDirectoryLoader, resolveOutputSchemaPath } from 'n8n-core';
import type { INodeProperties, INodeTypeDescription } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { manifest, needBuild, ROOT } from './built';

let loader: PackageDirectoryLoader;

beforeAll(async () => {
	needBuild();
	loader = new PackageDirectoryLoader(ROOT);
	await loader.loadAll();
});

const NAMES = manifest().n8n.nodes.map((path) =>
	path.replace(/^.*\/D/, 'd').replace('.node.js', ''),
);

function description(name: string): INodeTypeDescription {
	const found = loader.types.nodes.find((node) => node.name === name);
	if (!found) throw new Error(`n8n did not load ${name}`);
	return found as INodeTypeDescription;
}

/** Every parameter of a node, those of collections included. */
function parametersOf(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...(property.options ?? []).flatMap((option): INodeProperties[] => {
			if ('values' in option) return parametersOf(option.values);
			return 'type' in option ? parametersOf([option]) : [];
		}),
	]);
}

describe('n8n loads from the built package', () => {
	it('every node and the credential', () => {
		expect(loader.packageName).toBe('n8n-nodes-302ai-doubao-portrait');
		expect(Object.keys(loader.known.nodes).sort()).toEqual([...NAMES].sort());
		expect(Object.keys(loader.known.credentials)).toEqual(['ai302Api']);
	});

	it('the icons of the credential in light and dark, and its use in the HTTP Request node', () => {
		const [credential] = loader.types.credentials;
		expect(credential).toMatchObject({
			name: 'ai302Api',
			displayName: '302.AI API',
			httpRequestNode: { name: '302.AI', apiBaseUrl: 'https://api.302.ai/' },
			iconUrl: {
				light: expect.stringMatching(/dist\/icons\/302ai\.svg$/),
				dark: expect.stringMatching(/dist\/icons\/302ai\.dark\.svg$/),
			},
		});
		const [key] = credential.properties;
		expect(key).toMatchObject({ name: 'apiKey', typeOptions: { password: true }, required: true });
	});

	describe.each(NAMES)('%s', (name) => {
		it('with icons in light and dark', () => {
			expect(description(name).iconUrl).toEqual({
				light: expect.stringMatching(/dist\/icons\/doubaoPortrait\.svg$/),
				dark: expect.stringMatching(/dist\/icons\/doubaoPortrait\.dark\.svg$/),
			});
		});

		it('with its place in the node panel and its search words', () => {
			const { codex } = description(name);
			// n8n leaves nodes of the category AI out of its usual node panel.
			expect(codex?.categories).toEqual(['Marketing & Content', 'Utility']);
			const words = ['doubao', '302', 'portrait', 'jimeng', 'seedream'];
			expect(codex?.alias).toEqual(expect.arrayContaining(words));
			for (const links of Object.values(codex?.resources ?? {})) {
				for (const { url } of links) expect(url).toMatch(/^https:\/\//);
			}
		});

		it("with the fields that come out of it, for the editor and for n8n's assistant", () => {
			const nodeDir = join(ROOT, dirname(loader.known.nodes[name].sourcePath));
			const forEditor = resolveOutputSchemaPath({ nodeDir, version: '1.0.0' });
			const schema: unknown = JSON.parse(readFileSync(forEditor ?? '', 'utf8'));
			// Without properties the editor shows nothing.
			expect(schema).toMatchObject({ type: 'object', properties: { task_id: { type: 'string' } } });
			const forAssistant = { nodeDir, version: 1, versionFallback: true };
			expect(loadOutputSchema(forAssistant)).toEqual(schema);
			const own = join(nodeDir, '__schema__/v1.0.0/output.json');
			expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual(schema);
		});

		it('as a tool for agents, with one credential, one input and one output', () => {
			expect(description(name)).toMatchObject({
				usableAsTool: true,
				version: 1,
				inputs: ['main'],
				outputs: ['main'],
				credentials: [{ name: 'ai302Api', required: true, testedBy: 'testAi302Api' }],
			});
		});
	});
});

const SMALL_WORDS = /^(a|an|and|as|at|by|for|from|in|into|of|on|or|per|the|to|with|by\))$/;

function isTitleCase(text: string): boolean {
	const words = text.split(/[\s-]+/).filter((word) => word !== '');
	return words.every(
		(word, index) => /^[(\d]?[\p{Lu}\d(×]/u.test(word) || (index > 0 && SMALL_WORDS.test(word)),
	);
}

describe.each(NAMES)('in the panel of %s', (name) => {
	const parameters = (): INodeProperties[] => parametersOf(description(name).properties);
	const namesWhere = (isWrong: (parameter: INodeProperties) => boolean): string[] =>
		parameters()
			.filter(isWrong)
			.map(({ displayName }) => displayName);

	it('every parameter has a name in Title Case', () => {
		expect(namesWhere(({ displayName }) => !isTitleCase(displayName))).toEqual([]);
		const options = parameters().flatMap(({ type, options = [] }) =>
			type === 'options' ? options.map((option) => option.name) : [],
		);
		expect(options.filter((option) => !isTitleCase(option))).toEqual([]);
	});

	it('every parameter but the collection is described', () => {
		expect(
			namesWhere(({ description: text, type }) => !/collection$/i.test(type) && !text?.trim()),
		).toEqual([]);
	});

	it('every number takes what is typed, and shows its bounds beside the field', () => {
		const isHeld = ({ typeOptions = {} }: INodeProperties): boolean =>
			['minValue', 'maxValue', 'numberPrecision'].some((option) => option in typeOptions);
		const numbers = parameters().filter(({ type }) => type === 'number');
		expect(numbers.length).toBeGreaterThan(5);
		expect(numbers.filter(isHeld)).toEqual([]);
		for (const { hint } of numbers) expect(hint).toMatch(/^(From|At least) -?[\d.]+/);
	});

	it('every placeholder is an example', () => {
		expect(
			namesWhere(
				({ placeholder, type }) =>
					placeholder !== undefined &&
					!/collection$/i.test(type) &&
					!/^e\.g\. \S/.test(placeholder),
			),
		).toEqual([]);
	});

	it('every switch says whether', () => {
		expect(
			namesWhere(
				({ type, description: text }) => type === 'boolean' && !/^Whether /.test(text ?? ''),
			),
		).toEqual([]);
	});

	it('options stand in alphabetical order', () => {
		for (const { type, displayName, options = [] } of parameters()) {
			if (!/collection$/i.test(type) && type !== 'options') continue;
			const shown = options.map((option) =>
				'displayName' in option ? option.displayName : option.name,
			);
			const sorted = [...shown].sort((a, b) => a.localeCompare(b, 'en'));
			expect([displayName, ...shown]).toEqual([displayName, ...sorted]);
		}
	});

	it('a description of several sentences ends with a period', () => {
		const isWrong = (text: string): boolean =>
			/[.!?] \p{Lu}/u.test(text.replace('e.g.', '')) && !/[.!?]$/.test(text);
		expect(namesWhere(({ description: text }) => isWrong(text ?? ''))).toEqual([]);
	});

	it("n8n's assistant is told what a choice means whose values are numbers or the API's own words", () => {
		const cryptic = parameters().filter(({ type, options = [] }) => {
			const values = options.map((option) => ('value' in option ? option.value : ''));
			return type === 'options' && values.some((value) => /^\d$|_/.test(String(value)));
		});
		expect(cryptic.length).toBeGreaterThan(0);
		for (const { options = [], builderHint } of cryptic) {
			for (const option of options) {
				if (!('value' in option)) continue;
				expect(builderHint?.propertyHint).toContain(`${String(option.value)}:`);
			}
		}
	});

	it('every choice has a default that is one of its values', () => {
		for (const { type, default: chosen, options = [] } of parameters()) {
			if (type !== 'options') continue;
			const values = options.map((option) => ('value' in option ? option.value : undefined));
			expect(values).toContain(chosen);
		}
	});
});
