/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { INode, INodeProperties } from 'n8n-workflow';

import { resultProperties } from '../../nodes/DoubaoPortraitResult/description';
import { submitProperties } from '../../nodes/DoubaoPortraitSubmit/description';

const ROOT = resolve(__dirname, '../..');
const [, ...sections] = readFileSync(join(ROOT, 'docs/recipes.md'), 'utf8').split(/^## /m);

interface Recipe {
	title: string;
	text: string;
	/** Of all examples that it links. */
	nodes: INode[];
	/** Of the one that it says to import, which does just what its steps say. */
	imported: INode[];
}

const recipes: Recipe[] = sections.flatMap((text) => {
	const linked = [...text.matchAll(/(Import )?\[`[^`]+`\]\(\.\.\/examples\/([^)]+)\)/g)];
	if (linked.length === 0) return [];
	const nodesOf = (name: string): INode[] =>
		JSON.parse(readFileSync(join(ROOT, 'examples', name), 'utf8')).nodes;
	const nodes = linked.flatMap(([, , name]) => nodesOf(name));
	const imported = linked.flatMap(([, verb, name]) => (verb ? nodesOf(name) : []));
	return [{ title: text.split('\n')[0], text, nodes, imported }];
});

const PANELS: Record<string, { type: RegExp; properties: INodeProperties[] }> = {
	'Doubao Portrait Submit': { type: /\.doubaoPortraitSubmit/, properties: submitProperties },
	'Doubao Portrait Result': { type: /\.doubaoPortraitResult/, properties: resultProperties },
};

/** The nodes of n8n, by the names that the recipes and n8n's node panel give them. */
const TYPES_OF_N8N: Record<string, RegExp> = {
	'AI Agent': /langchain\.agent$/,
	'Edit Fields': /\.set$/,
	'Form Trigger': /\.formTrigger$/,
	If: /\.if$/,
	'n8n Form': /\.form$/,
	'Read/Write Files from Disk': /\.readWriteFile$/,
	'Split Out': /\.splitOut$/,
	Telegram: /\.telegram$/,
	'Telegram Trigger': /\.telegramTrigger$/,
	Wait: /\.wait$/,
};

const FIELDS_OF_A_PORTRAIT = [
	...['task_id', 'status', 'completed', 'image_urls', 'image_url', 'request_id'],
	...['image_input', 'generation', 'image_index', 'timed_out', 'error', 'details'],
];

/** The names of the fields that a node of an example gives to its items. */
function fieldsOf({ type, parameters }: INode, nodes: INode[]): string[] {
	if (/\.doubaoPortrait/.test(type)) return FIELDS_OF_A_PORTRAIT;
	const text = JSON.stringify(parameters);
	if (/\.(formTrigger|form)$/.test(type)) {
		return [...text.matchAll(/fieldLabel\\*": *\\*"(\w+)/g)].map(([, label]) => label);
	}
	if (/\.telegramTrigger$/.test(type)) return ['message'];
	if (/\.splitOut$/.test(type)) {
		const { destinationFieldName } = parameters.options as { destinationFieldName?: string };
		if (destinationFieldName) return [destinationFieldName];
		const lists = nodes.flatMap(
			(node) => rawFields(node)[String(parameters.fieldToSplitOut)] ?? [],
		);
		return lists.flatMap((entry) => Object.keys(entry as object));
	}
	if (!/\.set$/.test(type)) return [];
	const assigned = [...text.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name);
	return [...assigned, ...Object.keys(rawFields({ type, parameters } as INode))];
}

function rawFields({ parameters }: INode): Record<string, unknown[]> {
	return parameters.mode === 'raw' ? JSON.parse(String(parameters.jsonOutput)) : {};
}

describe.each(recipes)(
	'the recipe "$title" and the example it links',
	({ text, nodes, imported }) => {
		it("agree on the nodes that $('…') speaks of, and on their fields", () => {
			for (const [whole, name, field] of text.matchAll(
				/\$\('([^']+)'\)(?:\.(?:item|first\(\)|all\(\))(?:\.json\.(\w+))?)?/g,
			)) {
				const found = nodes.filter((node) => node.name === name);
				expect([whole, found.length > 0]).toEqual([whole, true]);
				if (field) expect(found.flatMap((node) => fieldsOf(node, nodes))).toContain(field);
			}
		});

		it('agree on the fields that $json speaks of', () => {
			const known = nodes.flatMap((node) => fieldsOf(node, nodes));
			const used = [...text.matchAll(/\$json\.(\w+)/g)].map(([, field]) => field);
			expect(used.filter((field) => !known.includes(field))).toEqual([]);
		});

		it('agree on the names of nodes', () => {
			const names = [
				...text.matchAll(
					/(?:called|the node|in place of) ([A-Z]\w*(?: (?:[A-Z]\w*|per|to|from))*)/g,
				),
			].map(([, name]) => name);
			const rows = text.split('\n').filter((line) => line.startsWith('| '));
			const column = rows[0]?.split('|').findIndex((cell) => cell.trim() === 'Node in the example');
			if (column > 0) names.push(...rows.slice(1).map((row) => row.split('|')[column].trim()));
			const known = nodes.map(({ name }) => name);
			expect(names.filter((name) => !known.includes(name))).toEqual([]);
		});

		const steps =
			imported.length === 0 ? [] : [...text.matchAll(/^\d\. (.+)$/gm)].map(([, step]) => step);

		it('agree on the kinds of nodes', () => {
			for (const step of steps) {
				const named = [...step.matchAll(/\*{1,2}([^*]+)\*{1,2}/g)].map(([, name]) => name);
				for (const name of named) {
					const type = PANELS[name]?.type ?? TYPES_OF_N8N[name];
					if (type)
						expect([name, imported.some((node) => type.test(node.type))]).toEqual([name, true]);
				}
			}
		});

		it('agree on what is set in the Doubao nodes', () => {
			for (const step of steps) {
				const name = /^[^*]*\*\*(Doubao[^*]+)\*\*/.exec(step)?.[1];
				if (!name) continue;
				const { type, properties } = PANELS[name];
				for (const [, label, value] of step.matchAll(SETTING)) {
					const set = imported
						.filter((node) => type.test(node.type))
						.map((node) => settingOf(node, properties, label));
					if (set.some((given) => given !== undefined)) expect(set).toContain(plain(value));
				}
			}
		});
	},
);

/** A field in bold, and behind it a text in code, a switch, a number or the name of a choice. */
const SETTING = /\*\*([^*]+)\*\* (`[^`]+`|on|off|\d+|[A-Z]\w*(?: (?:[A-Z]\w*|and|\([a-z ]+\)))*)/g;

function plain(value: string): string {
	return value.replaceAll('`', '');
}

/** What a node of an example has in a field, as a recipe says it. Nothing where the panel has no such field. */
function settingOf(node: INode, properties: INodeProperties[], label: string): string | undefined {
	if (label === 'On Error') return ON_ERROR[node.onError ?? 'stopWorkflow'];
	const options = (properties.find(({ name }) => name === 'options')?.options ??
		[]) as INodeProperties[];
	const field = properties.find(({ displayName }) => displayName === label);
	const option = options.find(({ displayName }) => displayName === label);
	const property = field ?? option;
	if (!property) return undefined;
	const given = field ? node.parameters : ((node.parameters.options ?? {}) as INode['parameters']);
	const value = given[property.name] ?? (field ? property.default : '');
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const choices = (property.options ?? []) as Array<{ name: string; value?: unknown }>;
	const choice = choices.find((one) => one.value === value);
	return choice?.name ?? String(value).replace(/^=/, '');
}

const ON_ERROR: Record<string, string> = {
	continueErrorOutput: 'Continue (using error output)',
	continueRegularOutput: 'Continue',
	stopWorkflow: 'Stop Workflow',
};

it("where there is no example, $('…') speaks of our nodes, or the recipe says whose name it is", () => {
	for (const text of sections.filter((section) => !recipes.some((one) => one.text === section))) {
		const names = [...text.matchAll(/\$\('([^'…]+)'\)/g)].map(([, name]) => name);
		const strangers = names.filter(
			(name) => !PANELS[name] && !text.includes(`where \`${name}\` is`),
		);
		expect(strangers).toEqual([]);
	}
});

it('there are recipes with an example, and steps to compare', () => {
	expect(recipes.length).toBeGreaterThan(8);
	const steps = recipes.flatMap(({ text }) => text.match(/^\d\. .*\*\*Doubao.*/gm) ?? []);
	expect(steps.flatMap((step) => step.match(SETTING) ?? []).length).toBeGreaterThan(20);
});
