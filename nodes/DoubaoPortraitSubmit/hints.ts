import type { IExecuteFunctions, NodeHint } from 'n8n-workflow';

/** Words for what some Reference Modes keep of the photo. In a prompt they may mean something else, so the hints say "seems". */
const CLOTHES_OR_HAIR =
	'\\b(cloth(es|ing)|outfit|costume|uniform|suit|(neck)?tie|shirt|blouse|sweater|jacket|coat|dress|skirt|gown|robe|kimono|hanfu|wear(s|ing)?|hair(cut|style|do)?)\\b|衣|裙|服装|制服|西装|衬衫|外套|头发|发型|短发|长发';
const BACKGROUND = '\\b(background|backdrop)\\b|背景';

const promptSays = (words: string): string => `/${words}/i.test($parameter.prompt)`;

/** What the editor says beside the output: before a run, so that no money is spent for nothing, and after it. */
export const submitHints: NodeHint[] = [
	{
		message:
			'The prompt seems to say something about clothes or hair, but this Reference Mode keeps those of the photo. Creative takes them from the prompt.',
		type: 'warning',
		location: 'outputPane',
		displayCondition: `={{ ["reference", "reference_char"].includes($parameter.referenceMode) && ${promptSays(CLOTHES_OR_HAIR)} }}`,
	},
	{
		message:
			'The prompt seems to say something about the background, but Whole Photo keeps that of the photo. Person Only and Creative do not.',
		type: 'warning',
		location: 'outputPane',
		displayCondition: `={{ $parameter.referenceMode === "reference" && ${promptSays(BACKGROUND)} }}`,
	},
	{
		message:
			'Each run makes a new portrait, which is billed. Pin this output while you try out later nodes. n8n pins no files: set Output to Image Links for that.',
		type: 'info',
		location: 'outputPane',
		whenToDisplay: 'afterExecution',
	},
];

/** n8n tells the settings of a node only to the run itself, so this hint comes with its output. */
export function hintAtRetryOnFail(context: IExecuteFunctions): void {
	if (!context.getNode().retryOnFail) return;
	context.addExecutionHints?.({
		message:
			'Retry On Fail is on in the settings of this node. It is not needed: what passes by itself is tried again anyway. A retry submits nothing twice, but each one waits for all items again.',
		type: 'info',
		location: 'outputPane',
	});
}
