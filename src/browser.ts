/**
 * What runs in a browser too, in one entry for bundlers: the pipeline of the talk, diffusion and materials. Models and
 * structures are parsed from text or bytes (`Vae.parse`, `Denoiser.parse`, `parseStructures`); functions that take the
 * name of a file end in an `InputError` there. Numbers are Node's, up to the last digits, in which versions of V8
 * differ. Work runs on the thread that calls: a web worker keeps the page responsive.
 *
 * @module glassy-motifs/browser
 */

export * from './diffusion';
export * from './index';
export * from './materials';
