/** n8n's dialog for a credential of this package. */
import type { Locator, Page } from 'playwright-core';

export class CredentialDialog {
	readonly dialog: Locator;

	constructor(page: Page) {
		this.dialog = page.getByTestId('editCredential-modal');
	}

	field(name: 'apiKey' | 'baseUrl'): Locator {
		return this.dialog.getByTestId(`parameter-input-${name}`).locator('input');
	}

	async save(values: Partial<Record<'apiKey' | 'baseUrl', string>>): Promise<void> {
		if (values.apiKey !== undefined) await this.field('apiKey').fill(values.apiKey);
		if (values.baseUrl !== undefined) await this.field('baseUrl').fill(values.baseUrl);
		await this.dialog.getByTestId('credential-save-button').click();
	}

	/** Saves; resolves to all that the failed test says, once it says `saying`. */
	async saveInVain(
		values: Partial<Record<'apiKey' | 'baseUrl', string>>,
		saying: string,
	): Promise<string> {
		await this.save(values);
		await this.banner.waitFor();
		// Once opened, the details stay open for the next attempt.
		const more = this.dialog.getByText('More details');
		if (await more.isVisible()) await more.click();
		const saidSo = this.banner.filter({ hasText: saying });
		await saidSo.waitFor();
		return await saidSo.innerText();
	}

	private get banner(): Locator {
		return this.dialog.locator('.el-tag').filter({ hasText: 'Couldn’t connect' });
	}
}
