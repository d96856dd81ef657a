import { Secrets } from '../../nodes/shared/transport/secrets';

const HIDDEN = '[API key hidden]';
/** Of all lengths that Base64 knows, and with characters that it and URLs write in another way. */
const KEYS = ['sk-test?>?>~~0~~~0', 'sk-test?>?>~~0~~~04', 'sk-test?>?>~~0~~~045'];
const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

describe.each(KEYS)('the key %s', (key) => {
	const secrets = new Secrets(key);

	it('is hidden wherever it stands, and nothing else is', () => {
		expect(secrets.hide(`Bearer ${key}, and ${key}.`)).toBe(`Bearer ${HIDDEN}, and ${HIDDEN}.`);
		expect(secrets.hide('no key here, not even sk-test')).toBe('no key here, not even sk-test');
	});

	it('is hidden without its beginning too, which some gateways take off', () => {
		expect(secrets.hide(`bad key ${key.slice(3)}`)).toBe(`bad key ${HIDDEN}`);
	});

	it('is hidden as part of a URL', () => {
		const link = `https://host.example/?key=${encodeURIComponent(key)}&a=1`;
		expect(secrets.hide(link)).toBe(`https://host.example/?key=${HIDDEN}&a=1`);
	});

	it.each([0, 1, 2, 3, 4])('is hidden in Base64 %i bytes behind the start of a text', (before) => {
		for (const after of ['', ':', '::', ':::']) {
			const base64 = Buffer.from(`${'u'.repeat(before)}${key}${after}`).toString('base64');
			for (const text of [base64, urlSafe(base64)]) {
				const hidden = secrets.hide(text);
				// A character of Base64 is 6 bits; one that is shared with a neighbour stays.
				const begins = Math.ceil((before * 8) / 6);
				expect(hidden.slice(0, begins + HIDDEN.length)).toBe(text.slice(0, begins) + HIDDEN);
				const left = hidden.slice(begins + HIDDEN.length);
				expect(left.length).toBeLessThanOrEqual(Math.ceil((after.length * 8) / 6) + 4);
			}
		}
	});

	it('is hidden where JSON spells it with escapes', () => {
		const spelled = key.replace('s', String.raw`\u0073`).replace('k', String.raw`\u006B`);
		expect(secrets.hide(`refused: ${spelled}`)).toBe(`refused: ${HIDDEN}`);
	});

	it.each([String.raw`\u00`, String.raw`\u00e`, String.raw`\u00zz`])(
		'is hidden beside %s, which is no escape',
		(broken) => {
			expect(secrets.hide(`${key} ${broken}`)).toBe(`${HIDDEN} ${broken}`);
		},
	);

	it('is hidden in each text of parsed JSON, names included', () => {
		const text = JSON.stringify({ [key]: [`Bearer ${key}`, 1] });
		expect(secrets.parse(text)?.value).toEqual({ [HIDDEN]: [`Bearer ${HIDDEN}`, 1] });
		expect(secrets.parse('no JSON')).toBeUndefined();
	});
});

it('escapes in a text without the key stay as they are', () => {
	const text = String.raw`caf\u00e9 \u0041`;
	expect(new Secrets('sk-test-0123456789').hide(text)).toBe(text);
});

it('a key that has sk- in its middle is not hidden without that', () => {
	expect(new Secrets('test-sk-0123').hide('test-0123 test-sk-0123')).toBe(`test-0123 ${HIDDEN}`);
});

it('a key of six characters is hidden, a shorter one is not, which would hide words', () => {
	expect(new Secrets('abcdef').hide('my abcdef')).toBe(`my ${HIDDEN}`);
	expect(new Secrets('code').hide('{"code":1}')).toBe('{"code":1}');
});
