const HIDDEN = '[API key hidden]';
const DEEPEST_JSON = 100;

/**
 * Hides the API key in everything that came from outside, before anything else sees it: a server may echo it in an error, a
 * link or a header, as it is, in Base64 or URL-encoded.
 */
export class Secrets {
	private readonly forms: string[];

	constructor(key: string) {
		const bytes = Buffer.from(key);
		const base64 = [key, `Bearer ${key}`].flatMap((text) => withoutEdges(Buffer.from(text)));
		this.forms = [
			key,
			encodeURIComponent(key),
			bytes.toString('hex'),
			...base64,
			...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
		].filter((form, index, all) => form.length >= 6 && all.indexOf(form) === index);
	}

	/** `text` without the key. */
	hide(text: string): string {
		return this.forms.reduce((hidden, form) => hidden.replaceAll(form, HIDDEN), text);
	}

	/**
	 * Parses JSON from outside and hides the key in its strings, however they were escaped.
	 *
	 * @returns undefined when it is no JSON, or nested deeper than any real answer.
	 */
	parse(text: string): { value: unknown } | undefined {
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch {
			return undefined;
		}
		const holder = { value };
		return this.hideIn(holder) ? holder : undefined;
	}

	/** Works through a list instead of by recursion: the depth of an answer is the server's choice. */
	private hideIn(root: object): boolean {
		const open: Array<{ container: object; depth: number }> = [{ container: root, depth: 0 }];
		for (let next = open.pop(); next; next = open.pop()) {
			if (next.depth > DEEPEST_JSON) return false;
			const entries: Array<[string, unknown]> = Object.entries(next.container);
			for (const [name, entry] of entries) {
				const shown = this.hide(name);
				const value = typeof entry === 'string' ? this.hide(entry) : entry;
				if (shown !== name) Reflect.deleteProperty(next.container, name);
				if (shown !== name || value !== entry) {
					Object.defineProperty(next.container, shown, {
						value,
						configurable: true,
						enumerable: true,
						writable: true,
					});
				}
				if (typeof value === 'object' && value !== null) {
					open.push({ container: value, depth: next.depth + 1 });
				}
			}
		}
		return true;
	}
}

/** The Base64 forms of `bytes` at each of the three offsets it can have inside a longer text, without the mixed characters at the edges. */
function withoutEdges(bytes: Buffer): string[] {
	return [0, 1, 2].map((offset) => {
		const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
			.toString('base64')
			.replace(/=+$/, '');
		return encoded.slice(offset === 0 ? 0 : offset + 1, -1);
	});
}
