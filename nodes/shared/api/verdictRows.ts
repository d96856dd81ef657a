import type { Answer } from './answer';
import { SUBMIT_PATH } from './calls';
import { SUCCESS, type Asked, type Verdict } from './verdict';

/** An error of the network fits a row when all is true of it that the row gives here. */
export interface NetworkRow extends Verdict {
	timedOut?: true;
	unsent?: true;
	errno?: RegExp;
	words?: RegExp;
}

/** The same of an answer. */
export interface AnswerRow extends Verdict {
	call?: Asked;
	/** `none`: the answer states no code. */
	code?: ReadonlyArray<number | string>;
	/** HTTP statuses, or from one to another. */
	status?: readonly number[] | { from: number; to: number };
	form?: ReadonlyArray<Answer['form']>;
	/** Each of them fits. */
	words?: readonly RegExp[];
	/** The call did, by its code or else by its HTTP status. */
	succeeded?: true;
	/** `data.status`. */
	taskStatus?: RegExp;
	statesError?: true;
	hasData?: true;
	hasUnreadImages?: true;
	throughProxy?: true;
	/** The task goes on: nothing failed. */
	isRunning?: true;
}

// ---- what to do ------------------------------------------------------------------------------------------------

const CHECK_KEY =
	"Check 'API Key' in the 302.AI credential: log in at 302.ai, then API > API Keys.";
const CHECK_RIGHTS =
	'Check at 302.ai that this API key may use the Doubao portrait service and that the address of this n8n is allowed.';
const TOP_UP = 'Top up the balance at 302.ai.';
const RAISE_QUOTA =
	'The quota set for this API key is used up. Raise it at 302.ai or wait for the next period.';
const PAGE =
	"Check 'Base URL' in the 302.AI credential, and whether a proxy or a sign-in page stands between n8n and 302.AI.";
const CHECK_BASE_URL =
	"Check 'Base URL' in the 302.AI credential: it must be the address of the 302.AI API.";
const CHECK_PATH = `Check 'Base URL' in the 302.AI credential. If Doubao Portrait Result works with it, 302.AI has moved the call that submits (${SUBMIT_PATH}, unless you set another): put its new path, which its page should name (https://302ai-en.apifox.cn/api-318268275), into 'API Path' in the options, and please tell the authors of this node.`;
const CHECK_PARAMETERS = 'Check the parameters of this node.';
const NO_REDIRECTS =
	"The address redirects, and a key is never sent along with a redirect. Set 'Base URL' in the 302.AI credential to the final address.";
const EXPIRED = 'The link may have expired; links are good for about 24 hours.';
const OTHER_FORM =
	"If it happens again, set 'Output' to the other form (files or links) and ask the support of 302.AI.";
const NOT_DOCUMENTED =
	'This answer is not documented. Ask the support of 302.AI about it and name the request ID.';
const STAYS_LIKE_THIS = "If it stays like this, check 'Base URL' in the 302.AI credential.";
const SUBMIT_AGAIN = 'Submit the task again; the review of the new picture may pass.';
const OTHER_PROMPT = 'Submit a new task with a different prompt.';
const OTHER_PHOTO = 'Submit a new task with a different photo.';
/** Source: newer documents of Volcengine; an older one says 24 hours, and 302.AI says nothing. */
const RESULTS_EXPIRE =
	'Submit a new task. Results are kept for about 12 hours after they are made.';
const CHECK_TASK_ID =
	"Check 'Task ID' and that the credential is of the account that submitted the task. An ID that ends in zeros was made a number somewhere and lost its last digits: keep it as text.";
const CHECK_NETWORK =
	"Check 'Base URL' in the 302.AI credential and the network between n8n and this host.";
export const CHECK_PROXY =
	"Check the option 'Proxy', or the proxy that the administrator has set for this n8n.";
const RAISE_TIMEOUT = "If it happens often, raise 'Request Timeout' in the options.";

// ---- kinds of rows ---------------------------------------------------------------------------------------------

