/** Leaves sentences alone: test/unit/troubleshooting.test.ts holds those of errors to the page, and reads the unchanged sources for it. */
const prose = {
	shouldIgnore: ({ node }) =>
		node.type === 'StringLiteral' && /\S \S+ \S/.test(node.value)
			? 'a sentence, held to docs/troubleshooting.md by a test of its own'
			: undefined,
};

const nothing = {
	shouldIgnore: ({ node }) =>
		node.type === 'BlockStatement' &&
		node.body[0]?.type === 'ReturnStatement' &&
		node.body[0].argument?.name === 'undefined'
			? 'a block that just ends returns undefined too'
			: undefined,
};

export const strykerPlugins = [
	{ kind: 'Ignore', name: 'prose', value: prose },
	{ kind: 'Ignore', name: 'nothing', value: nothing },
];
