/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- never shipped */
/** The figures of docs/reliability.md, from the tests that make them to the page. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One part of the fault matrix. */
export interface MatrixFigures {
	cases: number;
	runs: number;
	recovered: number;
	failedWithReason: number;
	requests: number;
	/** Seconds. */
	slowest: number;
}

/** All in bytes. */
export interface LimitFigures {
	limit: number;
	baseline: number;
	peaks: Array<{ name: string; extra: number; sent: number }>;
}

export interface PaceFigures {
	callsPerSecond: number;
	atOnce: number;
	figures: Array<{
		executions: number;
		tasks: number;
		seconds: number;
		/** Seconds that the limit itself takes. */
		limit: number;
		ratio: number;
	}>;
}

/** One stop in real n8n. Milliseconds after n8n's answer to it; a request before that answer has a negative time. */
export interface CancelFigures {
	tasks: number;
	requestsBefore: number;
	downloadsInFlight: number;
	stopCallTookMs: number;
	lastRequestMs: number;
	socketsClosedMs: number;
	temporaryFilesBefore: number;
	temporaryFilesAfter: number;
}

export interface ClusterFigures {
	executions: number;
	workers: number;
	delivered: number;
	visiblyFailed: number;
	gone: number;
	inHandOfKilledWorker: number;
	killedAfterSeconds: number;
	overAfterSeconds: number;
	submits: number;
	submittedTwice: number;
	submitsOfFailedExecutions: number;
	failedAs: string[];
	lastCheckAfterStopMs?: number;
}

/** By the name of the file that holds them. */
export interface AllFigures {
	'matrix-api': MatrixFigures;
	'matrix-fields': MatrixFigures;
	'matrix-image': MatrixFigures;
	'matrix-submit': MatrixFigures;
	'matrix-one-step': MatrixFigures;
	'matrix-one-step-retried': MatrixFigures;
	limits: LimitFigures;
	pace: PaceFigures;
	fuzz: { runs: number };
	/** By the moment of the stop. */
	cancel: Record<string, CancelFigures>;
	cluster: ClusterFigures;
}

/** Where figures are collected; undefined in a plain test run. */
export const FIGURES_FOLDER = process.env.RELIABILITY_RESULTS;

export function keepFigures<Name extends keyof AllFigures>(
	name: Name,
	figures: AllFigures[Name],
): void {
	if (!FIGURES_FOLDER) return;
	mkdirSync(FIGURES_FOLDER, { recursive: true });
	const file = path.join(FIGURES_FOLDER, `${name}.json`);
	writeFileSync(file, `${JSON.stringify(figures, null, '\t')}\n`);
}

/** Undefined when that part was not run. */
export function readFigures<Name extends keyof AllFigures>(
	folder: string,
	name: Name,
): AllFigures[Name] | undefined {
	const file = path.join(folder, `${name}.json`);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