const refused = (remedy: string): Verdict => ({ kind: 'api', tries: 'once', taken: 'no', remedy });
const ended = (remedy: string): Verdict => ({ ...refused(remedy), kind: 'task' });
const ofAccount = (remedy: string): Verdict => ({ ...refused(remedy), kind: 'account' });
/** Something on the way answers in place of 302.AI. */
const blocked = (remedy: string): Verdict => ({ ...refused(remedy), kind: 'network' });
const ofKey = (remedy: string): Verdict => ({
	...ofAccount(remedy),
	says: '302.AI does not accept this key',
});
/** A refusal for a limit was surely not carried out. Source: Volcengine's documents (50429, 50430); RFC 6585 (429). */
const limited = (limit: 'rate' | 'concurrency'): Verdict => ({
	...refused(''),
	tries: 'endless',
	limit,
});
const passing: Verdict = { kind: 'api', tries: 'endless', taken: 'perhaps', remedy: '' };
const mayPass = (remedy: string): Verdict => ({ ...passing, tries: 'few', remedy });
const unclear = (remedy: string): Verdict => ({ ...passing, tries: 'once', remedy });
const unreached = (says: string, remedy = CHECK_NETWORK): Verdict => ({
	kind: 'network',
	tries: 'endless',
	taken: 'no',
	says,
	remedy,
});
const lost = (says: string, remedy = CHECK_NETWORK): Verdict => ({
	...unreached(says, remedy),
	taken: 'perhaps',
});

export const OK = { from: 200, to: 299 };
const REDIRECTS = { from: 300, to: 399 };
const BROKEN_DOWN = { from: 500, to: 999 };
/** Statuses by which RFC 9110 and its like refuse a request. */
const REFUSALS = [400, 406, 410, 411, 414, 415, 421, 422, 428, 431, 451];

/** Words of a used-up quota or an empty balance: both kinds. Source: seen in public clients of such APIs, under 429 as well. */
const USED_UP = [
	/\b(quota|balance|funds|credits?)\b|余额|额度|欠费/i,
	/insufficient|out of|not enough|exceeded|exhausted|used up|reached|\b(low|empty|zero|depleted|due)\b|不足|用完|用尽|耗尽|欠费/i,
];
/** Words of a limit that passes by itself, which may speak of a quota as well. */
const PASSING_LIMIT = [
	/\brate\b|(second|minute)s?\b|\bqps\b|concurren|too many requests|频率|并发/i,
];
/** What a refusal of the key speaks of; firewalls answer 401 too. */
const OF_KEY = [/key|token|auth|credential|permission|[密权]/i];
/** Words of a gateway that had sent the request on, and got no answer. Source: Go's network errors, seen in public logs. */
const LOST_UPSTREAM = [
	/time[d ]*-?out|超时|deadline exceeded|\bEOF\b|connection (was )?(reset|closed|lost)|status code 5\d\d/i,
];

// ---- what it comes to ------------------------------------------------------------------------------------------

const REDIRECTED = 'The address answers with a redirect';
const NO_IMAGE = 'What the API sent as an image is none';
const NOT_THROUGH = 'The proxy {proxy} did not let the request through';
const ACCEPTED = '302.AI accepted the request, but its answer cannot be used';

// ---- the table -------------------------------------------------------------------------------------------------

/** Errors of Node.js, OpenSSL, axios and n8n. Sources: their documentation; each was seen in a test or a public report. */
// prettier-ignore
export const NETWORK_ROWS: readonly NetworkRow[] = [
	{ timedOut: true, unsent: true, ...unreached('no connection could be made') },
	{ timedOut: true, ...lost('it was not complete', RAISE_TIMEOUT) },
	{ errno: /^ENOTFOUND$/, ...unreached('there is no host of this name', "Check 'Base URL' in the 302.AI credential for a typing error, and that n8n can reach the internet."), tries: 'few' },
	{ errno: /^EAI_/, ...unreached('the name of the host could not be looked up') },
	{ errno: /^ECONNREFUSED$/, ...unreached('the connection was refused') },
	{ errno: /^E[MN]FILE$/, ...unreached('this n8n has too many files and connections open', "Ask the administrator of this n8n for a higher limit of open files (ulimit -n), or set 'Max Concurrency' lower.") },
	{ errno: /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH/, ...unreached('its TLS certificate is not trusted', "Correct the address or the certificate. Only if you trust this host, turn on 'Ignore SSL Issues (Insecure)' in the options of the node."), tries: 'once' },
	{ words: /wrong version number|packet length too long/i, ...lost('it does not speak TLS', 'Check whether the address must begin with http:// instead of https://.'), tries: 'once' },
	{ errno: /^ERR_SSL_.*(UNEXPECTED_EOF|BAD_RECORD_MAC)/, ...lost('the connection was lost') },
	{ errno: /^(EPROTO$|ERR_SSL_)/, ...lost('no secure connection could be agreed on', 'The two do not agree on how to secure the connection. Check for a proxy or a firewall on the way that opens TLS.'), tries: 'few' },
	{ words: /proxy connection (ended before|timed out|refused)|proxy connect\b|tunneling socket/i, ...unreached('the proxy did not let the connection through', CHECK_PROXY), tries: 'few' },
	{ unsent: true, ...unreached('the host cannot be reached') },
	{ words: /ssrf|blocked ip|blocked host/i, ...unreached("this n8n's protection against requests to internal addresses does not allow the host", 'Ask the administrator of this n8n to allow the host (N8N_SSRF_ALLOWED_HOSTNAMES).'), tries: 'once' },
	{ errno: /^ERR_FR_TOO_MANY_REDIRECTS$/, ...lost('it redirects without end', 'Ask the support of 302.AI.'), tries: 'once' },
	{ errno: /^ERR_FR_REDIRECTION_FAILURE$/, ...lost('it redirects to an address that cannot be followed', 'Ask the support of 302.AI.'), tries: 'once' },
	{ errno: /^(Z_|ERR__ERROR_)/, ...lost('its answer could not be unpacked'), tries: 'few' },
	{ errno: /^HPE_/, ...lost('its answer is not valid HTTP'), tries: 'few' },
	{ errno: /^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)$/, ...lost('it was not complete in time', RAISE_TIMEOUT) },
	{ errno: /^(ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_SOCKET|ERR_STREAM_PREMATURE_CLOSE|ERR_BAD_RESPONSE)$/, ...lost('the connection was lost') },
	{ words: /socket hang up|aborted|premature/i, ...lost('the connection was lost') },
	// Node.js throws these before a byte leaves.
	{ errno: /^ERR_(INVALID_|UNESCAPED_)/, ...unreached('the request could not be made'), tries: 'once' },
	// What nobody foresaw is shown in its own words.
	{ ...lost(''), says: undefined, tries: 'few' },
];

