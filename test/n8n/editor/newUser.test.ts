/**
 * What a new user does with the package in n8n's editor. It is one story: each test goes on where the one before it ended.
 * Screenshots of its steps go to the folder EDITOR_SCREENSHOTS.
 */
import { freePort } from '../../../real-n8n/driver/process';
import { CredentialDialog } from './credential';
import { Editor } from './editor';
import { setUp, type EditorStage } from './browser';

const RESULT = 'Doubao Portrait Result';
const SUBMIT = 'Doubao Portrait Submit';
/** Fields that are there only while Doubao Portrait Submit waits. */
const OF_WAITING = ['Output', 'Put Output File in Field', 'Add Watermark', 'Simplify'];

let stage: EditorStage;
let editor: Editor;

beforeAll(async () => {
	stage = await setUp();
	editor = new Editor(stage.page, stage.n8nUrl);
	await editor.signIn();
});
afterAll(async () => await stage?.stop());

/** Both nodes show this icon, and there is a picture behind it. */
async function expectIcons(file: string): Promise<void> {
	for (const name of [RESULT, SUBMIT]) {
		const icon = editor.nodeItem(name).locator(`img[src$="/${file}"]`).first();
		await icon.waitFor();
		const source = (await icon.getAttribute('src')) ?? '';
		const answer = await stage.page.request.get(new URL(source, stage.n8nUrl).href);
		expect(answer.status()).toBe(200);
		expect(answer.headers()['content-type']).toContain('image/svg+xml');
	}
}

describe('the node panel', () => {
	it('finds both nodes by "doubao", with icon and description', async () => {
		await editor.newWorkflow();
		await editor.searchNodes('doubao');
		await editor.nodeItem(RESULT).getByText('Wait for a portrait').waitFor();
		await editor.nodeItem(SUBMIT).getByText('Make a portrait').waitFor();
		expect(await editor.nodeItems.count()).toBe(2);
		// The node that begins the job comes first.
		await editor.nodeItems.first().getByText(SUBMIT, { exact: true }).waitFor();
		await expectIcons('doubaoPortrait.svg');
		await stage.screenshot('node-panel');
	});

	it('has other icons for the dark theme', async () => {
		await stage.page.emulateMedia({ colorScheme: 'dark' });
		await expectIcons('doubaoPortrait.dark.svg');
		await stage.screenshot('node-panel-dark');
		await stage.page.emulateMedia({ colorScheme: 'light' });
	});

	it.each(['portrait', '302', 'face', 'watermark'])(
		'finds both by "%s" too, the node that begins the job first',
		async (text) => {
			await stage.page.getByTestId('node-creator-search-bar').fill(text);
			await editor.nodeItem(RESULT).waitFor();
			const names = await editor.nodeItems.allInnerTexts();
			const ours = names.filter((name) => name.startsWith('Doubao Portrait'));
			expect(ours.map((name) => name.split('\n')[0])).toEqual([SUBMIT, RESULT]);
		},
	);
});

describe('the credential', () => {
	it('is made from within the node, and says where the key comes from', async () => {
		await editor.addCommunityNode(RESULT);
		await stage.screenshot('result-first-look');
		await editor.parameters.getByText('Connect to 302.AI').click();
		const credential = new CredentialDialog(stage.page);
		await credential.dialog.getByText('302.AI API', { exact: true }).waitFor();
		expect(await credential.field('baseUrl').inputValue()).toBe('https://api.302.ai');
		expect(await credential.field('apiKey').getAttribute('type')).toBe('password');
		await stage.screenshot('credential');
	});

	it.each([
		['a wrong key', "'API Key'", () => ({ apiKey: 'sk-wrong', baseUrl: stage.sandbox.baseUrl })],
		['a host of web pages', 'A web page came back', () => ({ baseUrl: stage.n8nUrl })],
		['another host', '/v1/models', () => ({ baseUrl: stage.sandbox.imageBaseUrl })],
		['an address of another kind', 'is not a web address', () => ({ baseUrl: 'ftp://api.302.ai' })],
		[
			'a host that is down',
			'the connection was refused',
			async () => ({ baseUrl: `http://127.0.0.1:${await freePort()}` }),
		],
	])('does not pass its test with %s, and says what to correct', async (what, said, values) => {
		const says = await new CredentialDialog(stage.page).saveInVain(await values(), said);
		expect(says).toMatch(/Check '(API Key|Base URL)'|Use https:/);
		// Nothing was run yet, and there is no task: words for a failed run would confuse here.
		expect(says).not.toMatch(/this run|this node|Task ID/);
		await stage.screenshot(`credential-${what.replace(/\W+/g, '-')}`);
	});

	it('passes its test with the right key and host', async () => {
		const credential = new CredentialDialog(stage.page);
		const { dialog } = credential;
		await credential.save({ apiKey: stage.sandbox.key, baseUrl: `${stage.sandbox.baseUrl}/` });
		// n8n closes the dialog of a credential that passed.
		await dialog.waitFor({ state: 'hidden' });
		await stage.page.getByTestId('credential-edit-button').click();
		await dialog.getByText('Connection tested successfully').waitFor();
		await stage.screenshot('credential-accepted');
		await dialog.getByRole('button', { name: 'Close' }).click();
		await dialog.waitFor({ state: 'hidden' });
	});
});

