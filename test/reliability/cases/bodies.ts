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

export const bodyCases: Case[] = [
	recovers('an empty answer', answer(200)),
	recovers('JSON that ends in the middle', truncatedJson, AFTER),
	recovers('gzip', packed('gzip'), AFTER),
	recovers('deflate', packed('deflate'), AFTER),
	recovers('brotli', packed('br'), AFTER),
	recovers('half of a gzip answer', packed('gzip', firstHalf), AFTER),
	recovers('half of a brotli answer', packed('br', firstHalf), AFTER),
	recovers('an encoding nobody knows', under({ 'content-encoding': 'x-moon' }), AFTER),
	recovers('JSON that is called HTML', under({ 'content-type': 'text/html' }), AFTER),
	recovers('JSON that is called an image', under({ 'content-type': 'image/png' }), AFTER),
	recovers(
		'JSON in a charset nobody knows',
		under({ 'content-type': 'application/json; charset=moon' }),
		AFTER,
	),
	fails('gzip that is none', /could not be unpacked/, LATER, packed('gzip', noise), ALWAYS),
	fails('deflate that is none', /could not be unpacked/, LATER, packed('deflate', noise), ALWAYS),
	fails('brotli that is none', /could not be unpacked/, LATER, packed('br', noise), ALWAYS),
	fails(
		'half of a gzip answer without an end',
		/could not be unpacked|cut short/,
		LATER,
		packed('gzip', firstHalf),
		ALWAYS,
	),
	fails(
		'plain JSON that is called gzip',
		/could not be unpacked/,
		LATER,
		under({ 'content-encoding': 'gzip' }),
		ALWAYS,
	),
	fails('nothing but empty answers', /empty answer/, LATER, answer(200)),
	fails('nothing but half an answer', /cut short/, LATER, truncatedJson, ALWAYS),
	fails(
		'JSON without an end',
		/larger than/,
		/Max File Size/,
		endlessBody('application/json', `{"a":"${ECHO}`),
	),
	fails(
		'an error page without an end',
		/web page.*500|text that is not JSON.*500|web page/,
		/Base URL|Doubao Portrait Result fetches it/,
		endlessBody('text/html', `<html>${ECHO}`),
		QUICK,
	),
	fails(
		'text without an end',
		/text that is not JSON/,
		LATER,
		endlessBody('text/plain', `no ${ECHO}`),
	),
	fails(
		'a gzip bomb of JSON',
		/larger than|web page|text|empty/,
		/Max File Size|Doubao Portrait Result fetches it/,
		gzipBomb(256),
	),
	fails(
		'JSON nested without an end',
		/not an object/,
		LATER,
		answer(200, '['.repeat(50_000) + ']'.repeat(50_000)),
	),
	unfinished('a hang after the first answer', hang, {
		task: { queuedFor: 60_000 },
		fault: { skip: 1, times: Infinity },
		options: { requestTimeout: 1, maxWait: 3, onTimeout: 'return' },
		parameters: { output: 'url' },
	}),
	fails(
		'resets after the first answer',
		/not ready after 2 seconds.*connection was lost/,
		/goes on at 302\.AI/,
		resetBeforeAnswer,
		{
			...QUICK,
			task: { queuedFor: 60_000 },
			fault: { skip: 1 },
		},
	),
	fails(
		'a task that never ends',
		/not ready after 2 seconds \(status "in_queue"\)/,
		/goes on at 302\.AI/,
		undefined,
		{
			...QUICK,
			task: { queuedFor: 60_000 },
		},
	),
];
