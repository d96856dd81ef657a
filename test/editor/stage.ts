/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- a tool for development, never shipped */
/** A real n8n with nothing but the packed package, a sandbox, and a browser that has its sign-in page open. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, selectors, type Page } from 'playwright-core';

import { startSandbox } from '../../sandbox/sandbox';
import type { Sandbox } from '../../sandbox/types';
import { ensureN8n } from '../../scripts/n8n/install';
import { N8nInstance } from '../../scripts/n8n/instance';
import { buildAndPack } from '../../scripts/n8n/package';

export interface Stage {
	sandbox: Sandbox;
	/** Where n8n serves its editor, no trailing slash. */
	n8nUrl: string;
	page: Page;
	/** Keeps what the page shows as a JPEG, numbered in the order of the calls. */
	screenshot: (name: string) => Promise<void>;
	stop: () => Promise<void>;
}

const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

type Cleanup = () => void | Promise<void>;

/** How long anything may take to appear (milliseconds). A loaded machine is slow; a passing test waits for none of it. */
const PATIENCE = 60_000;

export async function setUp(): Promise<Stage> {
	const cleanups: Cleanup[] = [];
	const stop = async () => {
		for (let undo = cleanups.pop(); undo; undo = cleanups.pop()) await undo();
	};
	try {
		const installed = await ensureN8n();
		const sandbox = await startSandbox({ submitted: { queuedFor: 300, generatingFor: 700 } });
		cleanups.push(async () => await sandbox.stop());
		const n8n = N8nInstance.create({ n8n: installed });
		cleanups.push(async () => await n8n.stop());
		await n8n.installPackage(await pack(cleanups));
		const { baseUrl } = await n8n.serve();
		const page = await openPage(baseUrl, cleanups);
		return { sandbox, n8nUrl: baseUrl, page, screenshot: screenshots(page), stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function pack(cleanups: Cleanup[]): Promise<string> {
	if (process.env.N8N_TARBALL) return process.env.N8N_TARBALL;
	const folder = mkdtempSync(path.join(tmpdir(), 'packed-'));
	cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
	return await buildAndPack(folder);
}

async function openPage(url: string, cleanups: Cleanup[]): Promise<Page> {
	const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
	if (!existsSync(executablePath)) {
		throw new Error(
			`There is no browser at ${executablePath}. Install Chromium (Debian, Ubuntu: sudo apt-get install -y chromium), or name one with CHROMIUM=<path>.`,
		);
	}
	// n8n marks its elements with this attribute.
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
	cleanups.push(async () => await browser.close());
	const page = await browser.newPage({
		viewport: { width: 1440, height: 900 },
		reducedMotion: 'reduce',
	});
	page.setDefaultTimeout(PATIENCE);
	// Leaving a workflow that has not been saved yet asks first.
	page.on('dialog', (dialog) => void dialog.accept());
	await page.goto(url);
	return page;
}

function screenshots(page: Page): Stage['screenshot'] {
	const folder = process.env.EDITOR_SCREENSHOTS ?? mkdtempSync(path.join(tmpdir(), 'editor-'));
	mkdirSync(folder, { recursive: true });
	let taken = 0;
	return async (name) => {
		taken += 1;
		const file = `${String(taken).padStart(2, '0')}-${name}.jpg`;
		await page.screenshot({
			path: path.join(folder, file),
			type: 'jpeg',
			quality: 70,
			animations: 'disabled',
		});
	};
}