describe('Doubao Portrait Result', () => {
	it('takes the task ID from the previous node unless another is typed', async () => {
		await editor.parameter('taskId').getByText('{{ $json.task_id }}').waitFor();
		await editor.switchTo('taskId', 'fixed');
		await editor.field('taskId').fill(stage.sandbox.addTask({ prompt: 'Studio portrait' }));
	});

	it('shows the watermark fields only with Add Watermark on', async () => {
		const without = await editor.labels();
		expect(without.join()).not.toContain('Watermark Text');
		await editor.toggle('addWatermark');
		await editor.label('watermarkText').waitFor();
		const added = (await editor.labels()).filter((label) => !without.includes(label));
		expect(added).toEqual([
			'Watermark Text',
			'Watermark Position',
			'Watermark Language',
			'Watermark Opacity',
		]);
		await editor.field('watermarkText').fill('Made by Anna');
		await editor.choose('watermarkPosition', 'Top Left');
		await stage.screenshot('result-watermark');
	});

	it('explains every field behind its question mark', async () => {
		for (const name of ['taskId', 'output', 'watermarkOpacity', 'simplify']) {
			expect((await editor.tooltip(name)).length).toBeGreaterThan(20);
		}
		await stage.screenshot('result-tooltip');
	});

	it('offers its options in the order of the alphabet', async () => {
		const offered = await (await editor.openOptions()).allInnerTexts();
		expect(offered).toContain('AI Content Label');
		expect(offered).toEqual([...offered].sort());
		await stage.screenshot('result-options');
		await editor.closeChoices();
		await editor.addOption('Split Images');
		await stage.screenshot('result-option-added');
	});

	it('shows the image in the output', async () => {
		await editor.executeStep();
		const image = await editor.viewImage();
		const source = (await image.getAttribute('src')) ?? '';
		const answer = await stage.page.request.get(source);
		expect(answer.headers()['content-type']).toBe('image/png');
		await stage.screenshot('result-image');
	});

	it('says why a task failed and what to do', async () => {
		const outcome = {
			kind: 'refused',
			httpStatus: 400,
			code: 50413,
			message: 'Post Text Risk Not Pass',
		} as const;
		const taskId = stage.sandbox.addTask({ outcome });
		await editor.field('taskId').fill(taskId);
		await editor.executeStepAgain();
		await editor.error.message.getByText('Post Text Risk Not Pass').waitFor();
		const description = await editor.error.description.innerText();
		expect(description).toMatch(/different prompt/);
		expect(description).toContain(taskId);
		expect(description).toContain('50413');
		await stage.screenshot('result-failed-task');
	});

	it('refuses a task ID that an expression made a number', async () => {
		await editor.typeExpression('taskId', '6682608976809320374');
		await editor.executeStep();
		await editor.error.message.getByText('a number whose last digits are lost').waitFor();
		expect(await editor.error.description.innerText()).toMatch(/text/);
		await stage.screenshot('result-number');
	});

	it('hands image_urls to the next node by drag and drop', async () => {
		await editor.switchTo('taskId', 'fixed');
		await editor.field('taskId').fill(stage.sandbox.addTask());
		await editor.executeStepAgain();
		await (await editor.showFiles()).waitFor();
		await editor.closeNode();
		await editor.searchNextNode('edit fields');
		await stage.page.keyboard.press('Enter');
		await editor.input.getByTestId('radio-button-schema').click();
		const field = editor.input.getByTestId('run-data-schema-item');
		await editor.drag(
			field.getByText('image_urls', { exact: true }),
			stage.page.getByTestId('assignment-collection-drop-area'),
		);
		await editor.parameters.getByText('{{ $json.image_urls }}').waitFor();
		await stage.screenshot('image-urls-dragged');
	});
});

