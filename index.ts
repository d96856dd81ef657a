export { Ai302Api } from './credentials/Ai302Api.credentials';
export { DoubaoPortraitResult } from './nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
