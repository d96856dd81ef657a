import { answer, redirectTo } from '../../sandbox/faults/faults';
import { reported } from '../support/engine';
import { doneWith, EVERY_ON_ERROR, expectNoKey, useBench } from '../support/bench';

const KEY = 'sk-Very/Secret+Key=For~Tests&1';
const bench = useBench({ key: KEY });

/** Ways in which a server can give the key back. */
const forms: Array<[string, string]> = [
	['as it is', KEY],
	['behind Bearer', `Bearer ${KEY}`],
	['URL-encoded', encodeURIComponent(KEY)],
];

describe('the key', () => {
	it.each([301, 302, 303, 307, 308])('follows no redirect of the API (%i)', async (status) => {
		bench.sandbox.inject({
			endpoint: 'result',
			times: Infinity,
			handle: redirectTo(`${bench.sandbox.imageBaseUrl}/stolen`, status),
		});
		const { message, description } = await bench.failureOf({ tasks: [bench.task()] });
		expect(message).toMatch(new RegExp(`HTTP status ${status}`));
		expect(description).toMatch(/redirect.*'Base URL'/);
		expect(bench.log('image')).toEqual([]);
		expect(bench.log('result')).toHaveLength(1);
	});

	it('is not sent to the image host', async () => {
		await bench.rowOf(bench.task());
		const [download] = bench.log('image');
		expect(download.headers).not.toHaveProperty('authorization');
		expectNoKey(download, KEY);
	});

	it('is not sent to the image host when the link redirects, be it back to the API', async () => {
		bench.sandbox.inject({
			endpoint: 'image',
			handle: redirectTo(`${bench.sandbox.imageBaseUrl}/elsewhere.png`),
		});
		bench.sandbox.inject({
			endpoint: 'image',
			handle: redirectTo(`${bench.sandbox.baseUrl}/v1/models`),
		});
		await bench.failureOf({ tasks: [bench.task()] });
		const followed = [...bench.log('image'), ...bench.log('models')];
		expect(followed).toHaveLength(3);
		for (const request of followed) {
			expect(request.headers).not.toHaveProperty('authorization');
			expectNoKey(request, KEY);
		}
	});

	it('is not sent to the image host when the link leads to the API itself', async () => {
		const taskId = bench.faultyTask(doneWith({ links: [`${bench.sandbox.baseUrl}/v1/models`] }));
		await bench.failureOf({ tasks: [taskId] });
		expect(bench.log('models')).toHaveLength(1);
		expect(bench.log('models')[0].headers).not.toHaveProperty('authorization');
	});
});

describe.each(forms)('the key, given back by the server %s,', (_how, form) => {
	it.each(EVERY_ON_ERROR)('is in no error with %s', async (onError) => {
		const said = `Your key ${form} may not do this`;
		const taskId = bench.faultyTask(
			answer(400, { code: 50200, message: said, request_id: form, data: null }),
		);
		const { message } = await bench.failureOf({ tasks: [taskId], onError });
		expect(message).toMatch(/^302\.AI answered: Your key .*may not do this$/);
	});

	it('is in no error that is plain text', async () => {
		const taskId = bench.faultyTask(answer(400, `Bad request, your key: ${form}.`));
		const { message } = await bench.failureOf({ tasks: [taskId] });
		expect(message).toContain('Bad request');
	});

	it.each([true, false])('is in no output (Simplify %s)', async (simplify) => {
		const link = `https://file.302.ai/x.png?k=${encodeURIComponent(form)}`;
		const taskId = bench.faultyTask(
			answer(200, {
				code: 10000,
				message: form,
				request_id: form,
				[form]: form,
				data: {
					status: 'done',
					image_urls: [link],
					resp_data: JSON.stringify({ log_output: JSON.stringify({ pe_result: form }) }),
					nested: [{ deep: form }],
				},
			}),
		);
		const result = await bench.run({
			tasks: [taskId],
			parameters: { output: 'url', simplify },
		});
		expect(result.success).toHaveLength(1);
		expectNoKey([result, reported], KEY);
	});

	it('is in no status', async () => {
		const taskId = bench.faultyTask(answer(200, { code: 10000, data: { status: form } }));
		const result = await bench.run({
			tasks: [taskId],
			parameters: { waitForCompletion: false },
		});
		expect(result.success).toHaveLength(1);
		expectNoKey([result, reported], KEY);
	});
});

describe('a run that goes wrong below HTTP', () => {
	it.each([
		['refused', 'http://127.0.0.1:1'],
		['not to be found', 'http://nowhere.invalid'],
	])('says nothing of the key when the host is %s', async (_what, baseUrl) => {
		const { message } = await bench.failureOf({
			tasks: [bench.task()],
			credential: { baseUrl },
			options: { maxWait: 1 },
		});
		expect(message).toMatch(/^No answer from (127\.0\.0\.1:1|nowhere\.invalid): /);
	});
});
