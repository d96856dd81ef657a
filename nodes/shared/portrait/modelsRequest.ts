/** Path of a GET that costs nothing and that a bad key cannot make. Source: seen in public clients. */
export const MODELS_PATH = '/v1/models';