/**
 * Codes of the service behind 302.AI. Source: Volcengine's documents of the same asynchronous actions; 50200, 50215, 50218 and 50400
 * were seen in public clients.
 */
// prettier-ignore
export const SERVICE_ROWS: readonly AnswerRow[] = [
	{ code: [50200], ...refused('A parameter of the task is outside what the API accepts. Correct it and submit a new task.') },
	{ code: [50215], ...refused("The API does not accept the input. For a result: check 'Task ID' (19 digits, passed on as text); IDs of expired tasks end like this too.") },
	{ code: [50218], ...ended('The content was judged to be risky. Submit a new task with a different photo and prompt.') },
	// About the service behind 302.AI, not about the key: other requests may succeed.
	{ code: [50400], ...refused('The portrait service is not open to this account. Ask the support of 302.AI to open it.') },
	{ code: [50411], ...ended(OTHER_PHOTO) },
	{ code: [50412, 50512], ...ended(OTHER_PROMPT) },
	{ code: [50413], ...ended(`The prompt holds sensitive or copyrighted words. ${OTHER_PROMPT}`) },
	{ code: [50429], ...limited('rate') },
	{ code: [50430], ...limited('concurrency') },
	{ code: [50500, 50501], ...mayPass('') },
	{ code: [50511], ...ended(SUBMIT_AGAIN) },
	{ code: [50518], ...ended(`The photo may be protected by copyright. ${OTHER_PHOTO}`) },
	{ code: [50519], ...ended(`The picture made may be protected by copyright. ${SUBMIT_AGAIN}`) },
	{ code: [50520, 50521, 50522], ...ended('The content review itself did not work. Submit the task again later.') },
];

/** Codes of 302.AI's own gateway. Source: 302.AI's published code and documents. */
// prettier-ignore
export const GATEWAY_ROWS: readonly AnswerRow[] = [
	{ code: [-10001], ...ofKey(CHECK_KEY) },
	{ code: [-10002, -10005], ...ofKey(`The key is disabled, deleted or expired. ${CHECK_KEY}`) },
	{ code: [-10004], ...ofAccount(TOP_UP) },
	{ code: [-10006, -10007, -10012, -10018], ...ofAccount(RAISE_QUOTA) },
	{ code: [-10009], ...refused('302.AI does not support what was asked for: the format of the photo (use PNG or JPEG), or this call (look for a newer version of this node).') },
	{ call: 'submit', code: [-10010], ...refused(CHECK_PATH) },
	{ code: [-10010], ...refused("302.AI did not find what was asked for. Check the task ID, where there is one, and 'Base URL' in the 302.AI credential.") },
	{ code: [-10011], ...refused('302.AI calls the request invalid. Check the parameters of this node.') },
	{ code: [-10013, -10014], ...ofAccount(CHECK_RIGHTS) },
	{ code: [-10015], ...refused('The resolution of the photo is not accepted. Use another size.') },
	{ code: [-10016], ...refused('302.AI could not fetch the photo. Check that its link opens without signing in.') },
	{ code: [-10017], ...refused('The photo is larger than 50 MB. Use a smaller file.') },
	// In words. Source: 302.AI's documents; the last four were seen in public clients of gateways of its kind.
	{ code: ['InsufficientBalance'], ...ofAccount(TOP_UP) },
	{ code: ['InvalidParameter'], ...refused('The API does not accept a parameter. Check the parameters of this node.') },
	{ code: ['RateLimitExceeded'], ...limited('rate') },
	{ code: ['Unauthorized'], ...ofKey(CHECK_KEY) },
	{ code: ['InternalError'], ...passing },
	{ code: ['insufficient_quota'], ...ofAccount(RAISE_QUOTA) },
	{ code: ['insufficient_user_quota'], ...ofAccount(TOP_UP) },
	{ code: ['invalid_api_key'], ...ofKey(CHECK_KEY) },
	{ code: ['too_many_requests'], ...limited('rate') },
];

