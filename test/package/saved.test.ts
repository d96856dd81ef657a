import { NodeHelpers, type INode, type INodeProperties } from 'n8n-workflow';

import { DoubaoPortraitResult } from '../../nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
import { DoubaoPortraitSubmit } from '../../nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
import { readSaved, SAVED } from '../n8n/e2e/saved/files';
import { manifest } from './built';
import { isRecord } from '../support/isRecord';

/*
 * People's workflows hold the names and values of parameters. These tests compare them with what saved workflows hold; what they
 * then do is tested in real n8n (test/n8n/e2e/saved.test.ts). When one fails, the saved file is right.
 */

const TYPES = [new DoubaoPortraitSubmit(), new DoubaoPortraitResult()];

/** As n8n has it, whose variant of a node for agents is named after it. */
function descriptionOf({ type, typeVersion }: Pick<INode, 'type' | 'typeVersion'>) {
	const name = type.replace(`${manifest().name}.`, '');
	const found = TYPES.find(({ description }) => description.name === name.replace(/Tool$/, ''));
	if (!found) throw new Error(`There is no node ${type}.`);
	const { description } = NodeHelpers.getVersionedNodeType(found, typeVersion);
	expect([description.version].flat()).toContain(typeVersion);
	const properties = name.endsWith('Tool')
		? [...description.properties, TOOL_DESCRIPTION]
		: description.properties;
	return { ...description, name, properties };
}

/** n8n gives it to every tool. */
const TOOL_DESCRIPTION: INodeProperties = {
	displayName: 'Description',
	name: 'toolDescription',
	type: 'string',
	default: '',
};

const savedNodes = SAVED.flatMap((file) =>
	readSaved(file)
		.nodes.filter(({ type }) => type.startsWith(`${manifest().name}.`))
		.map((node) => ({ file, node })),
);

/** What one saved value means today, as paths with the choices that were made: `options.onTimeout=return`. */
function meaningsIn(
	values: Record<string, unknown>,
	properties: INodeProperties[],
	isShown: (property: INodeProperties) => boolean,
	path = '',
): string[] {
	return Object.entries(values).flatMap(([name, value]) => {
		const place = `${path}${name}`;
		const property = properties.find((candidate) => candidate.name === name && isShown(candidate));
		if (!property) return [`${place}: there is no such parameter`];
		return meaningOf(value, property, place);
	});
}

function meaningOf(value: unknown, property: INodeProperties, place: string): string[] {
	const { type, options = [], default: byDefault } = property;
	const always = () => true;
	if (type === 'collection' && isRecord(value)) {
		const members = options.flatMap((option) => ('type' in option ? [option] : []));
		return [place, ...meaningsIn(value, members, always, `${place}.`)];
	}
	if (type === 'fixedCollection' && isRecord(value)) {
		return Object.entries(value).flatMap(([name, group]) => {
			const found = options.find((option) => option.name === name);
			if (!found || !('values' in found) || !isRecord(group)) {
				return [`${place}.${name}: there is no such group`];
			}
			return meaningsIn(group, found.values, always, `${place}.${name}.`);
		});
	}
	const isExpression = typeof value === 'string' && value.startsWith('=');
	// Of a collection it saves what was added.
	const isOption = place.startsWith('options.');
	if (value === byDefault && !isOption)
		return [`${place}: is the default, which n8n does not save`];
	if (isExpression) return [place];
	if (type === 'options') {
		const isChoice = options.some((option) => 'value' in option && option.value === value);
		return [isChoice ? `${place}=${String(value)}` : `${place}: there is no such choice`];
	}
	if (type === 'multiOptions' && Array.isArray(value)) {
		const choices = options.map((option) => ('value' in option ? option.value : undefined));
		const strangers = value.filter((one) => !choices.includes(one));
		return [place, ...strangers.map((one) => `${place}: there is no choice ${String(one)}`)];
	}
	// What is typed as JSON is saved as text.
	const saved = type === 'json' ? 'string' : type;
	return [typeof value === saved ? place : `${place}: is no ${type}`];
}

const meaningsOf = (node: INode) => {
	const description = descriptionOf(node);
	const { properties } = description;
	return meaningsIn(node.parameters, properties, (property) =>
		NodeHelpers.displayParameter(
			NodeHelpers.getNodeParameters(properties, node.parameters, true, true, node, description) ??
				{},
			property,
			node,
			description,
		),
	);
};

/** Everything that can be saved: the paths as above. */
function everythingIn(properties: INodeProperties[], path = ''): string[] {
	return properties.flatMap(({ name, type, options = [], default: byDefault }) => {
		const place = `${path}${name}`;
		if (type === 'collection') {
			const members = options.flatMap((option) => ('type' in option ? [option] : []));
			return [place, ...everythingIn(members, `${place}.`)];
		}
		if (type === 'fixedCollection') {
			return options.flatMap((group) =>
				'values' in group ? everythingIn(group.values, `${place}.${group.name}.`) : [],
			);
		}
		if (type !== 'options') return [place];
		return options.flatMap((option) =>
			'value' in option && option.value !== byDefault ? [`${place}=${option.value}`] : [],
		);
	});
}

it.each(savedNodes.map(({ file, node }) => [node.name, file, node] as const))(
	'what the saved node "%s" (%s) holds is known today',
	(_name, _file, node) => {
		expect(meaningsOf(node).filter((meaning) => meaning.includes(': '))).toEqual([]);
	},
);

// A parameter that is added later goes into a file that is added later.
it.each(TYPES.map(({ description: { name } }) => name))(
	'every parameter, option and choice of %s but the defaults is in a saved node',
	(name) => {
		const type = `${manifest().name}.${name}`;
		const saved = savedNodes
			.filter(({ node }) => [type, `${type}Tool`].includes(node.type))
			.flatMap(({ node }) => meaningsOf(node));
		const everything = everythingIn(descriptionOf({ type, typeVersion: 1 }).properties);
		expect(everything.filter((place) => !saved.includes(place))).toEqual([]);
	},
);

/** What a node stands for in which nothing was saved. */
const DEFAULTS = {
	doubaoPortraitSubmit: {
		imageSource: 'url',
		imageUrl: '',
		binaryPropertyName: 'data',
		prompt: '',
		referenceMode: 'auto',
		size: 'default',
		waitForCompletion: true,
		output: 'both',
		outputBinaryPropertyName: 'data',
		addWatermark: false,
		watermarkText: '',
		watermarkPosition: 0,
		watermarkLanguage: 0,
		watermarkOpacity: 1,
		simplify: true,
		fieldsToReturn: [],
		options: {},
	},
	doubaoPortraitResult: {
		taskId: '={{ $json.task_id }}',
		waitForCompletion: true,
		output: 'both',
		binaryPropertyName: 'data',
		addWatermark: false,
		watermarkText: '',
		watermarkPosition: 0,
		watermarkLanguage: 0,
		watermarkOpacity: 1,
		simplify: true,
		fieldsToReturn: [],
		options: {},
	},
};

it.each(Object.entries(DEFAULTS))('the defaults of %s are what they were', (name, defaults) => {
	const node = { type: `${manifest().name}.${name}`, typeVersion: 1 };
	const { properties } = descriptionOf(node);
	const values = NodeHelpers.getNodeParameters(properties, {}, true, true, node, null);
	expect(values).toEqual(defaults);
});
