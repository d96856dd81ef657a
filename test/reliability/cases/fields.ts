import { answer } from '../../../sandbox/faults/faults';
import { changed, withData } from '../handles';
import { casesAt, ECHO, type Case, type Handle } from '../types';

const { recovers, fails, unfinished } = casesAt('api');
const AFTER = { fault: { after: true } };
const ALWAYS = { fault: { after: true, times: Infinity } };
const LATER = /Doubao Portrait Result fetches it/;

const NOTHING = /without any data about the task/;
const NO_SUCH = /sent as an image is none/;
const ECHO_LOG = { log_output: { pe_result: ECHO } };

const said = (value: unknown): string => JSON.stringify(value);
/** What a field can hold that it should not. */
const WRONG: unknown[] = [null, 5, 'moon', true, [], [[]], { a: 1 }];
const NO_OBJECT = WRONG.filter((value) => !said(value).startsWith('{'));

/** The task is fetched although its answer is always so. */
const whole = (name: string, change: Parameters<typeof changed>[0]): Case =>
	recovers(name, changed(change), ALWAYS);
/** The same with other fields in its `data`. */
const beside = (name: string, fields: (link: string) => object): Case =>
	recovers(
		name,
		withData((data) => ({ ...data, ...fields((data.image_urls as string[])[0]) })),
		ALWAYS,
	);

const wholeAnswer: Case[] = NO_OBJECT.flatMap((value) => [
	recovers(
		`an answer that is ${said(value)} once`,
		changed(() => value),
		AFTER,
	),
	fails(
		`data that is ${said(value)}`,
		NOTHING,
		LATER,
		withData(() => value),
		ALWAYS,
	),
]).concat(
	[null, 5, []].map((value) =>
		fails(
			`an answer that is always ${said(value)}`,
			/JSON that is not an object/,
			LATER,
			changed(() => value),
			ALWAYS,
		),
	),
);

const NO_IMAGE = [Buffer.alloc(99).toString('base64')];
/** What the images do not depend on may hold anything. */
const besides: Case[] = [
	...['message', 'request_id', 'status', 'time_elapsed'].flatMap((field) =>
		[null, 5, [[]], { a: ECHO }].map((value) =>
			whole(`${field} that is ${said(value).slice(0, 12)}`, (real) => ({
				...real,
				[field]: value,
			})),
		),
	),
	...[null, true, [], { a: 1 }, '10000'].map((value) =>
		whole(`code that is ${said(value)}`, (real) => ({ ...real, code: value })),
	),
	...Object.entries<unknown[]>({
		status: [null, 5, true, [], { a: 1 }],
		resp_data: [null, 5, 'moon', '{"log_output":5}', '{"log_output":"{"}', [1], ECHO_LOG],
		binary_data_base64: [null, 5, 'moon', [null], [''], ['!'], [[]], { a: 1 }, NO_IMAGE],
	}).flatMap(([field, values]) =>
		values.map((value) =>
			beside(`${field} that is ${said(value).slice(0, 24)} beside an image`, () => ({
				[field]: value,
			})),
		),
	),
	beside('image_urls that is one link', (link) => ({ image_urls: link })),
	beside('a link between things that are none', (link) => ({ image_urls: [null, 5, link, {}] })),
	beside('a link with blanks around it', (link) => ({ image_urls: [` ${link}\n`] })),
	whole('fields that nobody documented', (real) => ({
		...real,
		[ECHO]: ECHO,
		__proto__: { a: 1 },
		constructor: 1,
	})),
];

/** Done, with this in place of images. */
const images = (image_urls: unknown, binary_data_base64: unknown[] = []): Handle =>
	withData((data) => ({ ...data, image_urls, binary_data_base64 }));
const UPSTREAM = { Error: { Code: 'InsufficientBalance', Message: `Nope ${ECHO}` } };

const noImage: Case[] = [
	...[null, 5, true, [], [null], [5], [[]], ['']].map((value) =>
		fails(
			`image_urls that is ${said(value)} and nothing else`,
			/finished the task without an image/,
			/Submit the task again/,
			images(value),
			ALWAYS,
		),
	),
	...['moon', { a: 1 }, [{ a: 1 }], ['moon'], ['ftp://a.b/c'], ['http://']].map((value) =>
		fails(`image_urls that is ${said(value)}`, NO_SUCH, /not lost/, images(value), ALWAYS),
	),
	fails('base64 of no image and no link', NO_SUCH, /not lost/, images(null, NO_IMAGE), ALWAYS),
	fails(
		'a task that failed for the reason that is the key',
		/could not make the portrait/,
		/[Ss]ubmit a new task/,
		withData(() => ({ status: 'failed', algorithm_base_resp: { status_message: ECHO } })),
		ALWAYS,
	),
	...[null, 5, [], { a: 1 }].map((message) =>
		fails(
			`a refusal whose message is ${said(message)}`,
			/refused without a reason|answered: \S/,
			/different photo/,
			answer(400, { code: 50411, message, data: null }),
		),
	),
	fails(
		'an error of wrong types',
		NOTHING,
		LATER,
		answer(200, { error: { err_code: {}, message: [] } }),
	),
	fails(
		'an error that is text',
		/answered: No such/,
		/not documented/,
		answer(200, { error: `No such ${ECHO}` }),
	),
	fails(
		"an error in the upstream's form",
		/answered: Nope/,
		/balance|Top up/,
		answer(402, { ResponseMetadata: { RequestId: ECHO, ...UPSTREAM } }),
	),
];

const ENDED = /[Ss]ubmit a new task/;
const states: Case[] = [
	...['moonwalking', 'almost done', ECHO].map((status) =>
		fails(
			`a status nobody documented (${status.slice(0, 12)}) for ever`,
			/^The portrait was not ready after 2 seconds \(status "/,
			/goes on at 302\.AI/,
			withData(() => ({ status, image_urls: null })),
			{ ...ALWAYS, options: { maxWait: 2 } },
		),
	),
	recovers(
		'a status nobody documented once',
		withData(() => ({ status: 'moonwalking' })),
		AFTER,
	),
	...[null, 5, {}].map((status) =>
		unfinished(
			`a status that is ${said(status)} and no image, checked once`,
			withData(() => ({ status })),
			{ ...ALWAYS, parameters: { waitForCompletion: false } },
		),
	),
	...['not_found', 'expired', 'failed'].map((status) =>
		fails(`the status ${status}`, new RegExp(`status "${status}"`), ENDED, undefined, {
			task: { outcome: { kind: 'status', status } },
		}),
	),
];

export const fieldCases: Case[] = [...wholeAnswer, ...besides, ...noImage, ...states];
