/* eslint-disable @typescript-eslint/no-require-imports -- never shipped */
/** What `npm run build` made, which is what is shipped. It has no types; they are those of the sources that it was made of. */
export const answers: typeof import('../nodes/shared/api/answer') = require('../dist/nodes/shared/api/answer');
export const apiKey: typeof import('../credentials/Ai302Api.credentials') = require('../dist/credentials/Ai302Api.credentials');
export const calls: typeof import('../nodes/shared/api/calls') = require('../dist/nodes/shared/api/calls');
export const credential: typeof import('../nodes/shared/credential') = require('../dist/nodes/shared/credential');
export const deliverySettings: typeof import('../nodes/shared/delivery/settings') = require('../dist/nodes/shared/delivery/settings');
export const failures: typeof import('../nodes/shared/failure') = require('../dist/nodes/shared/failure');
export const imageFormat: typeof import('../nodes/shared/api/imageFormat') = require('../dist/nodes/shared/api/imageFormat');
export const images: typeof import('../nodes/shared/delivery/images') = require('../dist/nodes/shared/delivery/images');
export const json: typeof import('../nodes/shared/api/json') = require('../dist/nodes/shared/api/json');
export const judges: typeof import('../nodes/shared/api/judge') = require('../dist/nodes/shared/api/judge');
export const link: typeof import('../nodes/shared/api/link') = require('../dist/nodes/shared/api/link');
export const parameters: typeof import('../nodes/shared/parameters') = require('../dist/nodes/shared/parameters');
export const photoLink: typeof import('../nodes/DoubaoPortraitSubmit/photoLink') = require('../dist/nodes/DoubaoPortraitSubmit/photoLink');
export const request: typeof import('../nodes/shared/transport/request') = require('../dist/nodes/shared/transport/request');
export const run: typeof import('../nodes/shared/run') = require('../dist/nodes/shared/run');
export const sentences: typeof import('../nodes/shared/sentences') = require('../dist/nodes/shared/sentences');
export const taskId: typeof import('../nodes/shared/api/taskId') = require('../dist/nodes/shared/api/taskId');
export const tasks: typeof import('../nodes/shared/api/task') = require('../dist/nodes/shared/api/task');
export const verdicts: typeof import('../nodes/shared/api/verdict') = require('../dist/nodes/shared/api/verdict');

export type { Answer, PortraitImage } from '../nodes/shared/api/answer';
export type { CallName, ResultRequest, SubmitRequest } from '../nodes/shared/api/calls';
export type { ImageFormat } from '../nodes/shared/api/imageFormat';
export type { Json } from '../nodes/shared/api/json';
export type { TaskState } from '../nodes/shared/api/task';
export type { Verdict } from '../nodes/shared/api/verdict';
export type { Failure } from '../nodes/shared/failure';
export type { Item } from '../nodes/shared/run';
export type { ApiRequest } from '../nodes/shared/transport/request';
