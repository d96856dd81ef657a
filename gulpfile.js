const { spawn } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { dest, parallel, series, src, watch } = require('gulp');

const OUT = 'dist';
const DESCRIPTIONS = ['nodes/*/*.node.json', 'nodes/*/__schema__/**/*.json'];

/** Runs the TypeScript compiler of this project; fails when it does. */
function compile() {
	return spawn(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'], {
		stdio: 'inherit',
	});
}

async function clean() {
	await rm(OUT, { recursive: true, force: true });
}

/** Icons in light and dark. Only these: a picture anywhere else belongs to the documentation. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest(`${OUT}/icons`));
}

/** n8n finds a node's categories and search words in the JSON file beside it, and the fields that come out of it in `__schema__`. */
function descriptions() {
	return src(DESCRIPTIONS).pipe(dest(`${OUT}/nodes`));
}

const assets = parallel(icons, descriptions);
const build = series(clean, parallel(compile, assets));

exports.clean = clean;
exports.build = build;
exports.watch = series(build, () => {
	watch(['index.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'], compile);
	watch(['icons/*.svg', ...DESCRIPTIONS], assets);
});
exports.default = build;
