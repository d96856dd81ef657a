// Completes a package-lock.json that was made with a registry which holds the binaries of some platforms only: npm leaves the
// others out of the lock, and `npm ci` then refuses it everywhere ("Missing: … from lock file"). What is added has no
// checksum, as there is nothing to take one from; npm never fetches it on a platform that it is not for.
// usage: node scripts/completeLock.cjs <package-lock.json>
const { readFileSync, writeFileSync } = require('node:fs');

const file = process.argv[2];
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;

/** Where Node would find `name` from the package at `from`: its own node_modules first, then each parent's. */
function resolve(from, name) {
	for (
		let folder = from;
		;
		folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))
	) {
		const place = `${folder ? `${folder}/` : ''}node_modules/${name}`;
		if (packages[place]) return place;
		if (!folder) return undefined;
	}
}

const OS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ');
const CPU = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ');

/** Binary packages say in their name what they are for, e.g. `@napi-rs/canvas-darwin-arm64`. */
function platformOf(name) {
	const parts = name.split(/[-/]/);
	const os = OS.find((candidate) => parts.includes(candidate));
	const cpu = CPU.find((candidate) => parts.includes(candidate));
	const libc = parts.includes('musl') ? 'musl' : parts.includes('gnu') ? 'glibc' : undefined;
	return {
		...(cpu && { cpu: [cpu] }),
		...(os && { os: [os] }),
		...(os === 'linux' && libc && { libc: [libc] }),
	};
}

/** Binary packages are asked for by exact version; what is asked for otherwise is fine as npm chose it. */
const fits = (place, range) =>
	!/^\d+\.\d+\.\d+[^ ]*$/.test(range) || packages[place].version === range;

/** At the top where that is free; else beside the package that wants it, or inside it. */
function freePlace(from, name) {
	const beside = from.slice(0, from.lastIndexOf('node_modules/'));
	return [
		`node_modules/${name}`,
		`${beside}node_modules/${name}`,
		`${from}/node_modules/${name}`,
	].find((place) => !packages[place]);
}

const added = [];
for (const [from, { optionalDependencies = {}, dev, devOptional }] of Object.entries(packages)) {
	for (const [name, range] of Object.entries(optionalDependencies)) {
		const found = resolve(from, name);
		if (found && fits(found, range)) continue;
		packages[freePlace(from, name)] = {
			version: range.replace(/^[\^~]/, ''),
			...platformOf(name),
			...(dev && { dev }),
			...(devOptional && { devOptional }),
			optional: true,
		};
		added.push(`${name}@${range}`);
	}
}

const [root, ...others] = Object.keys(packages);
others.sort((a, b) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries([root, ...others].map((key) => [key, packages[key]]));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `Added:\n  ${added.join('\n  ')}` : 'Nothing was missing.');
