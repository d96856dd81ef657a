import { webLinkOf } from '../../nodes/shared/portrait/link';

describe('a web link', () => {
	it.each([
		['https://host.example/x.png?a=1&amp;sig=2', 'https://host.example/x.png?a=1&sig=2'],
		[
			'https://host.example/x.png?a=1&#38;sig=2&#x26;b=3',
			'https://host.example/x.png?a=1&sig=2&b=3',
		],
		[String.raw`https://host.example/x.png?a=1\u0026sig=2`, 'https://host.example/x.png?a=1&sig=2'],
		[String.raw`https:\/\/host.example\/x.png`, 'https://host.example/x.png'],
		['  https://host.example/x.png\n', 'https://host.example/x.png'],
		['<https://host.example/x.png>', 'https://host.example/x.png'],
		['"https://host.example/x.png"', 'https://host.example/x.png'],
		['\u200bhttps://host.example/x.png\ufeff', 'https://host.example/x.png'],
		['https://host.example/x.png?a=1&b=2', 'https://host.example/x.png?a=1&b=2'],
		['HTTP://host.example/ä b.png', 'HTTP://host.example/ä b.png'],
		['//host.example/x.png', 'https://host.example/x.png'],
		['https://host.example/?a=1&#038;b=2', 'https://host.example/?a=1&b=2'],
		['https://host.example/?a=1&amp;amp;b=2', 'https://host.example/?a=1&b=2'],
		['“https://host.example/x.png”', 'https://host.example/x.png'],
		['["https://host.example/x.png"]', 'https://host.example/x.png'],
		['https://host.example/x.png,', 'https://host.example/x.png'],
		['https://host.example/photo[1]', 'https://host.example/photo[1]'],
		['[https://host.example/photo[1]]', 'https://host.example/photo[1]'],
		['[photo](https://host.example/x.png)', 'https://host.example/x.png'],
		[' [photo](https://host.example/x.png)\n', 'https://host.example/x.png'],
		['""https://host.example/x.png"",', 'https://host.example/x.png'],
		['https://host.example/[a](b)', 'https://host.example/[a](b)'],
		['![](https://host.example/x.png)', 'https://host.example/x.png'],
		['<https://host.example/x.png|x.png>', 'https://host.example/x.png'],
	])('is taken out of %j', (text, link) => {
		expect(webLinkOf(text)).toBe(link);
	});

	it.each([
		'',
		'x.png',
		'/host.example/x.png',
		'https://host.example/a.jpg, https://host.example/b.jpg',
		'https://host.example/a.jpg, http://host.example/b.jpg',
		'https://host.example/a.jpg\nhttps://host.example/b.jpg',
		'ftp://host.example',
		'ftp://host.example/?next=https://host.example',
		'https://',
		'see https://host.example/x.png',
		'javascript:alert(1)',
		'https://host.example/a.jpg|https://host.example/b.jpg',
		'https://host.example/{{ $json.file }}',
		'[photo](https://host.example/x.png) and more',
		'[https://host.example/x.png] and more',
		'<https://host.example/x.png|x.png> and more',
		'https://host.example/<a|b>',
		'https://host.example/x.png<br>',
	])('is not in %j', (text) => {
		expect(webLinkOf(text)).toBeUndefined();
	});
});
