/** The shapes of 'Size', in pixels: about 1.8 megapixels each, as the API's own square has, within its 512 to 2048. */
export const SIZES = [
	{ value: '16:9', shape: 'Landscape', width: 1792, height: 1008 },
	{ value: '3:2', shape: 'Landscape', width: 1632, height: 1088 },
	{ value: '4:3', shape: 'Landscape', width: 1536, height: 1152 },
	{ value: '2:3', shape: 'Portrait', width: 1088, height: 1632 },
	{ value: '3:4', shape: 'Portrait', width: 1152, height: 1536 },
	{ value: '9:16', shape: 'Portrait', width: 1008, height: 1792 },
	{ value: '1:1', shape: 'Square', width: 1328, height: 1328 },
] as const;
