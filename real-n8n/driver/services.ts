/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** Redis and PostgreSQL for n8n's queue mode: Debian's programs, throw-away servers on free loopback ports. */
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { freePort, run, sleep, start, type Finished, type Running } from './process';

/** How long a server may take to answer (milliseconds). */
const DEADLINE = 60_000;
const DATABASE = 'n8n';
const USER = 'n8n';

/** Installs the two programs from Debian's packages where they are missing. */
export async function installServices(): Promise<void> {
	const { code, output } = await run('bash', [path.join(__dirname, 'queueServices.sh')]);
	if (code !== 0) throw new Error(`Redis and PostgreSQL could not be installed:\n${output}`);
}

export interface Service {
	/** What n8n's processes need to know of it. */
	env: Record<string, string>;
	stop: () => Promise<void>;
}

export interface Database extends Service {
	/** Runs one query that returns one JSON value. */
	query: <T>(sql: string) => Promise<T>;
}

/** A queue that is gone with its server: nothing is written to disk but into `folder`. */
export async function startRedis(folder: string): Promise<Service> {
	mkdirSync(folder);
	const port = String(await freePort());
	const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
	const server = start('redis-server', [...args, '--appendonly', 'no']);
	const ping = async () => await run('redis-cli', ['-h', '127.0.0.1', '-p', port, 'ping']);
	await untilUp('Redis', server, async () => (await ping()).stdout.startsWith('PONG'));
	return {
		env: { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: port },
		stop: server.stop,
	};
}

/** A server with an empty database. `parent` is the folder to make its own in; PostgreSQL's user has to get there. */
export async function startPostgres(parent: string): Promise<Database> {
	const programs = postgresFolder();
	const folder = path.join(parent, 'postgres');
	const data = path.join(folder, 'data');
	mkdirSync(folder);
	const asRoot = process.getuid?.() === 0;
	// PostgreSQL refuses to run as root. setpriv becomes the program that it starts, so a signal reaches the server itself.
	const prefix = asRoot
		? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--']
		: [];
	if (asRoot) {
		chmodSync(parent, 0o711);
		finished('chown', await run('chown', ['postgres:postgres', folder]));
	}
	const command = (name: string, args: string[]): [string, string[]] => {
		const [first, ...rest] = [...prefix, path.join(programs, name), ...args];
		return [first, rest];
	};
	const cwd = folder;
	const fresh = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
	finished('initdb', await run(...command('initdb', fresh), { cwd }));

	const port = String(await freePort());
	const address = ['-h', '127.0.0.1', '-p', port];
	// -F: no fsync. What is lost with the machine is of no use to anybody.
	const serve = command('postgres', ['-D', data, '-k', folder, '-F', ...address]);
	const server = start(...serve, { cwd });
	const client = async (name: string, args: string[]) =>
		await run(path.join(programs, name), [...address, '-U', USER, ...args], { cwd: '/' });
	await untilUp('PostgreSQL', server, async () => (await client('pg_isready', [])).code === 0);
	finished('createdb', await client('createdb', [DATABASE]));
	return {
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: port,
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: USER,
		},
		query: async <T>(sql: string): Promise<T> => {
			const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'];
			const answer = finished('psql', await client('psql', [...flags, '-d', DATABASE, '-c', sql]));
			const value: T = JSON.parse(answer.stdout);
			return value;
		},
		stop: server.stop,
	};
}

/** Debian keeps the server's programs away from PATH, in a folder for each version. */
function postgresFolder(): string {
	const debian = '/usr/lib/postgresql';
	const versions = existsSync(debian) ? readdirSync(debian) : [];
	const folders = [
		...versions
			.sort((a, b) => Number(b) - Number(a))
			.map((version) => path.join(debian, version, 'bin')),
		...(process.env.PATH ?? '').split(path.delimiter),
	];
	const found = folders.find((folder) => existsSync(path.join(folder, 'initdb')));
	if (!found)
		throw new Error('There is no PostgreSQL server here: real-n8n/driver/queueServices.sh');
	return found;
}

function finished(what: string, result: Finished): Finished {
	if (result.code !== 0) throw new Error(`${what} failed:\n${result.output.slice(-2_000)}`);
	return result;
}

/** Waits until `isUp`; throws with what the process has printed when it ends before that, or takes too long. */
export async function untilUp(
	name: string,
	process: Running,
	isUp: () => Promise<boolean>,
	ms = DEADLINE,
): Promise<void> {
	const deadline = Date.now() + ms;
	let hasEnded = false;
	const note = () => {
		hasEnded = true;
	};
	process.ended.then(note, note);
	while (!(await isUp())) {
		const late = Date.now() > deadline;
		if (late || hasEnded) {
			const problem = late ? 'did not answer in time' : 'ended';
			throw new Error(`${name} ${problem}:\n${process.output().slice(-4_000)}`);
		}
		await sleep(100);
	}
}
