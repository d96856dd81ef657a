/* eslint-disable @typescript-eslint/no-require-imports -- never shipped */
/** What `npm run build` made, which is what is shipped. It has no types; they are those of the sources that it was made of. */
export const apiKey: typeof import('../credentials/Ai302Api.credentials') = require('../dist/credentials/Ai302Api.credentials');
export const codes: typeof import('../nodes/shared/portrait/codes') = require('../dist/nodes/shared/portrait/codes');
export const credential: typeof import('../nodes/shared/credential') = require('../dist/nodes/shared/credential');
export const deliverySettings: typeof import('../nodes/shared/delivery/settings') = require('../dist/nodes/shared/delivery/settings');
export const envelope: typeof import('../nodes/shared/portrait/envelope') = require('../dist/nodes/shared/portrait/envelope');
export const failures: typeof import('../nodes/shared/failure') = require('../dist/nodes/shared/failure');
export const imageFormat: typeof import('../nodes/shared/portrait/imageFormat') = require('../dist/nodes/shared/portrait/imageFormat');
export const images: typeof import('../nodes/shared/delivery/images') = require('../dist/nodes/shared/delivery/images');
export const json: typeof import('../nodes/shared/portrait/json') = require('../dist/nodes/shared/portrait/json');
export const link: typeof import('../nodes/shared/portrait/link') = require('../dist/nodes/shared/portrait/link');
export const modelsRequest: typeof import('../nodes/shared/portrait/modelsRequest') = require('../dist/nodes/shared/portrait/modelsRequest');
export const parameters: typeof import('../nodes/shared/parameters') = require('../dist/nodes/shared/parameters');
export const photoLink: typeof import('../nodes/DoubaoPortraitSubmit/photoLink') = require('../dist/nodes/DoubaoPortraitSubmit/photoLink');
export const request: typeof import('../nodes/shared/transport/request') = require('../dist/nodes/shared/transport/request');
export const resultRequest: typeof import('../nodes/shared/portrait/resultRequest') = require('../dist/nodes/shared/portrait/resultRequest');
export const run: typeof import('../nodes/shared/run') = require('../dist/nodes/shared/run');
export const secrets: typeof import('../nodes/shared/transport/secrets') = require('../dist/nodes/shared/transport/secrets');
export const submitRequest: typeof import('../nodes/shared/portrait/submitRequest') = require('../dist/nodes/shared/portrait/submitRequest');
export const taskId: typeof import('../nodes/shared/portrait/taskId') = require('../dist/nodes/shared/portrait/taskId');
export const taskImages: typeof import('../nodes/shared/portrait/taskImages') = require('../dist/nodes/shared/portrait/taskImages');
export const taskState: typeof import('../nodes/shared/portrait/taskState') = require('../dist/nodes/shared/portrait/taskState');

export type { Envelope } from '../nodes/shared/portrait/envelope';
export type { Failure } from '../nodes/shared/failure';
export type { ImageFormat } from '../nodes/shared/portrait/imageFormat';
export type { Json, JsonObject } from '../nodes/shared/portrait/json';
export type { ApiResponse, ResponseBody } from '../nodes/shared/portrait/refusal';
export type { ResultRequest } from '../nodes/shared/portrait/resultRequest';
export type { SubmitRequest } from '../nodes/shared/portrait/submitRequest';
export type { PortraitImage } from '../nodes/shared/portrait/taskImages';
export type { TaskState } from '../nodes/shared/portrait/taskState';
export type { ApiRequest } from '../nodes/shared/transport/request';
export type { NetworkFailure } from '../nodes/shared/transport/networkFailure';
export type { Run } from '../nodes/shared/run';
