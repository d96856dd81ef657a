import type { FailureKind } from '../failure';

/** `code` of a portrait request that succeeded. Source: 302.AI's documentation. */
export const SUCCESS = 10000;

/**
 * How long a request that was refused may be sent again:
 * - `never`: the refusal is final;
 * - `fewTimes`: the documents disagree whether it passes, so it gets a handful of tries;
 * - `untilDeadline`: it passes by itself;
 * - `rate`, `concurrency`: a limit of the API; the request waits for its turn like all others of the run.
 */
export type Retry = 'never' | 'fewTimes' | 'untilDeadline' | 'rate' | 'concurrency';

/** Whether a request was refused for a limit of the API, and so surely not carried out. */
export function isForLimit(retry: Retry): retry is 'rate' | 'concurrency' {
	return retry === 'rate' || retry === 'concurrency';
}

/** What a code of the API means for this package. */
export interface CodeMeaning {
	kind: FailureKind;
	retry: Retry;
	remedy: string;
	/** What it comes to, where the API's own words need not say so; they follow it. */
	headline?: string;
}

const SUBMIT_AGAIN = 'Submit the task again; the review of the new picture may pass.';
const OTHER_PROMPT = 'Submit a new task with a different prompt.';
const OTHER_PHOTO = 'Submit a new task with a different photo.';
/** Of a task that goes on. Both nodes say so: running Doubao Portrait Submit again would pay for another one. */
export const FETCH_LATER = 'Doubao Portrait Result fetches it later with the same task ID';
const ASK_LATER = `The task itself is fine. ${FETCH_LATER}.`;

const task = (remedy: string): CodeMeaning => ({ kind: 'task', retry: 'never', remedy });
const request = (remedy: string): CodeMeaning => ({ kind: 'api', retry: 'never', remedy });
const account = (remedy: string): CodeMeaning => ({ kind: 'account', retry: 'never', remedy });
const passing = (retry: Retry): CodeMeaning => ({ kind: 'api', retry, remedy: ASK_LATER });

/** Remedies that read the same wherever they appear. */
const CHECK_KEY =
	"Check 'API Key' in the 302.AI credential: log in at 302.ai, then API > API Keys.";
const CHECK_RIGHTS =
	'Check at 302.ai that this API key may use the Doubao portrait service and that the address of this n8n is allowed.';
const FIREWALL = 'It may also be a firewall or a proxy on the way that answers for 302.AI.';
const PROXY_WANTS_PASSWORD =
	'A proxy on the way wants a user and a password. Give them in the option Proxy, or ask the administrator of this n8n.';
const TOO_LARGE =
	'What was sent is too large for 302.AI or for a proxy before it. Make the photo smaller, for instance with the Edit Image node.';
const TOP_UP = 'Top up the balance at 302.ai.';
const RAISE_QUOTA =
	'The quota set for this API key is used up. Raise it at 302.ai or wait for the next period.';

const keyRefused = (remedy: string): CodeMeaning => ({
	...account(remedy),
	headline: '302.AI does not accept this key',
});
const KEY_REFUSED = keyRefused(CHECK_KEY);
const KEY_ENDED = keyRefused(`The key is disabled, deleted or expired. ${CHECK_KEY}`);

/**
 * The upstream service's `code`. Source: Volcengine's documents of the same asynchronous actions; 50215, 50200, 50218 and
 * 50400 were seen in public clients. 10000 means success and is not a row.
 */
export const BUSINESS_CODES: Readonly<Record<number, CodeMeaning>> = {
	50200: request(
		'A parameter of the task is outside what the API accepts. Correct it and submit a new task.',
	),
	50215: request(
		"The API does not accept the input. For a result: check 'Task ID' (19 digits, passed on as text); IDs of expired tasks end like this too.",
	),
	50218: task(
		'The content was judged to be risky. Submit a new task with a different photo and prompt.',
	),
	// About the service behind 302.AI, not about the key: other requests may succeed.
	50400: request(
		'The portrait service is not open to this account. Ask the support of 302.AI to open it.',
	),
	50411: task(OTHER_PHOTO),
	50412: task(OTHER_PROMPT),
	50413: task(`The prompt holds sensitive or copyrighted words. ${OTHER_PROMPT}`),
	50429: passing('rate'),
	50430: passing('concurrency'),
	50500: passing('fewTimes'),
	50501: passing('fewTimes'),
	50511: task(SUBMIT_AGAIN),
	50512: task(OTHER_PROMPT),
	50518: task(`The photo may be protected by copyright. ${OTHER_PHOTO}`),
	50519: task(`The picture made may be protected by copyright. ${SUBMIT_AGAIN}`),
	50520: task('The content review itself did not work. Submit the task again later.'),
	50521: task('The content review itself did not work. Submit the task again later.'),
	50522: task('The content review itself did not work. Submit the task again later.'),
};

