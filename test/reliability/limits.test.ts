/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { endlessBody, gzipBomb } from '../../sandbox/faults/faults';
import type { Endpoint } from '../../sandbox/types';
import { useBench } from '../support/bench';
import { PNG_START, pouring } from './handles';
import type { Child } from './memoryChild';
import { keepFigures } from '../support/figures';
import type { Handle } from './types';

/** 'Max File Size', in MB. */
const LIMIT = 20;
const bench = useBench();

interface Huge {
	name: string;
	says: RegExp;
	handle?: Handle;
	endpoint?: Endpoint;
	output?: string;
	/** Of the image, in bytes. */
	bytes?: number;
}

const HUGE: Huge[] = [
	{
		name: 'an image without an end',
		says: /larger than 20 MB/,
		handle: endlessBody('image/png', PNG_START),
		endpoint: 'image',
	},
	{ name: 'an image of 150 MB', says: /larger than 20 MB/, bytes: 150_000_000 },
	{
		name: 'a gzip bomb in place of an image',
		says: /is not an image/,
		handle: gzipBomb(4096, 'image/png'),
		endpoint: 'image',
	},
	{
		name: 'base64 without an end',
		says: /larger than/,
		handle: endlessBody('application/json', '{"data":{"binary_data_base64":["'),
		output: 'binary',
	},
	{ name: 'base64 of 150 MB', says: /larger than/, bytes: 150_000_000, output: 'binary' },
	{
		name: 'an error in JSON without an end',
		says: /larger than/,
		handle: endlessBody('application/json', '{"error":{"message":"'),
	},
	{
		name: 'an error page without an end',
		says: /web page/,
		handle: endlessBody('text/html', '<html>'),
	},
	{ name: 'a gzip bomb in place of JSON', says: /larger than/, handle: gzipBomb(4096) },
	{
		name: 'an error of 150 MB',
		says: /larger than/,
		handle: pouring(400, '{"error":{"message":"', 150),
	},
];

interface Peak {
	peak: number;
	said: string;
}

const run = promisify(execFile);

async function peakOf(child: Child): Promise<Peak> {
	const file = path.join(__dirname, 'memoryChild.ts');
	const { stdout } = await run(process.execPath, ['--import', 'tsx', file, JSON.stringify(child)], {
		cwd: path.join(__dirname, '../..'),
		maxBuffer: 10_000_000,
		env: { ...process.env, N8N_USER_FOLDER: undefined, TSX_TSCONFIG_PATH: 'tsconfig.tools.json' },
	});
	const line = stdout.split('\n').find((one) => one.startsWith('RESULT '));
	return JSON.parse(line?.slice(7) ?? '{}') as Peak;
}

async function runHuge(huge: Huge): Promise<Peak & { sent: number }> {
	const { handle, endpoint = 'result', output = 'both', bytes } = huge;
	const taskId = handle
		? bench.faultyTask(handle, { endpoint, times: Infinity })
		: bench.task({ bytes });
	const { baseUrl, key } = bench.sandbox;
	const peak = await peakOf({ baseUrl, key, taskId, output, maxFileSize: LIMIT });
	const isImage = endpoint === 'image' || (bytes && output === 'both');
	const sent = bench.log(isImage ? 'image' : 'result', taskId);
	return { ...peak, sent: Math.max(...sent.map(({ bytesSent }) => bytesSent)) };
}

const peaks: Array<{ name: string; extra: number; sent: number }> = [];
let baseline = 0;

beforeAll(async () => {
	const { peak, said } = await runHuge({ name: '', says: /done/ });
	expect(said).toBe('done');
	baseline = peak;
}, 120_000);
afterAll(() => keepFigures('limits', { limit: LIMIT * 1e6, baseline, peaks }));

describe('a body over the limit is neither read to its end nor held in memory', () => {
	it.each(HUGE)(
		'$name',
		async (given) => {
			const { peak, said, sent } = await runHuge(given);
			peaks.push({ name: given.name, extra: Math.max(0, peak - baseline), sent });
			expect(said).toMatch(given.says);
			expect(peak - baseline).toBeLessThan(3 * LIMIT * 1e6);
			expect(sent).toBeLessThan(4 * LIMIT * 1e6);
		},
		120_000,
	);
});
