/* eslint-disable @n8n/community-nodes/no-restricted-imports -- never shipped */
import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { readSettings } from '../../nodes/DoubaoPortraitSubmit/settings';
import { submitPortrait } from '../../nodes/DoubaoPortraitSubmit/submit';
import type { SubmitRun } from '../../nodes/DoubaoPortraitSubmit/submit';
import { parametersWith } from '../support/context';
import { itemOf, runOf } from '../support/run';
import { VirtualClock } from './virtualClock';

const IMAGE_INPUT = 'https://photos.example/anna.jpg';

const settingsWith = (options: Record<string, unknown>) =>
	readSettings(parametersWith({ imageUrl: IMAGE_INPUT, options }), false);

/** All that costs money, over a fake of n8n's helper for requests. */
function submitting(answer: (options: IHttpRequestOptions) => Promise<object>, helpers = {}) {
	const clock = new VirtualClock();
	const stopping = new AbortController();
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
		stopping,
		helpers: { httpRequestWithAuthentication, ...helpers },
	});
	const submitRun = { run, throughProxy: new Map() } as unknown as SubmitRun;
	const item = (options = {}) => itemOf(run, 'sk-of-these-tests', options);
	const submit = async (options: Record<string, unknown> = {}) =>
		await submitPortrait(submitRun, item(options), settingsWith(options), {
			imageInput: IMAGE_INPUT,
		});
	return { clock, stopping, submit, submitRun, item };
}

const taken = { code: 10000, data: { task_id: '6682608976809320374' } };

it('submits in line are as patient as the one before them may be slow', async () => {
	const { clock, submit } = submitting(async () => {
		await clock.after(310_000);
		return taken;
	});
	const all = Promise.all(
		Array.from({ length: 3 }, async () => await submit({ requestTimeout: 600 })),
	);
	expect(await clock.run(all)).toHaveLength(3);
});

it('an item whose proxy is trusted in another way is not held up by one before it', async () => {
	const { clock, submit } = submitting(async ({ skipSslCertificateValidation }) => {
		if (!skipSslCertificateValidation) {
			throw Object.assign(new Error('self-signed certificate'), {
				code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
			});
		}
		return taken;
	});
	const proxy = 'http://proxy.example:3128';
	const strict = submit({ proxy });
	const trusting = submit({ proxy, allowUnauthorizedCerts: true });
	const [one, other] = await clock.run(Promise.allSettled([strict, trusting]));
	expect(one.status).toBe('rejected');
	expect(other).toMatchObject({ status: 'fulfilled', value: { task_id: taken.data.task_id } });
});