/**
 * Codes that pass by themselves. Source: 302.AI's published code. -10003 under 400 is another thing, which three public clients saw,
 * two of them in live tests; -10008 was captured live: no model was routed, so nothing ran.
 */
// prettier-ignore
export const PASSING_CODE_ROWS: readonly AnswerRow[] = [
	{ code: [-10003], status: [400], words: LOST_UPSTREAM, ...mayPass('') },
	{ code: [-10003], status: [400], ...refused('302.AI calls a parameter wrong. Check the fields of this node, and the photo: one that is too small is refused like this too.') },
	{ code: [-10008], status: [503], ...passing, taken: 'no' },
	{ code: [-1024, -10003, -10008, -10504], ...passing },
];

/** HTTP statuses that say more than words can. Sources: RFC 9110, RFC 6585 (429), RFC 8470 (425). */
// prettier-ignore
export const SURE_STATUS_ROWS: readonly AnswerRow[] = [
	{ status: [408, 425], ...passing },
	{ status: [402, 429], words: LOST_UPSTREAM, ...passing },
	{ status: [429], words: PASSING_LIMIT, ...limited('rate') },
	{ status: [401, 402, 403, 429], form: ['json'], words: USED_UP, ...ofAccount('The balance or the quota is used up. Top up the balance at 302.ai, or raise the quota set for this API key.') },
	{ status: [429], ...limited('rate') },
	{ status: [401], form: ['json'], words: OF_KEY, ...ofKey(CHECK_KEY) },
	{ status: [402], form: ['json'], ...ofAccount(TOP_UP) },
];

/** What a proxy says that was to open a tunnel to 302.AI. */
// prettier-ignore
const PROXY_ROWS: readonly AnswerRow[] = [
	{ status: [407], ...blocked("The proxy wants another user or password: give them in the option 'Proxy' as http://user:password@host:port.") },
	{ status: { from: 300, to: 499 }, ...unclear(CHECK_PROXY) },
	{ status: BROKEN_DOWN, ...mayPass(CHECK_PROXY) },
];

/** What the other HTTP statuses say where no code says more. RFC 9110 calls those with `no` refusals. */
// prettier-ignore
export const STATUS_ROWS: readonly AnswerRow[] = [
	{ status: [301, 302, 307, 308], says: REDIRECTED, ...refused(NO_REDIRECTS) },
	{ status: REDIRECTS, says: REDIRECTED, ...unclear(NO_REDIRECTS) },
	{ status: [401, 403], form: ['page'], ...blocked('A firewall, a proxy or a sign-in page answers in place of 302.AI. If it stays like this, have the requests of this n8n let through.') },
	{ status: [401], ...refused(CHECK_KEY) },
	{ status: [402], ...refused(TOP_UP) },
	{ status: [403], ...blocked(`${CHECK_RIGHTS} It may also be a firewall or a proxy on the way that answers for 302.AI.`) },
	{ call: 'submit', status: [404, 405], ...refused(CHECK_PATH) },
	{ status: [404, 405], ...refused(CHECK_BASE_URL) },
	{ status: [407], says: 'A proxy on the way refused the request', ...blocked('A proxy on the way wants a user and a password. Give them in the option Proxy, or ask the administrator of this n8n.') },
	{ status: [413], ...refused('What was sent is too large for 302.AI or for a proxy before it. Make the photo smaller, for instance with the Edit Image node.') },
	{ status: [400, 406, 421, 451], form: ['page'], ...refused(PAGE) },
	{ status: REFUSALS, code: ['none'], ...refused(CHECK_PARAMETERS) },
	{ status: REFUSALS, ...refused(NOT_DOCUMENTED) },
	{ status: { from: 400, to: 499 }, ...unclear(CHECK_PARAMETERS) },
];

