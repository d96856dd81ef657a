import type { IDataObject } from 'n8n-workflow';

import type { Fault, Sandbox, SandboxOptions, TaskSpec } from '../../sandbox/types';

/** Where the fault strikes. */
export type At = 'api' | 'image' | 'submit' | 'upload';

/** What must become of the item. */
export type Outcome =
	| { kind: 'recovers' }
	/** The task still runs, and the row says so. */
	| { kind: 'unfinished' }
	| {
			kind: 'fails';
			/** In the message: the cause. */
			says: RegExp;
			/** In the description: the remedy. */
			advises: RegExp;
			/** The status of the task in the row. */
			status?: string;
	  };

/** One fault and what must come of it. Each is run with every setting of 'On Error', with a sandbox of its own. */
export interface Case {
	name: string;
	at: At;
	handle?: Fault['handle'];
	/** How often it strikes and so on; once when absent. */
	fault?: Partial<Fault>;
	task?: TaskSpec;
	sandbox?: SandboxOptions;
	parameters?: IDataObject;
	/** On top of {@link OPTIONS}. */
	options?: IDataObject;
	/** In place of the sandbox's address. */
	baseUrl?: (sandbox: Sandbox) => string;
	outcome: Outcome;
	/** For orders: how many may have been taken. Default: one when it recovers, none when it fails. */
	orders?: number;
}

/** Short, so that a hang is soon over. */
export const OPTIONS = { requestTimeout: 2, maxWait: 12, pollInterval: 0.2, maxFileSize: 1 };
/** The same while Doubao Portrait Submit waits: time for the order and for what passes by itself even on a busy machine, where all goes faster than the clock, and a small picture, which is quickly drawn. */
export const WAITING_OPTIONS = {
	...OPTIONS,
	requestTimeout: 5,
	maxWait: 60,
	width: 512,
	height: 512,
};

/** The key of every case, with the characters that look different when encoded. */
export const KEY = 'sk-Very/Secret+Key=For~Tests&1';

/** The key as a server gives it back. */
export const ECHO = [KEY, `Bearer ${KEY}`, encodeURIComponent(KEY)].join(' ');
export const ECHO_HEADERS = {
	'x-request-authorization': `Bearer ${KEY}`,
	'set-cookie': `key=${encodeURIComponent(KEY)}`,
};

type Extra = Partial<Omit<Case, 'name' | 'at' | 'outcome'>>;
export type Handle = Fault['handle'];

/** A group of cases at one place. */
export function casesAt(at: At): {
	recovers: (name: string, handle?: Handle, extra?: Extra) => Case;
	fails: (name: string, says: RegExp, advises: RegExp, handle?: Handle, extra?: Extra) => Case;
	unfinished: (name: string, handle?: Handle, extra?: Extra) => Case;
} {
	const passes =
		(kind: 'recovers' | 'unfinished') =>
		(name: string, handle?: Handle, extra?: Extra): Case => ({
			name,
			at,
			handle,
			outcome: { kind },
			...extra,
		});
	return {
		recovers: passes('recovers'),
		unfinished: passes('unfinished'),
		fails: (name, says, advises, handle, extra) => ({
			name,
			at,
			handle,
			outcome: { kind: 'fails', says, advises },
			...extra,
			fault: { times: Infinity, ...extra?.fault },
		}),
	};
}
