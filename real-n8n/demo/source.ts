/* eslint-disable @n8n/community-nodes/no-restricted-globals -- never shipped */
/** Where the demo's portraits come from: the sandbox on this machine, or the real 302.AI. */
import { startSandbox } from '../../sandbox/sandbox';

/** The task IDs that the example workflows hold; the last one is unknown on purpose, for the error branch. */
export const EXAMPLE_TASKS = ['6682608976809320374', '6682608976809320375'];

const REAL_BASE_URL = 'https://api.302.ai';

/** Long enough that the headless run, whose n8n takes some seconds to start, sees every status (milliseconds). */
const QUEUED_FOR = 6_000;
const GENERATING_FOR = 4_000;

export interface Source {
	/** For people, without the key. */
	title: string;
	/** What else a person has to know before looking at the pictures and the credential, in lines. */
	notes: string[];
	apiKey: string;
	baseUrl: string;
	/** The task that the headless run fetches. */
	taskId: string;
	/** Called right before that run: a task of the sandbox goes on as soon as it is there. */
	addTask: () => void;
	/** Calls back whenever the task's status has changed, where that can be seen from outside. */
	onStatus: (listener: (status: string) => void) => void;
	stop: () => Promise<void>;
}

/** The real API when a key is in the environment, otherwise the sandbox. */
export async function openSource(environment = process.env): Promise<Source> {
	const { AI302_API_KEY: apiKey, AI302_BASE_URL, AI302_TASK_ID } = environment;
	return apiKey ? realSource(apiKey, AI302_BASE_URL, AI302_TASK_ID) : await sandboxSource();
}

function realSource(apiKey: string, baseUrl = REAL_BASE_URL, taskId = ''): Source {
	if (!/^\d+$/.test(taskId)) {
		throw new Error(
			'AI302_API_KEY is set, so this run talks to the real 302.AI and needs a task of yours: set AI302_TASK_ID to ' +
				'the task ID (19 digits) that a Doubao Portrait submit has returned in the last 12 hours. ' +
				'Without AI302_API_KEY the demo runs against the sandbox and needs nothing.',
		);
	}
	return {
		title: `the real 302.AI at ${baseUrl}`,
		notes: [],
		apiKey,
		baseUrl,
		taskId,
		addTask: () => {},
		onStatus: () => {},
		stop: async () => {},
	};
}

async function sandboxSource(): Promise<Source> {
	const sandbox = await startSandbox();
	const [taskId, ...others] = EXAMPLE_TASKS;
	for (const id of others) sandbox.addTask({ id, generatingFor: GENERATING_FOR });
	return {
		title: `the sandbox at ${sandbox.baseUrl} (no account, nothing is billed)`,
		notes: [
			'Its pictures are drawn. They show invented people, never the person in the photo.',
			`API Key   ${sandbox.key}  (for the sandbox only)`,
			`Base URL  ${sandbox.baseUrl}`,
			"The demo's credential in n8n holds both already.",
		],
		apiKey: sandbox.key,
		baseUrl: sandbox.baseUrl,
		taskId,
		addTask: () =>
			void sandbox.addTask({ id: taskId, queuedFor: QUEUED_FOR, generatingFor: GENERATING_FOR }),
		onStatus: (listener) => {
			let last: string | undefined;
			sandbox.onEntry((entry) => {
				const { endpoint, taskStatus } = entry;
				if (endpoint !== 'result' || entry.taskId !== taskId || !taskStatus) return;
				if (taskStatus !== last) listener(taskStatus);
				last = taskStatus;
			});
		},
		stop: async () => await sandbox.stop(),
	};
}
