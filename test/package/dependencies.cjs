/** What may import what; checked by test/package/tree.test.ts with dependency-cruiser. */
const WORKSHOP = '^(benchmark|live|real-n8n|sandbox|scripts|test)/';
const SHIPPED = '^(index\\.ts$|nodes/|credentials/)';

/** @returns {object} a rule: nothing in `from` imports anything in `to`, but for `except` */
const never = (name, from, to, except) => ({
	name,
	severity: 'error',
	from: { path: from },
	to: { path: to, ...(except && { pathNot: except }) },
});

module.exports = {
	forbidden: [
		{ name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'nothing lies about unused',
			severity: 'error',
			from: { orphan: true, pathNot: '\\.test\\.ts$|^test/|\\.cjs$|\\.mjs$' },
			to: {},
		},
		never(
			'what is shipped imports n8n-workflow only',
			SHIPPED,
			'',
			`${SHIPPED}|^node_modules/n8n-workflow/`,
		),
		never(
			"the API's language is pure",
			'^nodes/shared/api/',
			'',
			'^nodes/shared/(api/|failure\\.ts$)',
		),
		never(
			'only answer.ts sees JSON that was not read',
			'^nodes/shared/(?!api/(answer|calls)\\.ts$)',
			'^nodes/shared/api/json\\.ts$',
		),
		never(
			'only the judge asks the rows what a code, a status or an error means',
			'^nodes/(?!shared/api/judge\\.ts$)',
			'^nodes/shared/api/verdictRows\\.ts$',
		),
		never('transport knows no delivery', '^nodes/shared/transport/', '^nodes/shared/delivery/'),
		never('what is shared knows no node', '^nodes/shared/', '^nodes/Doubao'),
		never(
			'the live check reads answers as the nodes do, and knows no more of them and no sandbox',
			'^live/',
			`${SHIPPED}|^sandbox/`,
			'^nodes/shared/(apiKey|api/(answer|calls|judge))\\.ts$',
		),
		never('the sandbox knows nothing of the product', '^sandbox/', SHIPPED),
		never(
			'pictures are only drawn',
			'^sandbox/pictures/',
			'^sandbox/',
			'^sandbox/(pictures/|server/guards)',
		),
		never('the driver of n8n knows no sandbox', '^real-n8n/driver/', '^(sandbox|real-n8n/demo)/'),
		never('commands are imported by nobody', WORKSHOP, '^scripts/'),
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '^(dist|real-n8n/versions)/' },
		// Types too: who needs a type needs to know its place.
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.tools.json' },
	},
};