describe('Doubao Portrait Submit', () => {
	it('asks for a link or for a file', async () => {
		await editor.newWorkflow();
		await editor.searchNodes('doubao');
		await editor.addCommunityNode(SUBMIT);
		const withLink = [
			'Photo From',
			'Photo Link',
			'Prompt',
			'Reference Mode',
			'Size',
			'Wait for Completion',
			...OF_WAITING,
			'Options',
		];
		expect(await editor.labels()).toEqual(withLink);
		await stage.screenshot('submit-link');
		await editor.choose('imageSource', 'Incoming File');
		await editor.label('binaryPropertyName').waitFor();
		expect(await editor.labels()).toEqual(withLink.with(1, 'Input Data Field Name'));
		await editor.openChoices('referenceMode');
		await stage.screenshot('submit-file');
		await editor.closeChoices();
	});

	it('offers shapes with their pixels', async () => {
		const shapes = await (await editor.openChoices('size')).allInnerTexts();
		expect(shapes.map((text) => text.split('\n')[0])).toEqual([
			'Default',
			'Landscape 16:9 (1792 × 1008)',
			'Landscape 3:2 (1632 × 1088)',
			'Landscape 4:3 (1536 × 1152)',
			'Portrait 2:3 (1088 × 1632)',
			'Portrait 3:4 (1152 × 1536)',
			'Portrait 9:16 (1008 × 1792)',
			'Square 1:1 (1328 × 1328)',
		]);
		await stage.screenshot('submit-size');
		await editor.closeChoices();
	});

	it('says what is missing: a file, a link', async () => {
		await editor.executeStep();
		await editor.error.message.getByText("no file in the field 'data'").waitFor();
		await stage.screenshot('submit-no-file');
		await editor.choose('imageSource', 'Link');
		await editor.executeStep();
		await stage.page.getByText('Parameter "Photo Link" is required').waitFor();
		await stage.screenshot('submit-no-link');
	});

	it('makes a portrait by itself', async () => {
		await editor.field('imageUrl').fill('https://example.com/anna.jpg');
		await editor.field('prompt').fill('Studio portrait, soft light');
		await editor.choose('size', 'Portrait 3:4');
		await editor.executeStep();
		await editor.viewImage();
		await editor.waitForToastsToGo();
		await stage.screenshot('submit-portrait');
		expect(stage.sandbox.orders.map(({ body }) => body)).toEqual([
			expect.objectContaining({ width: 1152, height: 1536 }),
		]);
		await editor.closeNode();
		await stage.page.getByTestId('zoom-to-fit').click();
		await editor.node(SUBMIT).getByText('link → portrait').waitFor();
		await stage.screenshot('one-node');
		await editor.openNode(SUBMIT);
		await editor.toggle('waitForCompletion');
		await editor.label('output').waitFor({ state: 'hidden' });
		const labels = await editor.labels();
		expect(labels.filter((label) => OF_WAITING.includes(label))).toEqual([]);
	});

	it('makes a portrait with Doubao Portrait Result behind it, as they are', async () => {
		await editor.executeStepAgain();
		await editor.output.getByText('task_id', { exact: true }).waitFor();
		// Before a later node is tried out, which runs this one again.
		await editor.output.getByText('Pin this output').waitFor();
		await stage.screenshot('submit-done');
		await editor.closeNode();
		await editor.searchNextNode('doubao');
		await editor.addCommunityNode(RESULT);
		await editor.executeStep();
		await editor.viewImage();
		await editor.waitForToastsToGo();
		await stage.screenshot('result-node');
		await editor.closeNode();
		await stage.page.getByTestId('zoom-to-fit').click();
		await editor.node(RESULT).getByText('wait for the portrait').waitFor();
		await stage.screenshot('workflow');
		expect(stage.sandbox.orders).toHaveLength(2);
	});

	it.each([
		['Height', 'height', '2532', "'Height' is 2532"],
		['Seed', 'seed', '-7', "'Seed' is -7"],
		['Face Clarity', 'faceClarity', '0.35', undefined],
	])(
		'leaves the number that is typed into %s, and refuses it by its name when it runs',
		async (label, name, typed, said) => {
			await editor.newWorkflow();
			await editor.searchNodes('doubao');
			await editor.addCommunityNode(SUBMIT);
			await editor.field('imageUrl').fill('https://example.com/anna.jpg');
			await editor.addOption(label);
			await editor.field(name).fill(typed);
			await editor.field('prompt').click();
			expect(await editor.field(name).inputValue()).toBe(typed);
			await stage.screenshot(`number-${name}`);
			if (!said) return;
			await editor.executeStep();
			await editor.error.message.getByText(said).waitFor();
		},
	);
});

