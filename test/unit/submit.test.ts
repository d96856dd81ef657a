/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { Ledger } from '../../nodes/DoubaoPortraitSubmit/ledger';
import { portraitsOf } from '../../nodes/DoubaoPortraitSubmit/portraits';
import { readSettings } from '../../nodes/DoubaoPortraitSubmit/settings';
import { submitPortrait } from '../../nodes/DoubaoPortraitSubmit/submit';
import { parametersWith } from '../support/context';
import { itemOf, runOf } from '../support/run';
import { VirtualClock } from './virtualClock';

const photo = 'https://photos.example/anna.jpg';
const clock = new VirtualClock();
const taken = { code: 10000, data: { task_id: '6682608976809320374' } };

/** A run of Doubao Portrait Submit over a fake of n8n's helper for requests. */
function submitting(answer: (options: IHttpRequestOptions) => Promise<object>) {
	async function httpRequestWithAuthentication(
		this: IExecuteFunctions,
		_credential: string,
		options: IHttpRequestOptions,
	): Promise<object> {
		this.getExecutionCancelSignal?.()?.throwIfAborted();
		const body = Buffer.from(JSON.stringify(await answer(options)));
		return { statusCode: 200, headers: {}, body: Readable.from([body]) };
	}
	const run = runOf({
		clock,
		stopping: new AbortController(),
		helpers: { httpRequestWithAuthentication },
	});
	Object.assign(run.context, {
		continueOnFail: () => true,
		getContext: () => ({}),
		getExecutionId: () => 'one',
		getMode: () => 'manual',
		evaluateExpression: () => 0,
	});
	return run;
}

it('submits in line are as patient as the one before them may be slow', async () => {
	const run = submitting(async () => {
		await clock.after(310_000);
		return taken;
	});
	const item = itemOf(run, 'sk-of-these-tests', { requestTimeout: 600 });
	const submits = Array.from(
		{ length: 3 },
		async () => await submitPortrait(item, '/', { image_input: photo }),
	);
	expect(await clock.run(Promise.all(submits))).toHaveLength(3);
});

it('an item whose proxy is trusted in another way is not held up by one before it', async () => {
	const run = submitting(async ({ skipSslCertificateValidation }) => {
		if (!skipSslCertificateValidation) {
			throw Object.assign(new Error('self-signed certificate'), {
				code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
			});
		}
		return taken;
	});
	const ledger = new Ledger(run.context, false);
	const submitRun = {
		run,
		ledger,
		throughProxy: new Map(),
		uploads: new Map(),
		lacksPrompt: false,
	};
	const rowsOf = async (options: object) => {
		const given = { proxy: 'http://proxy.example:3128', ...options };
		const item = itemOf(run, 'sk-of-these-tests', given);
		const settings = readSettings(
			parametersWith({ imageUrl: photo, waitForCompletion: false, options: given }),
			false,
		);
		const wishes = [{ name: ledger.wishFor(JSON.stringify(options)), portrait: 0 }];
		return await portraitsOf(submitRun, { item, settings, wishes, photo });
	};
	const rows = await clock.run(Promise.all([rowsOf({}), rowsOf({ allowUnauthorizedCerts: true })]));
	expect(rows.flat().map(({ json }) => json)).toMatchObject([
		{ error: expect.stringContaining('certificate'), details: { submitted: 'no' } },
		{ task_id: taken.data.task_id },
	]);
});