/**
 * How a task ended, and that it runs; a status is believed where the call succeeded. Source: Volcengine's documents; `failed` and its like were
 * seen in public clients, and any other status is one of a task that runs.
 */
// prettier-ignore
const TASK_ROWS: readonly AnswerRow[] = [
	{ taskStatus: /^not_found$/i, says: '302.AI does not know this task, or its result has expired', ...ended(`${CHECK_TASK_ID} Only if it is older than about 12 hours, for which results are kept, submit a new task.`), kind: 'unknownTask' },
	{ taskStatus: /^expired$/i, says: 'The task has expired at 302.AI', ...ended(RESULTS_EXPIRE) },
	{ taskStatus: /^(failed|error|cancell?ed|rejected)$/i, says: '302.AI could not make the portrait', ...ended('Submit a new task, with a different photo or prompt if it happens again.') },
	{ taskStatus: /^done$/i, hasUnreadImages: true, says: NO_IMAGE, ...unclear(OTHER_FORM), kind: 'image' },
	{ taskStatus: /^done$/i, says: '302.AI finished the task without an image', ...ended('Submit the task again.') },
	{ taskStatus: /./, isRunning: true, ...passing },
	{ statesError: true, ...unclear(NOT_DOCUMENTED) },
	{ code: SUCCESS, hasData: true, isRunning: true, ...passing },
];

/** What the host of an image says. How long links of file.302.ai are good for is INFERRED from Volcengine's documents of its own. */
// prettier-ignore
const IMAGE_ROWS: readonly AnswerRow[] = [
	{ status: [407], ...refused(CHECK_PROXY) },
	{ status: [408, 425, 429], ...passing },
	{ status: [401, 403, 451], ...refused(`${EXPIRED} Or the host of the images refuses this n8n.`) },
	{ status: { from: 300, to: 499 }, ...refused(EXPIRED) },
	{ ...passing },
];

/** Success of a call that did not bring what it was sent for, and bodies that say nothing. */
// prettier-ignore
const UNUSABLE_ROWS: readonly AnswerRow[] = [
	{ form: ['tooLarge'], ...unclear(CHECK_BASE_URL) },
	{ form: ['empty', 'cutShort'], ...passing },
	{ form: ['page'], ...unclear(PAGE) },
	{ form: ['text', 'otherJson'], ...mayPass(STAYS_LIKE_THIS) },
	{ statesError: true, ...unclear(NOT_DOCUMENTED) },
	{ call: 'result', code: SUCCESS, says: 'The API answered without any data about the task', ...mayPass(STAYS_LIKE_THIS) },
	{ call: 'submit', code: SUCCESS, says: ACCEPTED, ...mayPass(STAYS_LIKE_THIS) },
	{ call: 'upload', code: SUCCESS, says: ACCEPTED, ...mayPass(STAYS_LIKE_THIS) },
	{ call: 'models', code: SUCCESS, says: 'It answers, but not like the 302.AI API', ...unclear(CHECK_BASE_URL) },
	{ form: ['json'], ...unclear(NOT_DOCUMENTED) },
];

/** All rows of answers; the first that fits counts. */
export const ANSWER_ROWS: readonly AnswerRow[] = [
	...IMAGE_ROWS.map((row): AnswerRow => ({ ...row, call: 'image', kind: 'image' })),
	{
		form: ['tooLarge'],
		...unclear(
			"Raise 'Max File Size' in the options of this node, or set 'Output' to Image Links.",
		),
		kind: 'image',
	},
	...SERVICE_ROWS,
	...GATEWAY_ROWS,
	...PASSING_CODE_ROWS,
	...TASK_ROWS.map((row): AnswerRow => ({ ...row, call: 'result', succeeded: true })),
	{ call: 'submit', code: [10000], says: ACCEPTED, ...mayPass(STAYS_LIKE_THIS) },
	...SURE_STATUS_ROWS,
	...PROXY_ROWS.map(
		(row): AnswerRow => ({ ...row, throughProxy: true, kind: 'network', says: NOT_THROUGH }),
	),
	{ status: BROKEN_DOWN, ...passing },
	{ words: LOST_UPSTREAM, ...mayPass('') },
	...STATUS_ROWS,
	...UNUSABLE_ROWS,
];
