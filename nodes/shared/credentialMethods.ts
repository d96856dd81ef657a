import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

/** The credential test under the name by which the nodes' `testedBy` asks for it; loaded when first used, like their runs. */
export async function testAi302Api(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { testCredential } = await import('./credentialTest');
	return await testCredential.call(this, credential);
}
