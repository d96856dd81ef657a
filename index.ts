export { Ai302Api } from './credentials/Ai302Api.credentials';
export { DoubaoPortraitResult } from './nodes/DoubaoPortraitResult/DoubaoPortraitResult.node';
export { DoubaoPortraitSubmit } from './nodes/DoubaoPortraitSubmit/DoubaoPortraitSubmit.node';
