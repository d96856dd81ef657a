import { answer } from '../../../sandbox/faults/faults';
import { changed, withData } from '../handles';
import { casesAt, ECHO, type Case } from '../types';

const { recovers, fails, unfinished } = casesAt('api');
const ALWAYS = { fault: { after: true, times: Infinity } };
const LATER = /Doubao Portrait Result fetches it/;

const said = (value: unknown): string => JSON.stringify(value);
/** What a field can hold that it should not. */
const WRONG: unknown[] = [null, 5, 'moon', true, [], [[]], { a: 1 }];
const NO_OBJECT = WRONG.filter((value) => !said(value).startsWith('{'));

const wholeAnswer: Case[] = [
	...NO_OBJECT.map((value) =>
		recovers(
			`an answer that is ${said(value)} once`,
			changed(() => value),
			{
				fault: { after: true },
			},
		),
	),
	...[null, 5, []].map((value) =>
		fails(
			`an answer that is always ${said(value)}`,
			/JSON that is not an object/,
			LATER,
			changed(() => value),
			ALWAYS,
		),
	),
	...NO_OBJECT.map((value) =>
		fails(
			`data that is ${said(value)}`,
			/without any data about the task/,
			LATER,
			withData(() => value),
			ALWAYS,
		),
	),
];

/** What the images do not depend on may hold anything. */
const besides: Case[] = [
	...['message', 'request_id', 'status', 'time_elapsed'].flatMap((field) =>
		[null, 5, [[]], { a: ECHO }].map((value) =>
			recovers(
				`${field} that is ${said(value).slice(0, 12)}`,
				changed((real) => ({ ...real, [field]: value })),
				ALWAYS,
			),
		),
	),
	...[null, true, [], { a: 1 }, '10000'].map((value) =>
		recovers(
			`code that is ${said(value)}`,
			changed((real) => ({ ...real, code: value })),
			ALWAYS,
		),
	),
	...[null, 5, true, [], { a: 1 }].map((value) =>
		recovers(
			`data.status that is ${said(value)} beside an image`,
			withData((data) => ({ ...data, status: value })),
			ALWAYS,
		),
	),
	...[
		null,
		5,
		'moon',
		'{"log_output":5}',
		'{"log_output":"{"}',
		[1],
		{ log_output: { pe_result: ECHO } },
	].map((value) =>
		recovers(
			`resp_data that is ${said(value).slice(0, 24)}`,
			withData((data) => ({ ...data, resp_data: value })),
			ALWAYS,
		),
	),
	...[null, 5, 'moon', [null], [''], ['!'], [[]], { a: 1 }].map((value) =>
		recovers(
			`binary_data_base64 that is ${said(value)} beside a link`,
			withData((data) => ({ ...data, binary_data_base64: value })),
			ALWAYS,
		),
	),
	recovers(
		'base64 of no image beside a good link',
		withData((data) => ({ ...data, binary_data_base64: [Buffer.alloc(99).toString('base64')] })),
		ALWAYS,
	),
	recovers(
		'image_urls that is one link in place of a list',
		withData((data) => ({ ...data, image_urls: (data.image_urls as string[])[0] })),
		ALWAYS,
	),
	recovers(
		'a link between things that are none',
		withData((data) => ({ ...data, image_urls: [null, 5, ...(data.image_urls as string[]), {}] })),
		ALWAYS,
	),
	recovers(
		'a link with blanks around it',
		withData((data) => ({ ...data, image_urls: [` ${(data.image_urls as string[])[0]}\n`] })),
		ALWAYS,
	),
	recovers(
		'fields that nobody documented',
		changed((real) => ({ ...real, [ECHO]: ECHO, __proto__: { a: 1 }, constructor: 1 })),
		{
			...ALWAYS,
		},
	),
];

const noImage: Case[] = [
	...[null, 5, true, [], [null], [5], [[]], ['']].map((value) =>
		fails(
			`image_urls that is ${said(value)} and nothing else`,
			/finished the task without an image/,
			/Submit the task again/,
			withData((data) => ({ ...data, image_urls: value, binary_data_base64: [] })),
			{ ...ALWAYS },
		),
	),
	...['moon', { a: 1 }, [{ a: 1 }], ['moon'], ['ftp://a.b/c'], ['http://']].map((value) =>
		fails(
			`image_urls that is ${said(value)}, which nobody understands,`,
			/sent as an image is none/,
			/not lost/,
			withData((data) => ({ ...data, image_urls: value, binary_data_base64: [] })),
			{ ...ALWAYS },
		),
	),
	fails(
		'base64 of no image and no link',
		/sent as an image is none/,
		/not lost/,
		withData((data) => ({
			...data,
			image_urls: null,
			binary_data_base64: [Buffer.alloc(99).toString('base64')],
		})),
		ALWAYS,
	),
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
		'an error that holds wrong types only',
		/without any data about the task/,
		/Doubao Portrait Result fetches it/,
		answer(200, { error: { err_code: {}, message: [] } }),
	),
	fails(
		'an error that is text',
		/answered: No such thing/,
		/not documented/,
		answer(200, { error: `No such thing ${ECHO}` }),
	),
	fails(
		"an error in the upstream's form",
		/answered: Nope/,
		/balance|Top up/,
		answer(402, {
			ResponseMetadata: {
				RequestId: ECHO,
				Error: { Code: 'InsufficientBalance', Message: `Nope ${ECHO}` },
			},
		}),
	),
];

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
		{
			fault: { after: true },
		},
	),
	...[null, 5, {}].map((status) =>
		unfinished(
			`a status that is ${said(status)} and no image, checked once`,
			withData(() => ({ status })),
			{
				...ALWAYS,
				parameters: { waitForCompletion: false },
			},
		),
	),
	...['not_found', 'expired', 'failed'].map((status) =>
		fails(
			`the status ${status}`,
			new RegExp(`status "${status}"`),
			/[Ss]ubmit a new task/,
			undefined,
			{
				task: { outcome: { kind: 'status', status } },
			},
		),
	),
];

export const fieldCases: Case[] = [...wholeAnswer, ...besides, ...noImage, ...states];
