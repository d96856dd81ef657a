/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** A real n8n with nothing but the packed package, a sandbox, and a browser that has its sign-in page open. */
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, selectors, type Page } from 'playwright-core';

import type { Cleanups } from '../../../real-n8n/driver/command';
import type { Sandbox } from '../../../sandbox/types';
import { build, openStage } from '../stage';

export interface EditorStage {
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

/** How long anything may take to appear (milliseconds). A loaded machine is slow; a passing test waits for none of it. */
const PATIENCE = 60_000;

export async function setUp(): Promise<EditorStage> {
	return await build(async (cleanups) => {
		const submitted = { queuedFor: 300, generatingFor: 700 };
		const { sandbox, n8n } = await openStage(cleanups, { submitted });
		const { baseUrl } = await n8n.serve();
		const page = await openPage(baseUrl, cleanups);
		return { sandbox, n8nUrl: baseUrl, page, screenshot: screenshots(page) };
	});
}

async function openPage(url: string, cleanups: Cleanups): Promise<Page> {
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

function screenshots(page: Page): EditorStage['screenshot'] {
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
