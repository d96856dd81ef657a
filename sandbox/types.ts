/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which endpoint a request, a fault or a log entry belongs to. */
export type Endpoint = 'result' | 'submit' | 'upload' | 'models' | 'image' | 'unknown';

/** How a task ends once its queueing and generating time have passed. */
export type Outcome =
	| { kind: 'done' }
	| { kind: 'status'; status: string }
	| { kind: 'refused'; httpStatus: number; code: number; message: string };

/** A task to put into the sandbox by hand. All times are milliseconds from now. */
export interface TaskSpec {
	/** 19 digits; made up when absent. */
	id?: string;
	/** How long the task says `in_queue`. Default 0. */
	queuedFor?: number;
	/** How long it then says `generating`. Default 0. */
	generatingFor?: number;
	/** Default done. */
	outcome?: Outcome;
	/** How many images it has. Default 1. */
	images?: number;
	/** Pixels; default 512 × 512. */
	width?: number;
	height?: number;
	/** Default png. */
	format?: 'png' | 'jpeg';
	/** Pad every image file to about this many bytes with a harmless trailing-safe chunk/segment. */
	bytes?: number;
	prompt?: string;
	seed?: number;
}

export interface Limits {
	/** Result, submit and upload calls accepted in any one second; more are refused with 429 / 50429. Refused calls are not counted. */
	callsPerSecond?: number;
	/** Calls open at one time; more are refused with 429 / 50430. */
	atOnce?: number;
	/** Sent as `Retry-After` with every refusal when set (seconds). */
	retryAfter?: number;
}

export interface SandboxOptions {
	/** 0 or absent: a free port. */
	port?: number;
	imagePort?: number;
	/** The one key that is accepted. Default `sk-test-302-sandbox`. */
	key?: string;
	limits?: Limits;
	/** Milliseconds each answer is held back. Default 0. */
	latency?: { api?: number; image?: number };
	/** Serve both hosts over TLS with a self-signed certificate. */
	tls?: boolean;
	/** How long submitted tasks queue and generate, in milliseconds. Default 2000 and 4000. */
	submitted?: { queuedFor?: number; generatingFor?: number };
}

export interface LogEntry {
	/** Milliseconds since the sandbox started. */
	at: number;
	endpoint: Endpoint;
	method: string;
	path: string;
	/** Request headers as they came, lower-cased names. */
	headers: Record<string, string>;
	/** Request body as text; uploads hold only their size here. */
	body: string;
	taskId?: string;
	/** HTTP status answered; 0 while unanswered or when the connection was cut. */
	status: number;
	/** For result calls: the `data.status` answered. */
	taskStatus?: string;
	/** Set when the client went away before the answer was finished (milliseconds since start). */
	abandonedAt?: number;
	/** Set when the answer was sent whole (milliseconds since start). */
	finishedAt?: number;
	/** Bytes that were written, with those of the answer's head. */
	bytesSent: number;
}

/** An order that was taken (a task that would have been billed). */
export interface Order {
	taskId: string;
	body: Record<string, unknown>;
	/** Milliseconds since the sandbox started. */
	at: number;
}

/**
 * What to do instead of answering, or after having done the work. `handle` answers by itself in any way it likes
 * (write half and destroy the socket, never answer, answer nonsense). `after: true` lets the sandbox do the work first
 * (take the order, keep the upload), so that only the answer is lost; `answer` is then the body that would have been sent.
 */
export interface Fault {
	endpoint: Endpoint;
	/** Only for this task; any when absent. */
	taskId?: string;
	/** How many matching requests it strikes; default 1, Infinity for all. */
	times?: number;
	/** How many matching requests pass before it strikes; default 0. */
	skip?: number;
	after?: boolean;
	handle: (request: IncomingMessage, response: ServerResponse, answer?: AnswerBody) => void;
}

export interface AnswerBody {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
}

export interface Sandbox {
	/** No trailing slash. */
	baseUrl: string;
	imageBaseUrl: string;
	key: string;
	log: LogEntry[];
	orders: Order[];
	/** What the next orders become, one after the other, in place of what they say. */
	coming: TaskSpec[];
	addTask(spec?: TaskSpec): string;
	/** The bytes of an image as the image host serves it, for comparison. `logoInfo` and `aigcMeta` as in req_json. */
	imageBytes(
		taskId: string,
		index?: number,
		logoInfo?: Record<string, unknown>,
		aigcMeta?: Record<string, string>,
	): Promise<Buffer>;
	inject(fault: Fault): void;
	clearFaults(): void;
	setLimits(limits: Limits): void;
	/** Called for every log entry when its answer is finished, cut or abandoned. */
	onEntry(listener: (entry: LogEntry) => void): void;
	/** Sockets open right now on both hosts. */
	openSockets(): number;
	stop(): Promise<void>;
}
