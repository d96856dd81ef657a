import { isExpression, type NodeHint } from 'n8n-workflow';

import type { SubmitRun } from './portraits';

/** Words for what some Reference Modes keep of the photo. In a prompt they may mean something else, so the hints say "seems". */
const CLOTHES_OR_HAIR =
	'\\b(cloth(es|ing)|outfit|costume|uniform|suit|(neck)?tie|shirt|blouse|sweater|jacket|coat|dress|skirt|gown|robe|kimono|hanfu|wear(s|ing)?|hair(cut|style|do)?)\\b|衣|裙|服装|制服|西装|衬衫|外套|头发|发型|短发|长发';
const BACKGROUND = '\\b(background|backdrop)\\b|背景';

const promptSays = (words: string): string => `/${words}/i.test($parameter.prompt)`;

/** What the editor says beside the output before a run, so that no money is spent for nothing. */
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
];

/** What is said beside the output of a run that submitted something. n8n tells the settings of a node only to the run itself. */
export function hintAfterSubmit({ run, submitted, lacksPrompt }: SubmitRun): void {
	const { context, isTool } = run;
	const { parameters, retryOnFail } = context.getNode();
	if (isTool || !submitted) return;
	const messages = [
		BILLED[submitted.delivery?.output ?? 'taskId'],
		lacksPrompt && isExpression(parameters.prompt)
			? "'Prompt' is an expression that gave nothing: portraits were made without a prompt."
			: '',
		retryOnFail
			? 'Retry On Fail is not needed: what passes by itself is tried again anyway, and nothing is submitted twice.'
			: '',
	];
	for (const message of messages) {
		if (message) context.addExecutionHints?.({ message, type: 'info', location: 'outputPane' });
	}
}

const OF_FILES =
	'Each run is billed. n8n pins no files: while you build on, set Output to Image Links and pin it.';

/** By what comes out. */
const BILLED = {
	taskId:
		'This is only the task ID: add Doubao Portrait Result for the portrait. Each run is billed; pin this output.',
	url: 'Each run makes a new portrait, which is billed. Pin this output while you try out later nodes.',
	binary: OF_FILES,
	both: OF_FILES,
};
