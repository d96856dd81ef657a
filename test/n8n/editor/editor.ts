/** n8n's editor as a person uses it: what can be clicked, typed and read. Every wait is for something to be seen. */
import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../../../real-n8n/driver/environment';

export class Editor {
	/** The middle of an open node: its parameters. */
	readonly parameters: Locator;

	readonly input: Locator;

	readonly output: Locator;

	/** What a node's failure shows in the output panel. */
	readonly error: { message: Locator; description: Locator };

	constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		this.parameters = page.getByTestId('node-parameters');
		this.input = page.getByTestId('ndv-input-panel');
		this.output = page.getByTestId('output-panel');
		this.error = {
			message: this.output.getByTestId('node-error-message'),
			description: this.output.getByTestId('node-error-description'),
		};
	}

	async signIn(): Promise<void> {
		await this.page.locator('input[name=emailOrLdapLoginId]').fill(OWNER.email);
		await this.page.locator('input[name=password]').fill(OWNER.password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.getByTestId('universal-add').waitFor();
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.page.getByText('Add first step').waitFor();
	}

	// ---- the node panel ------------------------------------------------------------------------------------------

	/** Opens the node panel by its key and types into its search. */
	async searchNodes(text: string): Promise<void> {
		await this.page.keyboard.press('n');
		await this.typeSearch(text);
	}

	private async typeSearch(text: string): Promise<void> {
		await this.page.getByTestId('node-creator-search-bar').waitFor();
		await this.page.keyboard.type(text);
		await this.nodeItems.first().waitFor();
	}

	get nodeItems(): Locator {
		return this.page.getByTestId('node-creator-node-item');
	}

	nodeItem(name: string): Locator {
		// By its title: a description may name the other node.
		return this.nodeItems.filter({ has: this.page.getByText(name, { exact: true }) });
	}

	/** Adds a node of this package from the search results; its panel opens. */
	async addCommunityNode(name: string): Promise<void> {
		await this.nodeItem(name).click();
		await this.page.getByRole('button', { name: 'Add to workflow' }).click();
		await this.parameters.waitFor();
	}

	/** Clicks the plus behind the last node and searches. */
	async searchNextNode(text: string): Promise<void> {
		await this.page.getByTestId('canvas-handle-plus').last().click();
		await this.typeSearch(text);
	}

	// ---- the canvas ----------------------------------------------------------------------------------------------

	node(name: string): Locator {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	async openNode(name: string): Promise<void> {
		await this.node(name).dblclick();
		await this.parameters.waitFor();
	}

	async closeNode(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.parameters.waitFor({ state: 'hidden' });
	}

	// ---- parameters ----------------------------------------------------------------------------------------------

	/** The labels of the parameters that are on display, in their order. */
	async labels(): Promise<string[]> {
		const texts = await this.parameters
			.locator('label[for] [class*=title]:visible')
			.allInnerTexts();
		return texts.map((text) => text.trim()).filter((text) => text !== '');
	}

	label(name: string): Locator {
		return this.parameters.locator(`label[for="${name}"]`);
	}

	parameter(name: string): Locator {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	field(name: string): Locator {
		return this.parameter(name).locator('input, textarea').first();
	}

	async toggle(name: string): Promise<void> {
		await this.parameter(name).locator('.el-switch').click();
	}

	/** Opens a dropdown; resolves to its choices. */
	async openChoices(name: string): Promise<Locator> {
		await this.parameter(name).click();
		return await this.openedChoices();
	}

	/** Opens the menu of options; resolves to them. */
	async openOptions(): Promise<Locator> {
		await this.parameters.getByTestId('collection-parameter-add').click();
		return await this.openedChoices();
	}

	async addOption(name: string): Promise<void> {
		await (await this.openOptions()).filter({ hasText: name }).click();
		await this.parameters.getByText(name, { exact: true }).waitFor();
	}

	private async openedChoices(): Promise<Locator> {
		const choices = this.page.locator('[role=option]:visible');
		await choices.first().waitFor();
		return choices;
	}

	/** Closes a dropdown or a menu, until nothing of it can be taken for one that is opened next. */
	async closeChoices(): Promise<void> {
		await this.page.keyboard.press('Escape');
		await this.page.locator('[role=option]:visible').first().waitFor({ state: 'hidden' });
	}

	async choose(name: string, choice: string): Promise<void> {
		await (await this.openChoices(name)).filter({ hasText: choice }).click();
	}

	async switchTo(name: string, mode: 'fixed' | 'expression'): Promise<void> {
		await this.label(name).hover();
		await this.label(name).getByTestId(`radio-button-${mode}`).click();
	}

	/** Types an expression's inside (the editor closes its braces), until n8n has saved the workflow with it. */
	async typeExpression(name: string, inside: string): Promise<void> {
		const saving = this.page.waitForRequest(
			(request) =>
				request.url().includes('/rest/workflows/') && !!request.postData()?.includes(inside),
		);
		await this.switchTo(name, 'expression');
		await this.parameter(name).locator('.cm-content').click();
		await this.page.keyboard.press('Control+a');
		await this.page.keyboard.press('Backspace');
		await this.page.keyboard.type(`{{ ${inside}`);
		// Elsewhere, so that its suggestions do not lie over what is clicked next.
		await this.page.getByTestId('tab-params').click();
		await saving;
	}

	/** Turns Retry On Fail on, on the node's page of settings. */
	async setRetryOnFail(): Promise<void> {
		await this.page.getByTestId('tab-settings').click();
		await this.toggle('retryOnFail');
		await this.page.getByTestId('tab-params').click();
	}

	/** The description behind a label's question mark. */
	async tooltip(name: string): Promise<string> {
		await this.label(name).hover();
		await this.label(name).locator('[data-icon=circle-help]').hover();
		const tooltip = this.page.locator('[data-side]:visible');
		await tooltip.waitFor();
		return await tooltip.innerText();
	}

	/** Drags with the mouse: n8n listens to its moves. */
	async drag(from: Locator, to: Locator): Promise<void> {
		await from.hover();
		await this.page.mouse.down();
		const target = await to.boundingBox();
		if (!target) throw new Error('There is nothing to drop it on.');
		const { x, y, width, height } = target;
		await this.page.mouse.move(x + width / 2, y + height / 2, { steps: 10 });
		await this.page.mouse.up();
	}

	// ---- running -------------------------------------------------------------------------------------------------

	async executeStep(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	/** Once n8n says that the output is of parameters that have changed since: it takes over what is typed with a delay. */
	async executeStepAgain(): Promise<void> {
		await this.output.getByTestId('node-run-info-stale').waitFor();
		await this.executeStep();
	}

	/** The files of the output. n8n turns to them by itself, but when its tabs are drawn late it turns away again. */
	async showFiles(): Promise<Locator> {
		await this.output.getByTestId('radio-button-binary').click();
		return this.output.getByTestId('ndv-view-binary-data');
	}

	/** Shows the picture of the first file in the output panel. */
	async viewImage(): Promise<Locator> {
		await (await this.showFiles()).click();
		const image = this.output.locator('img[src*="binary-data"]');
		await image.waitFor();
		return image;
	}

	async waitForToastsToGo(): Promise<void> {
		await this.page.getByText('Node executed successfully').first().waitFor({ state: 'hidden' });
	}
}
