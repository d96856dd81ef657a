/** Leaves sentences alone: test/unit/troubleshooting.test.ts holds those of errors to the page, and reads the unchanged sources for it. */
const prose = {
	shouldIgnore: ({ node }) =>
		node.type === 'StringLiteral' && /\S \S+ \S/.test(node.value)
			? 'a sentence, held to docs/troubleshooting.md by a test of its own'
			: undefined,
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: prose }];
