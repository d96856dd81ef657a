import { bytesOf } from '../support/engine';
import { startProxy, type Proxy } from '../support/proxy';
import { useBench } from '../support/bench';

const plain = useBench();
const secure = useBench({ tls: true });

describe('TLS', () => {
	it('with a certificate that nobody signed is refused at once, with the remedy', async () => {
		const startedAt = Date.now();
		const { message, description } = await secure.failureOf({ tasks: [secure.task()] });
		expect(message).toMatch(/its TLS certificate is not trusted$/);
		expect(description).toContain("'Ignore SSL Issues (Insecure)'");
		expect(secure.log()).toEqual([]);
		expect(Date.now() - startedAt).toBeLessThan(1000);
	});

	it('with a certificate that nobody signed is accepted when the user says so', async () => {
		const taskId = secure.task();
		const row = await secure.rowOf(taskId, { options: { allowUnauthorizedCerts: true } });
		expect(await bytesOf(row)).toEqual(await secure.sandbox.imageBytes(taskId));
	});

	it('asked of a host without it fails with the remedy', async () => {
		const baseUrl = plain.sandbox.baseUrl.replace('http:', 'https:');
		const { message, description } = await plain.failureOf({
			tasks: [plain.task()],
			credential: { baseUrl },
		});
		expect(message).toMatch(/it does not speak TLS$/);
		expect(description).toContain('http://');
	});
});

describe('the option Proxy', () => {
	let proxy: Proxy;
	beforeEach(async () => {
		proxy = await startProxy();
	});
	afterEach(async () => await proxy.stop());

	it('takes calls and downloads', async () => {
		const taskId = plain.task();
		const row = await plain.rowOf(taskId, { options: { proxy: proxy.url } });
		expect(await bytesOf(row)).toEqual(await plain.sandbox.imageBytes(taskId));
		expect(proxy.seen).toEqual([
			expect.stringContaining(`${plain.sandbox.baseUrl}/doubao/drawing/portrait_result`),
			expect.stringContaining(`${plain.sandbox.imageBaseUrl}/`),
		]);
	});

	it('gives the proxy its user and password, and the API never those', async () => {
		const url = proxy.url.replace('http://', 'http://anna:p%40ss@');
		await plain.rowOf(plain.task(), { parameters: { output: 'url' }, options: { proxy: url } });
		expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('anna:p@ss').toString('base64')}`]);
		const [{ headers }] = plain.log('result');
		expect(headers.authorization).toBe(`Bearer ${plain.sandbox.key}`);
	});

	it('works for a host with TLS', async () => {
		const taskId = secure.task();
		const row = await secure.rowOf(taskId, {
			options: { proxy: proxy.url, allowUnauthorizedCerts: true },
		});
		expect(await bytesOf(row)).toEqual(await secure.sandbox.imageBytes(taskId));
		expect(proxy.seen).toHaveLength(2);
		expect(proxy.seen.every((line) => line.startsWith('CONNECT 127.0.0.1:'))).toBe(true);
		await secure.closed();
	});

	it('that nobody serves is a message about the connection, without its password', async () => {
		const { message, description } = await plain.failureOf({
			tasks: [plain.task()],
			options: { proxy: 'http://anna:secret-password@127.0.0.1:1', maxWait: 1 },
		});
		expect(message).toMatch(/the connection was refused/);
		expect(message + description).not.toContain('secret-password');
		expect(plain.log()).toEqual([]);
	});
});