describe('before anything has run', () => {
	/** A new workflow with Doubao Portrait Submit, which is open. */
	async function openSubmit(): Promise<void> {
		await editor.newWorkflow();
		await editor.searchNodes('doubao');
		await editor.addCommunityNode(SUBMIT);
		await editor.field('imageUrl').fill('https://example.com/anna.jpg');
	}

	/** What a node behind the last one is offered of its fields. */
	async function offeredToNextNode(): Promise<string[]> {
		await editor.closeNode();
		await editor.searchNextNode('edit fields');
		await stage.page.keyboard.press('Enter');
		const fields = editor.input.getByTestId('run-data-schema-item');
		await fields.filter({ hasText: 'task_id' }).first().waitFor();
		// n8n's own variables are there as well.
		return (await fields.allInnerTexts()).map((text) => text.trim().split('\n')[0]);
	}

	it('the node behind each of both is offered its fields', async () => {
		const submitted = stage.sandbox.orders.length;
		await openSubmit();
		const ofSubmit = await offeredToNextNode();
		expect(ofSubmit).toEqual(expect.arrayContaining(['task_id', 'image_url', 'image_input']));
		await stage.screenshot('fields-of-submit-before-a-run');

		await editor.newWorkflow();
		await editor.searchNodes('doubao');
		await editor.addCommunityNode(RESULT);
		const ofResult = ['task_id', 'status', 'completed', 'image_urls', 'image_url', 'request_id'];
		expect(await offeredToNextNode()).toEqual(expect.arrayContaining([...ofResult, 'generation']));
		await stage.screenshot('fields-of-result-before-a-run');
		expect(stage.sandbox.orders).toHaveLength(submitted);
	});

	it('a hint says that the photo decides over the clothes, and is gone with another mode', async () => {
		await openSubmit();
		await editor.choose('referenceMode', 'Person Only');
		await editor.field('prompt').fill('A man in a dark blue suit');
		const hint = editor.output.getByText('this Reference Mode keeps those of the photo');
		await hint.waitFor();
		await stage.screenshot('hint-clothes');
		await editor.choose('referenceMode', 'The prompt decides clothes');
		await hint.waitFor({ state: 'hidden' });
	});
});

describe('beside the output', () => {
	it('hints say that links expire and that Retry On Fail is not needed', async () => {
		await editor.choose('output', 'nothing is downloaded');
		await editor.setRetryOnFail();
		await editor.executeStep();
		await editor.output.getByText('The image links expire').waitFor();
		await editor.output.getByText('Retry On Fail is not needed').waitFor();
		await stage.screenshot('hints-after-a-run');
	});
});

describe('in a narrow window and in the dark', () => {
	it('no field of Doubao Portrait Submit is cut off', async () => {
		await stage.page.setViewportSize({ width: 1000, height: 900 });
		await stage.page.emulateMedia({ colorScheme: 'dark' });
		await editor.toggle('addWatermark');
		await editor.field('watermarkText').fill('Made with AI for Example Ltd. '.repeat(8));
		await editor.field('prompt').fill('Studio portrait, soft light, dark blue suit. '.repeat(20));
		await editor.label('watermarkOpacity').scrollIntoViewIfNeeded();
		await stage.screenshot('narrow-dark');
		const isCutOff = await editor.parameters.evaluate(
			(element) => element.scrollWidth > element.clientWidth,
		);
		expect(isCutOff).toBe(false);
	});
});