/** `error.err_code` of 302.AI's own gateway. Source: 302.AI's published code and documents. */
export const GATEWAY_CODES: Readonly<Record<number, CodeMeaning>> = {
	[-1024]: passing('untilDeadline'),
	[-10001]: KEY_REFUSED,
	[-10002]: KEY_ENDED,
	[-10003]: passing('untilDeadline'),
	[-10004]: account(TOP_UP),
	[-10005]: KEY_ENDED,
	[-10006]: account(RAISE_QUOTA),
	[-10007]: account(RAISE_QUOTA),
	[-10008]: passing('untilDeadline'),
	[-10009]: request(
		'302.AI does not support what was asked for: the format of the photo (use PNG or JPEG), or this call (look for a newer version of this node).',
	),
	[-10010]: request(
		"302.AI did not find what was asked for. Check the task ID, where there is one, and 'Base URL' in the 302.AI credential.",
	),
	[-10011]: request('302.AI calls the request invalid. Check the parameters of this node.'),
	[-10012]: account(RAISE_QUOTA),
	[-10013]: account(CHECK_RIGHTS),
	[-10014]: account(CHECK_RIGHTS),
	[-10015]: request('The resolution of the photo is not accepted. Use another size.'),
	[-10016]: request(
		'302.AI could not fetch the photo. Check that its link opens without signing in.',
	),
	[-10017]: request('The photo is larger than 50 MB. Use a smaller file.'),
	[-10018]: account(RAISE_QUOTA),
	[-10504]: passing('untilDeadline'),
};

/** Codes in words, from the two further error shapes of 302.AI's gateway. */
const WORD_CODES: Readonly<Record<string, CodeMeaning>> = {
	insufficientbalance: account(TOP_UP),
	internalerror: passing('untilDeadline'),
	invalidparameter: request(
		'The API does not accept a parameter. Check the parameters of this node.',
	),
	ratelimitexceeded: passing('rate'),
	unauthorized: KEY_REFUSED,
	// Of the gateways that 302.AI's kind is built on. Source: seen in public clients.
	insufficientquota: account(RAISE_QUOTA),
	insufficientuserquota: account(TOP_UP),
	invalidapikey: KEY_REFUSED,
	toomanyrequests: passing('rate'),
};

/** What a `code` or `err_code` of the API means; undefined for one that is not documented. */
export function meaningOfCode(code: number | string): CodeMeaning | undefined {
	const number = Number(code);
	if (Number.isInteger(number)) return BUSINESS_CODES[number] ?? GATEWAY_CODES[number];
	const word = String(code)
		.toLowerCase()
		.replace(/[^a-z]/g, '');
	return Object.hasOwn(WORD_CODES, word) ? WORD_CODES[word] : undefined;
}

/** Words of a used-up quota or an empty balance. */
const USED_UP =
	/insufficient[_ ](quota|balance|funds|credits?)|(out of|no|not enough|low|empty|zero) (quota|balance|funds|credits?)\b|\b(quota|balance|funds|credits?)\b.*\b(insufficient|exceeded|exhausted|used up|reached|not enough|too low|empty|depleted|due)|\bexceeded\b.*\bquota|余额|额度|欠费/i;
/** Words of a limit that passes by itself. */
const PASSING_LIMIT = /\brate\b|(second|minute)s?\b|\bqps\b|concurren|too many requests|频率|并发/i;

/**
 * A refusal whose words alone say that the account has run dry. Such a refusal may come as a 429 like a rate limit, and waiting
 * would not help. Source: seen in public clients of such APIs (`insufficient_quota`).
 *
 * @param words of a code or a reason that nobody documented.
 */
export function meaningOfWords(words: string, httpStatus: number): CodeMeaning | undefined {
	const isRefusal = [401, 402, 403, 429].includes(httpStatus);
	if (!isRefusal || !USED_UP.test(words) || PASSING_LIMIT.test(words)) return undefined;
	return account(/quota|额度/i.test(words) ? RAISE_QUOTA : TOP_UP);
}

/** What an HTTP status means when the body holds no code that says more; undefined for a success. */
export function meaningOfHttpStatus(status: number): CodeMeaning | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status === 401) return KEY_REFUSED;
	if (status === 402) return account(TOP_UP);
	if (status === 403) return request(`${CHECK_RIGHTS} ${FIREWALL}`);
	if (status === 404 || status === 405) {
		return request(
			"Check 'Base URL' in the 302.AI credential: it must be the address of the 302.AI API.",
		);
	}
	if (status === 407) return request(PROXY_WANTS_PASSWORD);
	if (status === 413) return request(TOO_LARGE);
	if (status === 429) return passing('rate');
	if (status === 408 || status === 425 || status >= 500) return passing('untilDeadline');
	if (status >= 300 && status < 400) {
		return request(
			"The address redirects, and a key is never sent along with a redirect. Set 'Base URL' in the 302.AI credential to the final address.",
		);
	}
	return request('Check the parameters of this node.');
}
