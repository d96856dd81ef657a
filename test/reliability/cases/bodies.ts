import {
	answer,
	endlessBody,
	gzipBomb,
	hang,
	resetBeforeAnswer,
	truncatedJson,
} from '../../../sandbox/faults/faults';
import { firstHalf, noise, packed, under } from '../handles';
import { casesAt, ECHO, type Case } from '../types';

const { recovers, fails, unfinished } = casesAt('api');
const AFTER = { fault: { after: true } };
const ALWAYS = { fault: { after: true, times: Infinity } };
const QUICK = { options: { maxWait: 2 } };
const LATER = /Doubao Portrait Result fetches it/;

const ENCODINGS = ['gzip', 'deflate', 'br'] as const;
const NESTED = '['.repeat(50_000) + ']'.repeat(50_000);
const SIZE = /Max File Size|Doubao Portrait Result fetches it/;
const GOES_ON = /goes on at 302\.AI/;
const NEVER_READY = { ...QUICK, task: { queuedFor: 60_000 } };
const PACKED = /could not be unpacked/;

export const bodyCases: Case[] = [
	recovers('an empty answer', answer(200)),
	recovers('JSON that ends in the middle', truncatedJson, AFTER),
	...ENCODINGS.map((encoding) => recovers(encoding, packed(encoding), AFTER)),
	recovers('half of a gzip answer', packed('gzip', firstHalf), AFTER),
	recovers('half of a brotli answer', packed('br', firstHalf), AFTER),
	recovers('an encoding nobody knows', under({ 'content-encoding': 'x-moon' }), AFTER),
	recovers('JSON that is called HTML', under({ 'content-type': 'text/html' }), AFTER),
	recovers('JSON that is called an image', under({ 'content-type': 'image/png' }), AFTER),
	recovers('JSON in an unknown charset', under({ 'content-type': 'a/json; charset=moon' }), AFTER),
	...ENCODINGS.map((encoding) =>
		fails(`${encoding} that is none`, PACKED, LATER, packed(encoding, noise), ALWAYS),
	),
	fails('half of each gzip answer', /unpacked|cut short/, LATER, packed('gzip', firstHalf), ALWAYS),
	fails('JSON that is called gzip', PACKED, LATER, under({ 'content-encoding': 'gzip' }), ALWAYS),
	fails('nothing but empty answers', /empty answer/, LATER, answer(200)),
	fails('nothing but half an answer', /cut short/, LATER, truncatedJson, ALWAYS),
	fails(
		'JSON without an end',
		/larger than/,
		SIZE,
		endlessBody('application/json', `{"a":"${ECHO}`),
	),
	fails(
		'an error page without an end',
		/web page/,
		/Base URL|Doubao Portrait Result fetches it/,
		endlessBody('text/html', `<html>${ECHO}`),
		QUICK,
	),
	fails('text without an end', /is not JSON/, LATER, endlessBody('text/plain', `no ${ECHO}`)),
	fails('a gzip bomb of JSON', /larger than|web page|text|empty/, SIZE, gzipBomb(64)),
	fails('JSON nested without an end', /not an object/, LATER, answer(200, NESTED)),
	unfinished('a hang after the first answer', hang, {
		task: { queuedFor: 60_000 },
		fault: { skip: 1, times: Infinity },
		options: { requestTimeout: 1, maxWait: 3, onTimeout: 'return' },
		parameters: { output: 'url' },
	}),
	fails(
		'resets after the first answer',
		/not ready after 2 seconds.*connection was lost/,
		GOES_ON,
		resetBeforeAnswer,
		{ ...NEVER_READY, fault: { skip: 1 } },
	),
	fails(
		'a task that never ends',
		/not ready after 2 seconds \(status "in_queue"\)/,
		GOES_ON,
		undefined,
		NEVER_READY,
	),
];
