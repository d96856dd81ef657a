import { parseJson, type Json } from '../portrait/json';

const HIDDEN = '[API key hidden]';

/**
 * Hides the API key in everything that came from outside, before anything else sees it: a server may echo it in an error, a
 * link or a header, as it is, URL-encoded or in Base64.
 */
export class Secrets {
	private readonly forms: string[];

	constructor(key: string) {
		const base64 = base64Forms(key);
		const base64url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
		// Some gateways take the beginning off before they look a key up, and name what is left.
		const withoutPrefix = key.replace(/^sk-/, '');
		const plain = [key, encodeURIComponent(key), withoutPrefix];
		const forms = new Set([...plain, ...base64, ...base64url]);
		this.forms = [...forms].filter((form) => form.length >= 6);
	}

	/** `text` without the key. */
	hide(text: string): string {
		// Text that holds JSON may spell the key with escapes.
		// Stryker disable next-line ConditionalExpression,StringLiteral: only spares the work
		if (text.includes('\\u00')) {
			const plain = text.replace(/\\u00([0-9a-f]{2})/gi, (_all, hex: string) =>
				String.fromCharCode(parseInt(hex, 16)),
			);
			// What is no whole escape stays, and would be looked at for ever.
			if (plain !== text && this.forms.some((form) => plain.includes(form))) {
				return this.hide(plain);
			}
		}
		return this.forms.reduce((hidden, form) => hidden.replaceAll(form, HIDDEN), text);
	}

	/** Parses JSON from outside and hides the key in its strings, however they were escaped. @returns undefined when it is no JSON. */
	parse(text: string): { value: Json } | undefined {
		return parseJson(text, (part) => this.hide(part));
	}
}

/** Base64 of `key` at each of the three offsets it can have inside a longer text, without the mixed characters at the edges. */
function base64Forms(key: string): string[] {
	return [0, 1, 2].map((offset) => {
		const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(key)])
			.toString('base64')
			.replaceAll('=', '');
		return encoded.slice(offset === 0 ? 0 : offset + 1, -1);
	});
}
